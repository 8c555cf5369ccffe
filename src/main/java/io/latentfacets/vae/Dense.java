/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae;

import java.util.Arrays;

/**
 * An affine map x ↦ xW + b. Holds its arrays without copying them; nobody writes to them afterwards.
 *
 * @param in length of x
 * @param out length of the result
 * @param weights W, in × out, row by row
 * @param bias b, of length out
 */
public record Dense(int in, int out, float[] weights, float[] bias) {

    public Dense {
        if (weights.length != (long) in * out || bias.length != out) {
            throw new IllegalArgumentException("a layer of " + in + " × " + out + " needs " + (long) in * out
                    + " weights and " + out + " biases: " + weights.length + ", " + bias.length);
        }
    }

    /** This map followed by {@code next}, as one. */
    Dense then(Dense next) {
        float[] product = new float[in * next.out];
        for (int i = 0; i < in; i++) {
            multiply(weights, i * out, next, product, i * next.out);
        }
        float[] shifted = next.bias.clone();
        multiply(bias, 0, next, shifted, 0);
        return new Dense(in, next.out, product, shifted);
    }

    /** result += x · next.W for a row of each; rows of W are contiguous, so the inner loop vectorises. */
    private static void multiply(float[] x, int from, Dense next, float[] result, int to) {
        for (int k = 0; k < next.in; k++) {
            float value = x[from + k];
            int row = k * next.out;
            for (int j = 0; j < next.out; j++) {
                result[to + j] += value * next.weights[row + j];
            }
        }
    }

    /** W with b as one more row: what (x, 1) is multiplied with. */
    public float[] withBiasAsRow() {
        float[] rows = Arrays.copyOf(weights, weights.length + out);
        System.arraycopy(bias, 0, rows, weights.length, out);
        return rows;
    }

    /** The map of such rows. */
    public static Dense ofBiasAsRow(int in, int out, float[] rows) {
        return new Dense(in, out, Arrays.copyOf(rows, in * out), Arrays.copyOfRange(rows, in * out, rows.length));
    }

    /** xW + b. */
    public float[] apply(float[] x) {
        float[] result = bias.clone();
        multiply(x, 0, this, result, 0);
        return result;
    }
}
