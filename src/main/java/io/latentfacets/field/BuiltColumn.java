/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field;

import java.util.Set;
import org.apache.lucene.util.RamUsageEstimator;

/**
 * The cluster of every document of one segment: one byte a document up to 255 clusters, two above, and one more where
 * similarities were asked for. Immutable, thread-safe.
 */
final class BuiltColumn implements ClusterColumn {
    static final float SIMILARITY_STEPS = 255f;

    private final byte[] narrow;
    private final short[] wide;
    private final byte[] similarities;
    private final int[] counts;
    private final Set<Integer> missing;

    /**
     * @param narrow per document, 0 for none, else the cluster's ordinal + 1; null where that takes two bytes
     * @param wide the same in two bytes, or null
     * @param similarities per document, or null
     * @param counts documents per ordinal
     * @param missing generations that documents are of and that were not in memory
     */
    private BuiltColumn(byte[] narrow, short[] wide, byte[] similarities, int[] counts, Set<Integer> missing) {
        this.narrow = narrow;
        this.wide = wide;
        this.similarities = similarities;
        this.counts = counts;
        this.missing = Set.copyOf(missing);
    }

    @Override
    public int ordinal(int doc) {
        return narrow != null ? narrow[doc] & 0xFF : wide[doc] & 0xFFFF;
    }

    @Override
    public boolean isAtLeast(int doc, int threshold) {
        return (similarities[doc] & 0xFF) >= threshold;
    }

    @Override
    public boolean counted() {
        return true;
    }

    @Override
    public int count(int ordinal) {
        return counts[ordinal];
    }

    @Override
    public Set<Integer> missing() {
        return missing;
    }

    /** The byte that stands for a cosine; negative ones count as 0. */
    static byte quantize(float cosine) {
        return (byte) Math.round(Math.max(0f, Math.min(1f, cosine)) * SIMILARITY_STEPS);
    }

    /** Heap bytes that a column of so many documents and clusters takes. */
    static long ramBytes(int documents, int clusters, boolean similarity) {
        long perDocument = (clusters <= Builder.NARROW_MAX ? 1L : 2L) + (similarity ? 1L : 0L);
        return RamUsageEstimator.alignObjectSize(perDocument * documents) + 4L * (clusters + 1) + 128;
    }

    /** Fills a column; one thread. */
    static final class Builder {
        static final int NARROW_MAX = 255;

        private final byte[] narrow;
        private final short[] wide;
        private final byte[] similarities;
        private final int[] counts;

        Builder(int documents, int clusters, boolean similarity) {
            narrow = clusters <= NARROW_MAX ? new byte[documents] : null;
            wide = clusters <= NARROW_MAX ? null : new short[documents];
            similarities = similarity ? new byte[documents] : null;
            counts = new int[clusters + 1];
            counts[0] = documents;
        }

        /** Whether cosines are kept. */
        boolean similarity() {
            return similarities != null;
        }

        /** @param cluster ordinal in the partition */
        void assign(int doc, int cluster, float cosine) {
            if (narrow != null) {
                narrow[doc] = (byte) (cluster + 1);
            } else {
                wide[doc] = (short) (cluster + 1);
            }
            if (similarities != null) {
                similarities[doc] = quantize(cosine);
            }
            counts[0]--;
            counts[cluster + 1]++;
        }

        BuiltColumn build(Set<Integer> missing) {
            return new BuiltColumn(narrow, wide, similarities, counts, missing);
        }
    }
}
