/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field.column;

/** What a column of a segment holds for each document. */
enum ColumnKind {
    /** The cluster. */
    CLUSTERS,
    /** The cluster and the cosine to its centroid. */
    SIMILARITIES,
    /** The place on the map. */
    PLACES;

    /** The kind of a cluster column. */
    static ColumnKind ofClusters(boolean similarity) {
        return similarity ? SIMILARITIES : CLUSTERS;
    }

    boolean similarity() {
        return this == SIMILARITIES;
    }
}
