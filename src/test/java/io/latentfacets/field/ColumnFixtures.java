/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field;

import io.latentfacets.model.Generations;
import io.latentfacets.stats.LatentStats;
import java.util.function.Supplier;
import org.opensearch.core.common.breaker.CircuitBreaker;

/** Cluster columns whose limit between small and large segments a test sets. */
public final class ColumnFixtures {

    /** How searches come to their clusters. */
    public enum Columns {
        /** They build every column. */
        BUILT_BY_SEARCHES,
        /** No column is ever there. */
        LOOKED_UP,
        /** All segments are large, and the warmer works. */
        LARGE_AND_WARMED,
        /** As on a node: small segments and a warmer. */
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
