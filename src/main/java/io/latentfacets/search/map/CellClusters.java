/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.map;

import java.util.HashMap;
import java.util.Map;
import java.util.function.IntFunction;
import org.opensearch.common.lease.Releasable;
import org.opensearch.common.lease.Releasables;
import org.opensearch.common.util.BigArrays;
import org.opensearch.common.util.LongArray;
import org.opensearch.search.aggregations.CardinalityUpperBound;
import org.opensearch.search.aggregations.bucket.terms.LongKeyedBucketOrds;

/**
 * Counts the documents of each cluster in each cell: in an array where cells are few and known, in a hash table
 * otherwise. The memory is charged to the request's breaker. Not thread-safe.
 */
final class CellClusters implements Releasable {
    /** The largest number of counts in an array: 16 MB. */
    private static final long MOST_IN_ARRAY = 1 << 21;

    private final BigArrays arrays;
    private final int clusters;
    /** Null if every pair of a cell and a cluster has its place in the array. */
    private LongKeyedBucketOrds pairs;

    private LongArray counts;
    /** The last pair of each cell + 1; 0 for none. Null with an array. */
    private LongArray lastOfCell;
    /** The pair of the same cell before each pair + 1; 0 for none. Null with an array. */
    private LongArray before;
    /** The cluster of each pair. Null with an array. */
    private LongArray clusterOf;

    /**
     * @param cells the number of cells; 0 if it is not known
     * @param clusters the number of clusters
     */
    CellClusters(BigArrays arrays, long cells, int clusters) {
        this.arrays = arrays;
        this.clusters = clusters;
        boolean all = cells > 0 && cells * clusters <= MOST_IN_ARRAY;
        boolean made = false;
        try {
            counts = arrays.newLongArray(all ? Math.max(1, cells * clusters) : 1024, true);
            pairs = all ? null : LongKeyedBucketOrds.build(arrays, CardinalityUpperBound.MANY);
            if (!all) {
                lastOfCell = arrays.newLongArray(1024, true);
                before = arrays.newLongArray(1024, true);
                clusterOf = arrays.newLongArray(1024, true);
            }
            made = true;
        } finally {
            if (!made) {
                close();
            }
        }
    }

    /**
     * Adds documents to a cell.
     *
     * @param cluster the cluster's number, from 0
     */
    void add(long cell, int cluster, long documents) {
        long at;
        if (pairs == null) {
            at = cell * clusters + cluster;
        } else {
            long pair = pairs.add(cell, cluster);
            at = pair < 0 ? -1 - pair : pair;
            if (pair >= 0) {
                link(cell, cluster, pair);
            }
        }
        counts.increment(at, documents);
    }

    /** Puts a new pair into the list of its cell, so that nobody walks the whole table for the pairs of one cell. */
    private void link(long cell, int cluster, long pair) {
        counts = arrays.grow(counts, pair + 1);
        before = arrays.grow(before, pair + 1);
        clusterOf = arrays.grow(clusterOf, pair + 1);
        lastOfCell = arrays.grow(lastOfCell, cell + 1);
        clusterOf.set(pair, cluster);
        before.set(pair, lastOfCell.get(cell));
        lastOfCell.set(cell, pair + 1);
    }

    /** @param key the key of a cluster by its number; null for one that is not shown */
    ClusterTally of(long cell, IntFunction<String> key) {
        Map<String, Long> found = new HashMap<>();
        if (pairs == null) {
            for (int cluster = 0; cluster < clusters; cluster++) {
                put(found, key.apply(cluster), counts.get(cell * clusters + cluster));
            }
        } else {
            long next = cell < lastOfCell.size() ? lastOfCell.get(cell) : 0;
            while (next > 0) {
                long pair = next - 1;
                put(found, key.apply((int) clusterOf.get(pair)), counts.get(pair));
                next = before.get(pair);
            }
        }
        return found.isEmpty() ? ClusterTally.NONE : ClusterTally.of(found);
    }

    private static void put(Map<String, Long> found, String key, long documents) {
        if (key != null && documents > 0) {
            found.put(key, documents);
        }
    }

    @Override
    public void close() {
        Releasables.close(pairs, counts, lastOfCell, before, clusterOf);
    }
}
