/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.aggregation;

import io.latentfacets.search.results.ResultClusters;
import java.util.Objects;
import org.opensearch.common.SetOnce;

/**
 * How far a search has come in dividing its results into clusters of their own. The rewrite of
 * {@link LatentClustersAggregationBuilder} on the coordinating node goes from {@link Wanted} over {@link Underway} to
 * {@link Done}; in corpus scope it stays {@link None}.
 */
sealed interface Division {

    /** The state that a request begins in. */
    static Division of(Scope scope) {
        return scope == Scope.RESULTS ? new Wanted() : new None();
    }

    /**
     * The state of a shard's request.
     *
     * @param clusters what the coordinating node found; null if it divided nothing
     */
    static Division received(Scope scope, ResultClusters clusters) {
        return clusters == null ? of(scope) : new Done(clusters);
    }

    /** What shards get; null before there is anything. */
    default ResultClusters clusters() {
        return null;
    }

    /** The model's own clusters are counted: there is nothing to divide. */
    record None() implements Division {}

    /** The coordinating node has not begun. */
    record Wanted() implements Division {}

    /**
     * The coordinating node's search for the clusters is on its way. Never sent.
     *
     * @param found set once that search has ended
     */
    record Underway(SetOnce<ResultClusters> found) implements Division {

        /** The next state, or this one as long as the search goes on. */
        Division next() {
            return found.get() == null ? this : new Done(found.get());
        }
    }

    /** The clusters are known; shards count by them. */
    record Done(@Override ResultClusters clusters) implements Division {
        public Done {
            Objects.requireNonNull(clusters);
        }
    }
}
