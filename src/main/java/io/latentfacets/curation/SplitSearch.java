/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.curation;

import io.latentfacets.attach.AttachedIndices;
import io.latentfacets.model.Bound;
import io.latentfacets.search.aggregation.FacetOptions;
import io.latentfacets.search.aggregation.LatentClustersAggregationBuilder;
import io.latentfacets.search.query.LatentClusterQueryBuilder;
import io.latentfacets.search.query.QueryServices;
import io.latentfacets.search.results.ResultPartitioner;
import io.latentfacets.strict.StrictMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.opensearch.ResourceNotFoundException;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.support.IndicesOptions;
import org.opensearch.cluster.ClusterState;
import org.opensearch.index.query.QueryBuilders;
import org.opensearch.search.builder.SearchSourceBuilder;

/**
 * The search that divides the documents of one cluster: {@code latent_clusters} in results scope. Immutable.
 *
 * @param indices the indices to search, sorted
 * @param field the field with the latents
 */
record SplitSearch(List<String> indices, String field) {

    static final String PARTS = "parts";

    private static final int TERMS = 10;

    /**
     * Finds where documents of a model are.
     *
     * @param asked the names to search; empty for the open indices that have its latents and that it is bound to
     * @throws ResourceNotFoundException if there is no such index
     */
    static SplitSearch of(String model, List<String> asked, Bound bound, ClusterState state) {
        List<AttachedIndices.Attached> attached = AttachedIndices.of(state, model);
        List<String> names = attached.stream()
                .map(AttachedIndices.Attached::index)
                .distinct()
                .filter(index -> bound.covers(state.metadata().index(index), state.metadata()))
                .sorted()
                .toList();
        if (attached.isEmpty() || (asked.isEmpty() && names.isEmpty())) {
            throw new ResourceNotFoundException(
                    "model [{}] is bound to no open index with its latents; [_attach] binds one", model);
        }
        return new SplitSearch(asked.isEmpty() ? names : asked, attached.get(0).field());
    }

    SearchRequest request(
            CurationRequest split, Supplier<QueryServices> queries, Supplier<ResultPartitioner> partitioner) {
        Map<String, Object> options = Map.of(
                "scope",
                "results",
                "clusters",
                split.parts() == CurationRequest.AUTO ? "auto" : split.parts(),
                "size",
                CurationRequest.MAX_PARTS,
                "terms",
                TERMS);
        return new SearchRequest(indices.toArray(String[]::new))
                .indicesOptions(
                        split.indices().isEmpty()
                                ? IndicesOptions.lenientExpandOpen()
                                : IndicesOptions.strictExpandOpenAndForbidClosed())
                .source(new SearchSourceBuilder()
                        .size(0)
                        .timeout(split.timeout())
                        .query(QueryBuilders.boolQuery()
                                .filter(new LatentClusterQueryBuilder(field, split.keys(), queries)))
                        .aggregation(new LatentClustersAggregationBuilder(
                                PARTS, field, FacetOptions.parse(StrictMap.of(PARTS, options)), partitioner)));
    }
}
