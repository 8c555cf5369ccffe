/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Which latents can be clustered at all, and a sample of those. */
public final class Points {
    private Points() {}

    /**
     * Documents without any known word have the zero latent, which points nowhere. The bounds are wide because lengths
     * of dequantised latents are only about 1.
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
     * @param max most rows to return
     * @return up to max usable rows (not copied), every one equally likely, in their order
     */
    public static float[][] sample(float[][] latents, int max, long seed) {
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
        float[][] sample = new float[n][];
        for (int i = 0; i < n; i++) {
            sample[i] = latents[usable[i]];
        }
        return sample;
    }

    /** Scales to unit length in place; leaves a vector without a direction alone and returns whether there was one. */
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
