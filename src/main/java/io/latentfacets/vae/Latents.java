/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae;

/**
 * The stored form of a latent: its direction, one signed byte per dimension. Clusters and neighbours compare directions
 * only, so this form drops the length and scales the largest component to the whole range of a byte.
 */
public final class Latents {
    private static final int MAX = 127;

    private Latents() {}

    /** Returns μ · 127 / max|μ|, rounded; {@code null} if μ has no direction (all zero, or not finite). */
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

    /** Returns the unit vector in the stored direction; all zero if the stored latent is. */
    public static float[] dequantize(byte[] quantized) {
        float[] unit = new float[quantized.length];
        dequantize(quantized, 0, unit);
        return unit;
    }

    /**
     * Reads one latent of many from an array, as {@link #dequantize(byte[])}.
     *
     * @param quantized the stored latents
     * @param from the offset of the latent in {@code quantized}
     * @param unit the result, {@code [d]}; overwritten
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
