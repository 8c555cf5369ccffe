/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search;

import io.latentfacets.field.LatentFixtures;
import io.latentfacets.search.aggregation.ClusterBucket;
import io.latentfacets.search.aggregation.InternalLatentClusters;
import java.io.IOException;
import java.util.List;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.common.xcontent.json.JsonXContent;
import org.opensearch.core.xcontent.DeprecationHandler;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryBuilders;
import org.opensearch.search.builder.SearchSourceBuilder;

/**
 * Whole searches with facets under a hybrid query. The plugin bypasses core's collectors but counts by core's rules.
 */
public class HybridSearchTests extends LatentNodeTestCase {
    private static final int DIMS = 6;
    private static final String CORPUS = "\"latent_clusters\":{\"field\":\"latent\",\"size\":100}";
    private static final String RESULTS =
            "\"latent_clusters\":{\"field\":\"latent\",\"scope\":\"results\",\"clusters\":2}";

    @Override
    public void setUp() throws Exception {
        super.setUp();
        generations()
                .put(LatentFixtures.generation("news", 1, DIMS, 4, random()))
                .activate("news", 1);
        indexNews(1, 60, 20, DIMS);
    }

    /** Score 1 for red, 2 for a low number, 3 for both. */
    private static HybridQueryBuilder hybrid() {
        return new HybridQueryBuilder(List.of(
                scored(QueryBuilders.termQuery("tag", "red"), 1),
                scored(QueryBuilders.rangeQuery("number").lt(20), 2)));
    }

    private static QueryBuilder scored(QueryBuilder query, float score) {
        return QueryBuilders.constantScoreQuery(query).boost(score);
    }

    private SearchResponse search(Float minScore, String... aggregations) throws IOException {
        StringBuilder body = new StringBuilder("{\"size\":0,\"aggs\":{");
        for (int i = 0; i < aggregations.length; i++) {
            body.append(i == 0 ? "" : ",")
                    .append("\"a")
                    .append(i)
                    .append("\":{")
                    .append(aggregations[i])
                    .append("}");
        }
        try (XContentParser parser = JsonXContent.jsonXContent.createParser(
                getInstanceFromNode(NamedXContentRegistry.class),
                DeprecationHandler.THROW_UNSUPPORTED_OPERATION,
                body.append("}}").toString())) {
            SearchSourceBuilder source =
                    SearchSourceBuilder.fromXContent(parser).query(hybrid());
            if (minScore != null) {
                source.minScore(minScore);
            }
            return client().search(new SearchRequest("news").source(source)).actionGet();
        }
    }

    private static long counted(SearchResponse response, String name) {
        InternalLatentClusters clusters = response.getAggregations().get(name);
        return clusters.unassigned()
                + clusters.getBuckets().stream()
                        .mapToLong(ClusterBucket::getDocCount)
                        .sum();
    }

    public void testMinScoreCounts() throws IOException {
        for (String aggregation : List.of(CORPUS, RESULTS)) {
            assertEquals(40, counted(search(null, aggregation), "a0"));
            assertEquals(40, counted(search(1f, aggregation), "a0"));
            assertEquals(20, counted(search(1.5f, aggregation), "a0"));
            assertEquals(10, counted(search(2.5f, aggregation), "a0"));
            assertEquals(0, counted(search(3.5f, aggregation), "a0"));
        }
    }

    /** A k-NN query searches its graph when its weight is created, so each search and shard creates only one. */
    public void testSubQueriesAreAskedOnce() throws IOException {
        long before = HybridQueryBuilder.weights();
        SearchResponse response = search(null, CORPUS, CORPUS, CORPUS);
        for (String name : List.of("a0", "a1", "a2")) {
            assertEquals(40, counted(response, name));
        }
        assertEquals(1, HybridQueryBuilder.weights() - before);
        assertEquals("of each of two searches", 40, counted(search(null, RESULTS), "a0"));
        assertEquals(3, HybridQueryBuilder.weights() - before);
    }

    public void testSearchesThatAreOverAreForgotten() throws Exception {
        search(null, CORPUS);
        assertBusy(() -> assertEquals(
                0, LatentSearchTestPlugin.PARTITIONER.get().search().hybrids().open()));
    }
}
