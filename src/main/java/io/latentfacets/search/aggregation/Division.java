/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.aggregation;

import io.latentfacets.search.results.ResultClusters;
import java.util.Objects;
import org.opensearch.common.SetOnce;

/**
 * The state of a search that clusters its results. The rewrite of {@link LatentClustersAggregationBuilder} on the
 * coordinating node moves from {@link Wanted} over {@link Underway} to {@link Done}. In corpus scope the state stays
 * {@link None}.
 */
sealed interface Division {

    /** The initial state of a request. */
    static Division of(Scope scope) {
        return scope == Scope.RESULTS ? new Wanted() : new None();
    }

    /**
     * The state of a shard's request.
     *
     * @param clusters the clusters that the coordinating node found; null if it found none
     */
    static Division received(Scope scope, ResultClusters clusters) {
        return clusters == null ? of(scope) : new Done(clusters);
    }

    /** The clusters that shards receive; null before they exist. */
    default ResultClusters clusters() {
        return null;
    }

    /** Corpus scope: the search counts the model's own clusters. */
    record None() implements Division {}

    /** The coordinating node has not begun. */
    record Wanted() implements Division {}

    /**
     * The coordinating node's inner search is running. This state is never sent.
     *
     * @param found set when that search has ended
     */
    record Underway(SetOnce<ResultClusters> found) implements Division {

        /** Returns the next state, or this one while the search runs. */
        Division next() {
            return found.get() == null ? this : new Done(found.get());
        }
    }

    /** The clusters exist; shards count by them. */
    record Done(@Override ResultClusters clusters) implements Division {
        public Done {
            Objects.requireNonNull(clusters);
        }
    }
}
