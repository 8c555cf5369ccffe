/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field.column;

import java.util.Set;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.FixedBitSet;
import org.apache.lucene.util.RamUsageEstimator;

/**
 * The cluster of every document of one segment, computed in advance. A column takes one byte per document for up to 255
 * clusters and two bytes above; similarities take one more. Immutable, thread-safe.
 */
final class BuiltColumn implements SegmentColumn, ClusterColumn {
    static final float SIMILARITY_STEPS = 255f;

    private final byte[] narrow;
    private final short[] wide;
    private final byte[] similarities;
    private final int[] counts;
    private final Set<Integer> missing;
    private final int unknown;

    /**
     * @param narrow per document 0 for no cluster, otherwise the cluster's ordinal + 1; null if the column is wide
     * @param wide the same values in two bytes each; null if the column is narrow
     * @param similarities the quantized cosine per document; null if the column keeps none
     * @param counts the number of documents per value of {@link #ordinal}
     * @param missing the generations that some documents need and that were not in memory
     * @param unknown the number of documents with a latent of an unknown encoder
     */
    private BuiltColumn(
            byte[] narrow, short[] wide, byte[] similarities, int[] counts, Set<Integer> missing, int unknown) {
        this.narrow = narrow;
        this.wide = wide;
        this.similarities = similarities;
        this.counts = counts;
        this.missing = Set.copyOf(missing);
        this.unknown = unknown;
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
    public DocIdSetIterator documents(byte[] ordinals) {
        return new ColumnDocuments(this, ordinals);
    }

    /** The number of documents of the segment. */
    int size() {
        return narrow != null ? narrow.length : wide.length;
    }

    /**
     * Returns the first document from one on that has some ordinals; {@link #size} if there is none.
     *
     * @param ordinals 1 at each ordinal that is asked for, else 0
     */
    int next(byte[] ordinals, int from) {
        int doc = from;
        if (narrow != null) {
            while (doc < narrow.length && ordinals[narrow[doc] & 0xFF] == 0) {
                doc++;
            }
        } else {
            while (doc < wide.length && ordinals[wide[doc] & 0xFFFF] == 0) {
                doc++;
            }
        }
        return doc;
    }

    /**
     * Sets the bits of documents that have some ordinals, 64 documents at a time and without a branch for each.
     *
     * @param ordinals 1 at each ordinal that is asked for, else 0
     * @param from the first document to look at
     * @param to the document after the last one, at most {@link #size}
     * @param bits the bits, of which others stay as they are
     * @param offset the document of the first bit
     */
    void mark(byte[] ordinals, int from, int to, FixedBitSet bits, int offset) {
        long[] words = bits.getBits();
        int doc = from;
        while (doc < to) {
            int word = (doc - offset) >> 6;
            int end = Math.min(to, offset + ((word + 1) << 6));
            long found = 0;
            if (narrow != null) {
                for (; doc < end; doc++) {
                    found |= (long) ordinals[narrow[doc] & 0xFF] << (doc - offset);
                }
            } else {
                for (; doc < end; doc++) {
                    found |= (long) ordinals[wide[doc] & 0xFFFF] << (doc - offset);
                }
            }
            words[word] |= found;
        }
    }

    @Override
    public Set<Integer> missing() {
        return missing;
    }

    @Override
    public int unknown() {
        return unknown;
    }

    /** Maps a cosine to its byte, 0 to 255 unsigned; negative cosines become 0. */
    static byte quantize(float cosine) {
        return (byte) Math.round(Math.max(0f, Math.min(1f, cosine)) * SIMILARITY_STEPS);
    }

    /** The heap bytes of a column for this number of documents and clusters. */
    static long ramBytes(int documents, int clusters, boolean similarity) {
        long perDocument = (clusters <= Builder.NARROW_MAX ? 1L : 2L) + (similarity ? 1L : 0L);
        return RamUsageEstimator.alignObjectSize(perDocument * documents) + 4L * (clusters + 1) + 128;
    }

    /** Fills a column. Not thread-safe. */
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

        /** Whether the column keeps cosines. */
        boolean similarity() {
            return similarities != null;
        }

        /** @param cluster the cluster's ordinal in the partition, at least 0 */
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

        BuiltColumn build(Set<Integer> missing, int unknown) {
            return new BuiltColumn(narrow, wide, similarities, counts, missing, unknown);
        }
    }
}
