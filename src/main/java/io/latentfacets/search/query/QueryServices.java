/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.query;

import io.latentfacets.encode.EncoderService;
import io.latentfacets.model.Generations;
import io.latentfacets.search.SearchServices;

/**
 * The node's services that the query {@code latent_cluster} needs. Thread-safe.
 *
 * @param search the services that all queries and aggregations need
 * @param clusters explains matches in a model's own clusters
 * @param partitions explains matches in clusters of results
 */
public record QueryServices(SearchServices search, ClusterExplainer clusters, ResultPartitionExplainer partitions) {

    /** @param encoders encodes documents for explanations */
    public QueryServices(SearchServices search, Generations generations, EncoderService encoders) {
        this(search, new ClusterExplainer(generations, encoders), new ResultPartitionExplainer(generations, encoders));
    }
}
