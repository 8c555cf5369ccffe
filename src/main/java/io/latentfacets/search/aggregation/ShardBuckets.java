/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.aggregation;

import java.io.IOException;
import org.apache.lucene.index.LeafReaderContext;

/**
 * The buckets of one shard's part of {@code latent_clusters}, and the assignment of documents to them. Thread-safe, but
 * each {@link Leaf} serves one thread.
 */
interface ShardBuckets {
    /** The bucket of documents without a cluster. */
    int UNASSIGNED = 0;

    /** Assigns the documents of a segment to buckets, in ascending order. */
    @FunctionalInterface
    interface Leaf {
        /** A segment without latents. */
        Leaf NONE = doc -> UNASSIGNED;

        int bucket(int doc) throws IOException;

        /**
         * Adds documents to the counts of their buckets.
         *
         * @param documents the documents, ascending, none of them before those of the last call
         * @param number how many of them, from the first on
         * @param counts one per bucket
         */
        default void count(int[] documents, int number, long[] counts) throws IOException {
            for (int i = 0; i < number; i++) {
                counts[bucket(documents[i])]++;
            }
        }
    }

    /** Assigns the documents of a segment to any number of buckets each, in ascending order. For one thread. */
    @FunctionalInterface
    interface Overlap {
        /**
         * Writes the numbers of a document's buckets into an array of {@link #count} elements, ascending, and returns
         * how many there are: 0 for a document without a cluster.
         */
        int buckets(int doc, int[] into) throws IOException;
    }

    /** Whether a document may count in several buckets: then {@link #overlap} assigns it, not {@link #leaf}. */
    default boolean overlaps() {
        return false;
    }

    /** Returns what assigns the documents of a segment if buckets overlap. */
    default Overlap overlap(LeafReaderContext leaf) throws IOException {
        throw new UnsupportedOperationException("each document has one bucket");
    }

    /** The number of buckets, including the bucket of documents without a cluster. */
    int count();

    /**
     * Returns a bucket for the response; null for a cluster that a user has hidden.
     *
     * @param number the bucket's number, at least 1
     * @param documents the bucket's count
     */
    ClusterBucket bucket(int number, long documents);

    /**
     * The key of a bucket's cluster or parent.
     *
     * @param number the bucket's number, at least 1
     */
    String key(int number);

    Leaf leaf(LeafReaderContext leaf) throws IOException;

    /**
     * Returns the number of a segment's documents per bucket, deleted ones included; null if only a visit to each
     * document can tell. For a caller who needs every document of the segment, so that time spent on counts pays off.
     */
    long[] counts(LeafReaderContext leaf) throws IOException;

    /** Returns what background counts need to know of a segment. */
    Background background(LeafReaderContext leaf) throws IOException;

    /**
     * What background counts need to know of a segment, all from one column: another one may have another cluster for a
     * document.
     *
     * @param documents assigns the documents
     * @param counts what {@link ShardBuckets#counts} returns, if it is known without any work; else null
     * @param lookedAt the limit for exact counts of this segment: they visit every document if the shard has fewer
     *     documents, and a sample otherwise
     */
    @SuppressWarnings("ArrayRecordComponent") // of no use as a value
    record Background(Leaf documents, long[] counts, int lookedAt) {}
}
