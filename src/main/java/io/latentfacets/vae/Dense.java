/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae;

import java.util.Arrays;

/**
 * An affine map x ↦ xW + b. Holds its arrays without copying them; nobody may write to them afterwards.
 *
 * @param in the length of x
 * @param out the length of the result
 * @param weights W, row-major {@code [in][out]}
 * @param bias b, {@code [out]}
 */
public record Dense(int in, int out, float[] weights, float[] bias) {

    public Dense {
        if (weights.length != (long) in * out || bias.length != out) {
            throw new IllegalArgumentException("a layer of " + in + " × " + out + " needs " + (long) in * out
                    + " weights and " + out + " biases: " + weights.length + ", " + bias.length);
        }
    }

    /** Returns the composition: this map, then {@code next}. */
    Dense then(Dense next) {
        float[] product = new float[in * next.out];
        for (int i = 0; i < in; i++) {
            multiply(weights, i * out, next, product, i * next.out);
        }
        float[] shifted = next.bias.clone();
        multiply(bias, 0, next, shifted, 0);
        return new Dense(in, next.out, product, shifted);
    }

    /** Adds x · next.W to result, for one row of each. Rows of W are contiguous, so the inner loop vectorises. */
    private static void multiply(float[] x, int from, Dense next, float[] result, int to) {
        for (int k = 0; k < next.in; k++) {
            float value = x[from + k];
            int row = k * next.out;
            for (int j = 0; j < next.out; j++) {
                result[to + j] += value * next.weights[row + j];
            }
        }
    }

    /** Returns W with b as a last row, row-major {@code [in + 1][out]}: the matrix that multiplies (x, 1). */
    public float[] withBiasAsRow() {
        float[] rows = Arrays.copyOf(weights, weights.length + out);
        System.arraycopy(bias, 0, rows, weights.length, out);
        return rows;
    }

    /**
     * The inverse of {@link #withBiasAsRow}.
     *
     * @param rows W and below it b, row-major {@code [in + 1][out]}; copied
     */
    public static Dense ofBiasAsRow(int in, int out, float[] rows) {
        return new Dense(in, out, Arrays.copyOf(rows, in * out), Arrays.copyOfRange(rows, in * out, rows.length));
    }

    /** Returns xW + b in a new array, {@code [out]}. */
    public float[] apply(float[] x) {
        float[] result = new float[out];
        apply(x, result);
        return result;
    }

    /** Writes xW + b to {@code result}, {@code [out]}. */
    public void apply(float[] x, float[] result) {
        System.arraycopy(bias, 0, result, 0, out);
        multiply(x, 0, this, result, 0);
    }
}
