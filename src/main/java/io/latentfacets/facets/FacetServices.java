/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.facets;

import io.latentfacets.encode.SentenceRanker;
import io.latentfacets.search.SearchPins;
import io.latentfacets.search.results.ResultPartitioner;
import io.latentfacets.stats.LatentStats;
import org.opensearch.core.common.io.stream.NamedWriteableRegistry;

/**
 * The node's services that facets need. Thread-safe.
 *
 * @param partitioner finds the clusters of results
 * @param sentences ranks the sentences of summaries
 * @param stats counts calls and times
 * @param writeables reads the ids of points in time
 */
public record FacetServices(
        ResultPartitioner partitioner, SentenceRanker sentences, LatentStats stats, NamedWriteableRegistry writeables) {

    /** Decides which models and generations searches use. */
    SearchPins pins() {
        return partitioner.search().pins();
    }
}
