/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field.column;

import java.io.IOException;
import java.util.Set;
import org.apache.lucene.search.DocIdSetIterator;

/**
 * The clusters of one segment's documents, deleted ones included. A {@link BuiltColumn} holds all of them in advance:
 * it answers in any order and on any thread. A {@link LookupColumn} assigns each document on request: it serves one
 * thread and is fast in ascending order. Both give the same answer for every document. Only a built column has
 * {@link #count counts} and {@link #documents}.
 */
public sealed interface ClusterColumn permits BuiltColumn, LookupColumn {

    /** Returns 0 for a document without a cluster, otherwise the cluster's ordinal + 1. */
    int ordinal(int doc) throws IOException;

    /**
     * Whether the cosine between a document and its cluster's centroid reaches a {@link #threshold}. Valid only if the
     * caller requested the column with similarities.
     */
    boolean isAtLeast(int doc, int threshold) throws IOException;

    /** Whether {@link #count} works. */
    boolean counted();

    /**
     * The number of documents of the segment, deleted ones included, that have this {@link #ordinal}.
     *
     * @throws IllegalStateException unless {@link #counted}
     */
    int count(int ordinal);

    /**
     * The documents of the segment, deleted ones included, that have some {@link #ordinal}s: for one thread.
     *
     * @param ordinals 1 at each ordinal that is asked for, else 0
     * @throws IllegalStateException unless {@link #counted}
     */
    DocIdSetIterator documents(byte[] ordinals);

    /**
     * The known generations that were not in memory when the column read documents of their encoders. Those documents
     * count as unassigned for this reason only. A document of an unknown encoder is unassigned for good. If the set is
     * not empty, a caller must not cache anything derived from the column.
     */
    Set<Integer> missing();

    /**
     * The threshold for {@link #isAtLeast}. The column keeps cosines in steps of 1/255. A document passes a minimum if
     * its cosine, rounded to that grid, is not below the minimum.
     *
     * @param minSimilarity the least cosine, 0 to 1
     */
    static int threshold(double minSimilarity) {
        return (int) Math.ceil(minSimilarity * BuiltColumn.SIMILARITY_STEPS);
    }
}
