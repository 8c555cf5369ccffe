/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search;

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

    /** Documents of a segment by bucket, deleted ones included, where that is known without looking; else null. */
    long[] counts(LeafReaderContext leaf) throws IOException;

    /** Most documents of a shard that are looked at to tell what is usual; of more, an even part. */
    int lookedAt();
}
