/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.trends;

import io.latentfacets.field.column.ClusterColumns;
import io.latentfacets.model.Generations;
import io.latentfacets.search.SearchPins;
import io.latentfacets.search.query.QueryServices;
import io.latentfacets.search.results.ResultPartitioner;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.apache.lucene.analysis.Analyzer;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.metadata.IndexNameExpressionResolver;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.search.aggregations.MultiBucketConsumerService;

/**
 * The node's services that trends need. Thread-safe.
 *
 * @param generations knows the models
 * @param partitioner makes the aggregation {@code latent_clusters}
 * @param queries makes the query {@code latent_cluster}
 * @param clusterService has the cluster state and its settings
 * @param resolver finds the indices of names
 * @param analyzers looks up analyzers by name
 * @param pool analyses documents
 * @param columns charges the circuit breaker
 */
public record TrendServices(
        Generations generations,
        ResultPartitioner partitioner,
        QueryServices queries,
        ClusterService clusterService,
        IndexNameExpressionResolver resolver,
        Function<String, Analyzer> analyzers,
        Executor pool,
        ClusterColumns columns) {

    /** Decides which models and generations searches use. */
    SearchPins pins() {
        return partitioner.search().pins();
    }

    ClusterState state() {
        return clusterService.state();
    }

    /** The largest number of buckets of one search. */
    int maxBuckets() {
        return clusterService.getClusterSettings().get(MultiBucketConsumerService.MAX_BUCKET_SETTING);
    }
}
