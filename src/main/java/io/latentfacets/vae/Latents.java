/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae;

/**
 * The stored form of a latent vector: its direction, in one signed byte a dimension. Clusters and neighbours compare
 * directions only, so the length is given up and the largest component takes the whole range.
 */
public final class Latents {
    private static final int MAX = 127;

    private Latents() {}

    /** μ · 127 / max|μ|, rounded; {@code null} if μ has no direction (all zero, or not finite). */
    public static byte[] quantize(float[] mu) {
        float max = 0;
        for (float component : mu) {
            if (!Float.isFinite(component)) {
                return null;
            }
            max = Math.max(max, Math.abs(component));
        }
        if (max == 0) {
            return null;
        }
        byte[] quantized = new byte[mu.length];
        for (int i = 0; i < mu.length; i++) {
            quantized[i] = (byte) Math.round(mu[i] / max * MAX);
        }
        return quantized;
    }

    /** The vector of unit length in the stored direction; all zero if the stored one is. */
    public static float[] dequantize(byte[] quantized) {
        float[] unit = new float[quantized.length];
        dequantize(quantized, 0, unit);
        return unit;
    }

    /**
     * The same for the bytes from an offset on.
     *
     * @param unit as long as the latent; overwritten
     */
    public static void dequantize(byte[] quantized, int from, float[] unit) {
        int squares = 0;
        for (int i = 0; i < unit.length; i++) {
            squares += quantized[from + i] * quantized[from + i];
        }
        double scale = squares == 0 ? 0 : 1 / Math.sqrt((double) squares);
        for (int i = 0; i < unit.length; i++) {
            unit[i] = (float) (quantized[from + i] * scale);
        }
    }
}
