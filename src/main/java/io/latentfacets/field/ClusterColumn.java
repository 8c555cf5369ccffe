/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field;

import java.io.IOException;
import java.util.Set;

/**
 * The clusters of one segment's documents, deleted ones included. Either all of them, made before ({@link BuiltColumn}:
 * any order, any thread), or made for each document that is asked for ({@link LookupColumn}: one thread, fast where
 * documents come in order). Both say the same of every document; only the first knows {@link #count counts}.
 */
public sealed interface ClusterColumn permits BuiltColumn, LookupColumn {

    /** 0 for a document without a cluster, else the cluster's ordinal + 1. */
    int ordinal(int doc) throws IOException;

    /**
     * Whether a document is at least as near to its cluster's centroid as a {@link #threshold} says; only where the
     * column was asked for with similarities.
     */
    boolean isAtLeast(int doc, int threshold) throws IOException;

    /** Whether {@link #count} can be asked. */
    boolean counted();

    /**
     * How many documents of the segment, deleted ones included, have this {@link #ordinal}.
     *
     * @throws IllegalStateException unless {@link #counted}
     */
    int count(int ordinal);

    /**
     * Generations of documents that count as unassigned only because their generation was not in memory when they were
     * looked at. Where it is not empty, the column must not be the basis of anything that is kept.
     */
    Set<Integer> missing();

    /**
     * Cosines are kept in steps of 1/255; a document passes a minimum when its cosine, rounded to that grid, is not
     * below it.
     *
     * @param minSimilarity 0 to 1
     */
    static int threshold(double minSimilarity) {
        return (int) Math.ceil(minSimilarity * BuiltColumn.SIMILARITY_STEPS);
    }
}
