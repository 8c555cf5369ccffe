/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.aggregation;

import io.latentfacets.field.LatentFixtures;
import io.latentfacets.search.LatentNodeTestCase;
import io.latentfacets.search.LatentSearchTestPlugin;
import io.latentfacets.search.MinSimilarity;
import java.util.List;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryBuilders;
import org.opensearch.search.aggregations.AggregationBuilder;
import org.opensearch.search.aggregations.bucket.terms.TermsAggregationBuilder;
import org.opensearch.search.builder.SearchSourceBuilder;
import org.opensearch.search.internal.SearchContext;

/**
 * Core alone decides on {@code terminated_early} in a response: {@code latent_clusters} gives the same value as core's
 * {@code terms} in its place. Core sets it for every search without hits, even without aggregations.
 */
public class TerminatedEarlyTests extends LatentNodeTestCase {
    private static final int DIMS = 6;

    @Override
    public void setUp() throws Exception {
        super.setUp();
        generations()
                .put(LatentFixtures.generation("news", 1, DIMS, 4, random()))
                .activate("news", 1);
        indexNews(2, 40, 10, DIMS);
    }

    public void testItIsThereWhereTermsHasIt() {
        int said = 0;
        for (QueryBuilder query : List.of(QueryBuilders.matchAllQuery(), QueryBuilders.termQuery("tag", "red"))) {
            for (int size : new int[] {0, 5}) {
                for (int trackedHits : new int[] {SearchContext.TRACK_TOTAL_HITS_DISABLED, 3, 10_000}) {
                    for (int after : new int[] {SearchContext.DEFAULT_TERMINATE_AFTER, 1000}) {
                        SearchSourceBuilder search = new SearchSourceBuilder()
                                .query(query)
                                .size(size)
                                .trackTotalHitsUpTo(trackedHits)
                                .terminateAfter(after);
                        Boolean core = terminatedEarly(search, new TermsAggregationBuilder("a").field("tag"));
                        assertEquals(search.toString(), core, terminatedEarly(search, clusters(Scope.CORPUS)));
                        assertEquals(search.toString(), core, terminatedEarly(search, clusters(Scope.RESULTS)));
                        said += core == null ? 0 : 1;
                    }
                }
            }
        }
        assertTrue("core says it of some searches", said > 0);
    }

    private Boolean terminatedEarly(SearchSourceBuilder search, AggregationBuilder aggregation) {
        return client().search(
                        new SearchRequest("news").source(search.shallowCopy().aggregation(aggregation)))
                .actionGet()
                .isTerminatedEarly();
    }

    private static LatentClustersAggregationBuilder clusters(Scope scope) {
        FacetOptions options = new FacetOptions(
                scope,
                10,
                8,
                1,
                MinSimilarity.NONE,
                List.of(),
                FacetOptions.DEFAULTS.order(),
                Level.CLUSTERS,
                3,
                100,
                null);
        return new LatentClustersAggregationBuilder("a", "latent", options, LatentSearchTestPlugin.PARTITIONER::get);
    }
}
