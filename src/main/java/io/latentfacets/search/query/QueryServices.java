/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.query;

import io.latentfacets.encode.EncoderService;
import io.latentfacets.model.Generations;
import io.latentfacets.search.SearchServices;

/**
 * What the query {@code latent_cluster} needs of its node. Thread-safe.
 *
 * @param clusters explains documents of a model's own clusters
 * @param partitions explains documents of clusters of results
 */
public record QueryServices(SearchServices search, ClusterExplainer clusters, ResultPartitionExplainer partitions) {

    /** @param encoders what explanations are made with */
    public QueryServices(SearchServices search, Generations generations, EncoderService encoders) {
        this(search, new ClusterExplainer(generations, encoders), new ResultPartitionExplainer(generations, encoders));
    }
}
