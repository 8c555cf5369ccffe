/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.facets;

import io.latentfacets.search.ResponseExts;
import io.latentfacets.search.aggregation.ClusterBucket;
import io.latentfacets.search.aggregation.InternalLatentClusters;
import io.latentfacets.search.aggregation.LatentClustersAggregationBuilder;
import io.latentfacets.search.results.ResultPartitioner;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.search.SearchExtBuilder;
import org.opensearch.search.aggregations.Aggregation;
import org.opensearch.search.aggregations.AggregationBuilders;
import org.opensearch.search.aggregations.Aggregations;
import org.opensearch.search.aggregations.InternalAggregation;
import org.opensearch.search.aggregations.InternalAggregations;
import org.opensearch.search.aggregations.bucket.histogram.Histogram;
import org.opensearch.search.aggregations.metrics.TopHits;
import org.opensearch.search.builder.SearchSourceBuilder;

/**
 * The aggregations that facets add to a search: the clusters, with documents and counts over time below each, and the
 * counts of all matches over time. Stateless.
 */
final class FacetAggregations {
    // names that users are unlikely to choose
    private static final String CLUSTERS = "_latent_facets";
    private static final String TIMES = "_latent_facets_times";
    private static final String DOCUMENTS = "documents";
    private static final String TREND = "trend";

    private FacetAggregations() {}

    /**
     * Adds the aggregations to a search.
     *
     * @param documents the number of documents per cluster; 0 for none
     * @param fields the fields of {@code _source} that those documents need
     * @throws IllegalArgumentException if the search already has aggregations of these names
     */
    static void addTo(
            SearchSourceBuilder source,
            FacetsRequest request,
            int documents,
            Collection<String> fields,
            Supplier<ResultPartitioner> partitioner) {
        LatentClustersAggregationBuilder clusters =
                new LatentClustersAggregationBuilder(CLUSTERS, request.field(), request.options(), partitioner);
        if (documents > 0) {
            clusters.subAggregation(AggregationBuilders.topHits(DOCUMENTS)
                    .size(documents)
                    .fetchSource(fields.toArray(String[]::new), null));
        }
        source.aggregation(clusters);
        if (request.trend() != null) {
            clusters.subAggregation(request.trend().aggregation(TREND));
            source.aggregation(request.trend().aggregation(TIMES));
        }
    }

    /**
     * Whether a search already has the aggregations.
     *
     * @param source the search's body; may be null
     */
    static boolean isIn(SearchSourceBuilder source) {
        return source != null
                && source.aggregations() != null
                && source.aggregations().getAggregatorFactories().stream()
                        .anyMatch(each -> each.getName().equals(CLUSTERS));
    }

    /** The clusters of a response; null if no shard was searched or nothing was added. */
    static InternalLatentClusters clusters(SearchResponse response) {
        return response.getAggregations() == null
                ? null
                : response.getAggregations().get(CLUSTERS);
    }

    static Histogram times(SearchResponse response) {
        return response.getAggregations().get(TIMES);
    }

    static Histogram trend(ClusterBucket bucket) {
        return bucket.getAggregations().get(TREND);
    }

    static TopHits documents(ClusterBucket bucket) {
        return bucket.getAggregations().get(DOCUMENTS);
    }

    /**
     * Returns the response without the added aggregations.
     *
     * @param ext an extension to add, which replaces one of the same name; null for none
     */
    static SearchResponse without(SearchResponse response, SearchExtBuilder ext) {
        List<InternalAggregation> theirs = new ArrayList<>();
        Aggregations all = response.getAggregations();
        if (all != null) {
            for (Aggregation each : all) {
                if (!each.getName().equals(CLUSTERS) && !each.getName().equals(TIMES)) {
                    theirs.add((InternalAggregation) each);
                }
            }
        }
        return ResponseExts.with(response, theirs.isEmpty() ? null : InternalAggregations.from(theirs), ext);
    }
}
