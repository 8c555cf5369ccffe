/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

import io.latentfacets.arithmetic.BestColumns;
import io.latentfacets.arithmetic.Kernels;
import java.util.List;

/**
 * Assigns many latents by a codebook. The answers are those of {@link Codebook#assign}: scores in floats decide where
 * the best one leads by more than their errors, and the rule itself decides elsewhere. Not thread-safe.
 */
public final class CodebookAssigner {
    /**
     * Eight roundings of 2⁻²⁴, four for each of the two scores: the factor, its product with the inverse length, that
     * with the dot product, and the difference; twice that, for what these errors make of each other.
     */
    private static final double ERROR = 0x1p-20;

    /** Below this, numbers may be too small for floats to have all bits; the rule decides then. */
    private static final double LEAST_MARGIN = 0x1p-100;

    /** Above this, numbers may be too large for floats. No clusters of results have such centroids. */
    private static final double LARGEST = 1e9;

    private final Codebook codebook;
    private final byte[] latent;
    /** Null where the rule decides alone. */
    private final BestColumns columns;

    CodebookAssigner(Codebook codebook) {
        this.codebook = codebook;
        this.latent = new byte[codebook.dims()];
        List<Codebook.Code> offsets = codebook.offsets();
        byte[][] components = new byte[offsets.size()][];
        float[] scales = new float[offsets.size()];
        float[] thresholds = new float[offsets.size()];
        double largest = 0;
        for (int c = 0; c < components.length; c++) {
            components[c] = offsets.get(c).components();
            scales[c] = offsets.get(c).scale();
            thresholds[c] = (float) codebook.thresholds()[c];
            // a dot product with a vector of length 1 is at most as long as the offset
            double length = scales[c] * Math.sqrt(latent.length) * -Byte.MIN_VALUE;
            largest = Math.max(largest, length + Math.abs(codebook.thresholds()[c]));
        }
        columns = largest < LARGEST && latent.length <= BestColumns.MAX_DIMS
                ? Kernels.bestColumns(components, scales, thresholds, (float) Math.max(LEAST_MARGIN, largest * ERROR))
                : null;
    }

    /**
     * Writes the cluster of each latent.
     *
     * @param latents int8 {@code [count][dims]}, one after the other, none all zero
     * @param clusters receives {@code count} clusters
     */
    public void assign(byte[] latents, int count, int[] clusters) {
        if (columns != null) {
            columns.find(latents, count, clusters);
        }
        for (int i = 0; i < count; i++) {
            if (columns == null || clusters[i] == BestColumns.UNSURE) {
                System.arraycopy(latents, i * latent.length, latent, 0, latent.length);
                clusters[i] = codebook.assign(latent);
            }
        }
    }
}
