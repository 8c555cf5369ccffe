/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Selects the latents that have a direction, samples them, and scales vectors to unit length. Stateless. */
public final class Points {
    private Points() {}

    /**
     * Whether a latent has a direction. A document without known words has the zero latent, which has none. The bounds
     * are wide because the length of a dequantised latent is only about 1.
     */
    public static boolean usable(float[] latent) {
        // not VectorUtil, which asserts that the result is finite
        float squaredLength = 0;
        for (float v : latent) {
            squaredLength += v * v;
        }
        return squaredLength > 0.5f && squaredLength < 2f;
    }

    /**
     * A random sample of the usable rows.
     *
     * @param latents the latents, {@code [documents][dims]}; not changed
     * @param max the largest number of rows in the sample
     * @return up to max usable rows (not copied), each equally likely, in their original order
     */
    public static float[][] sample(float[][] latents, int max, long seed) {
        int[] rows = sampleRows(latents, max, seed);
        float[][] sample = new float[rows.length][];
        for (int i = 0; i < rows.length; i++) {
            sample[i] = latents[rows[i]];
        }
        return sample;
    }

    /** Returns the numbers of the rows that {@link #sample} returns, ascending. */
    public static int[] sampleRows(float[][] latents, int max, long seed) {
        int[] usable = new int[latents.length];
        int n = 0;
        for (int i = 0; i < latents.length; i++) {
            if (usable(latents[i])) {
                usable[n++] = i;
            }
        }
        if (n > max) {
            SplittableRandom random = new SplittableRandom(seed);
            for (int i = 0; i < max; i++) {
                int j = i + random.nextInt(n - i);
                int swap = usable[i];
                usable[i] = usable[j];
                usable[j] = swap;
            }
            n = max;
            Arrays.sort(usable, 0, n);
        }
        return Arrays.copyOf(usable, n);
    }

    /** Scales to unit length in place; returns false and changes nothing if the vector has no direction. */
    public static boolean normalize(float[] vector) {
        double squaredLength = 0;
        for (float v : vector) {
            squaredLength += (double) v * v;
        }
        if (!(squaredLength > 1e-20)) {
            return false;
        }
        double scale = 1 / Math.sqrt(squaredLength);
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) (vector[i] * scale);
        }
        return true;
    }
}
