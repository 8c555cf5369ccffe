/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.aggregation;

import java.io.IOException;
import org.apache.lucene.index.LeafReaderContext;

/**
 * The buckets of one shard's part of {@code latent_clusters}, and which of them documents go to. Thread-safe; what
 * {@link #leaf} gives is for one thread.
 */
interface ShardBuckets {
    /** The bucket of documents without a cluster. */
    int UNASSIGNED = 0;

    /** Which bucket the documents of a segment go to, asked in ascending order. */
    @FunctionalInterface
    interface Leaf {
        /** A segment without latents. */
        Leaf NONE = doc -> UNASSIGNED;

        int bucket(int doc) throws IOException;
    }

    /** Number of buckets, the one of documents without a cluster included. */
    int count();

    /** What a bucket shows, with so many documents; null for one that facets leave out. */
    ClusterBucket bucket(int number, long documents);

    /** The key of what a bucket shows. */
    String key(int number);

    Leaf leaf(LeafReaderContext leaf) throws IOException;

    /**
     * Documents of a segment by bucket, deleted ones included; null where only looking at each tells.
     *
     * @param all whether all documents of the segment are asked for, so that it may take the time to count them
     */
    long[] counts(LeafReaderContext leaf, boolean all) throws IOException;

    /** Most documents of a shard that are worth looking at to tell what is usual in this segment; of more, a part. */
    int lookedAt(LeafReaderContext leaf) throws IOException;
}
