/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field.column;

import io.latentfacets.stats.LatentStats;
import io.latentfacets.stats.StatName;

/**
 * The statistics of one sort of columns.
 *
 * @param unknown counts documents of unknown encoders; null if another sort of columns counts them
 */
record ColumnStats(
        StatName columns,
        StatName bytes,
        StatName documents,
        StatName unknown,
        StatName byWarmer,
        StatName bySearches,
        StatName failed,
        StatName millis,
        StatName lookups) {

    static final ColumnStats CLUSTERS = new ColumnStats(
            StatName.CLUSTER_COLUMNS,
            StatName.CLUSTER_COLUMNS_BYTES,
            StatName.CLUSTER_COLUMNS_DOCUMENTS,
            StatName.CLUSTER_COLUMNS_UNKNOWN_ENCODER,
            StatName.CLUSTER_COLUMNS_BUILT_BY_WARMER,
            StatName.CLUSTER_COLUMNS_BUILT_BY_SEARCHES,
            StatName.CLUSTER_COLUMNS_FAILED,
            StatName.CLUSTER_COLUMN_MILLIS,
            StatName.CLUSTER_COLUMN_LOOKUPS);

    static final ColumnStats PLACES = new ColumnStats(
            StatName.MAP_COLUMNS,
            StatName.MAP_COLUMNS_BYTES,
            StatName.MAP_COLUMNS_DOCUMENTS,
            null,
            StatName.MAP_COLUMNS_BUILT_BY_WARMER,
            StatName.MAP_COLUMNS_BUILT_BY_SEARCHES,
            StatName.MAP_COLUMNS_FAILED,
            StatName.MAP_COLUMN_MILLIS,
            StatName.MAP_COLUMN_LOOKUPS);

    /** Adds a column, or takes it away. */
    void count(LatentStats stats, SegmentColumn column, long size, int covered, int sign) {
        stats.add(columns, sign);
        stats.add(bytes, sign * size);
        stats.add(documents, (long) sign * covered);
        if (unknown != null) {
            stats.add(unknown, (long) sign * column.unknown());
        }
    }
}
