/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.facets;

import io.latentfacets.encode.SentenceRanker;
import io.latentfacets.search.SearchPins;
import io.latentfacets.search.results.ResultPartitioner;
import io.latentfacets.stats.LatentStats;
import org.opensearch.core.common.io.stream.NamedWriteableRegistry;

/**
 * What facets need of a node. Thread-safe.
 *
 * @param writeables reads ids of points in time
 */
public record FacetServices(
        ResultPartitioner partitioner, SentenceRanker sentences, LatentStats stats, NamedWriteableRegistry writeables) {

    /** Which models and generations searches see. */
    SearchPins pins() {
        return partitioner.search().pins();
    }
}
