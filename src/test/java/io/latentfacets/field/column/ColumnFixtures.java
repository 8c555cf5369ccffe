/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field.column;

import io.latentfacets.model.Generations;
import io.latentfacets.stats.LatentStats;
import java.util.function.Supplier;
import org.opensearch.core.common.breaker.CircuitBreaker;

/** Cluster columns for tests, which choose the limit between small and large segments. */
public final class ColumnFixtures {

    /** The way in which searches get the clusters of documents. */
    public enum Columns {
        /** Searches build every column. */
        BUILT_BY_SEARCHES,
        /** Searches look up every document; there are no columns. */
        LOOKED_UP,
        /** All segments are large, and the warmer builds their columns. */
        LARGE_AND_WARMED,
        /** As in production: small segments, and a warmer. */
        WARMED
    }

    private ColumnFixtures() {}

    public static ClusterColumns columns(
            Columns how,
            Generations generations,
            Supplier<CircuitBreaker> breaker,
            LatentStats stats,
            ColumnDemand demand) {
        boolean large = how == Columns.LOOKED_UP || how == Columns.LARGE_AND_WARMED;
        if (how == Columns.LOOKED_UP) {
            demand.onRequest(() -> {});
        }
        return new ClusterColumns(generations, breaker, stats, demand, large ? 0 : ClusterColumns.SMALL);
    }
}
