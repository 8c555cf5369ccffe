/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search;

import io.latentfacets.field.LatentFixtures;
import io.latentfacets.search.aggregation.ClusterBucket;
import io.latentfacets.search.aggregation.FacetOptions;
import io.latentfacets.search.aggregation.InternalLatentClusters;
import io.latentfacets.search.aggregation.LatentClustersAggregationBuilder;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.ConstantScoreQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.index.query.ParsedQuery;
import org.opensearch.index.query.QueryBuilders;

/** Which rules of document-level security stand around a query, and what they do to {@code lift}. */
public class VisibleDocumentsTests extends LatentNodeTestCase {
    private static final Query ASKED = new TermQuery(new Term("body", "oil"));
    private static final Query RED = new TermQuery(new Term("tag", "red"));
    private static final Query BLUE = new TermQuery(new Term("tag", "blue"));

    @Override
    public void tearDown() throws Exception {
        LatentSearchTestPlugin.RULES.show();
        super.tearDown();
    }

    private static BooleanQuery.Builder any(Query... rules) {
        BooleanQuery.Builder any = new BooleanQuery.Builder().setMinimumNumberShouldMatch(1);
        for (Query rule : rules) {
            any.add(rule, Occur.SHOULD);
        }
        return any;
    }

    private static Query rules(Query parsed, boolean inRequest) {
        return VisibleDocuments.rules(new ParsedQuery(parsed), inRequest);
    }

    public void testRulesAreTheAlternativesBesideTheQuery() {
        Query red = new ConstantScoreQuery(RED);
        Query blue = new ConstantScoreQuery(BLUE);
        Query around = any(red, blue).add(ASKED, Occur.MUST).build();
        assertEquals(any(red, blue).build(), rules(around, false));
        assertEquals(any(red, blue).build(), rules(new BoostQuery(around, 2), false));
    }

    public void testRulesThatCameWithTheRequestHaveScores() {
        Query around = any(RED, BLUE).add(ASKED, Occur.MUST).build();
        assertEquals(any(RED, BLUE).build(), rules(around, true));
        assertNull(rules(around, false));
    }

    public void testUsersQueriesAreNoRules() {
        Query red = new ConstantScoreQuery(RED);
        assertNull(rules(ASKED, true));
        assertNull(rules(any(red).build(), true));
        assertNull(rules(any(red).add(ASKED, Occur.MUST).add(BLUE, Occur.FILTER).build(), true));
        assertNull(rules(any(red).add(ASKED, Occur.MUST).add(BLUE, Occur.MUST).build(), true));
        assertNull(rules(any(red).add(ASKED, Occur.FILTER).build(), true));
        assertNull(rules(
                any(red).add(ASKED, Occur.MUST).setMinimumNumberShouldMatch(0).build(), true));
        assertNull(VisibleDocuments.rules(null, true));
    }

    private Map<String, ClusterBucket> facets() {
        SearchResponse response = client().prepareSearch("news")
                .setSize(0)
                .addAggregation(new LatentClustersAggregationBuilder(
                        "t", "latent", FacetOptions.DEFAULTS, LatentSearchTestPlugin.PARTITIONER::get))
                .get();
        InternalLatentClusters clusters = response.getAggregations().get("t");
        return clusters.getBuckets().stream().collect(Collectors.toMap(ClusterBucket::getKey, Function.identity()));
    }

    /** All that a caller sees is as usual as what he sees, so each lift is 1; a different lift is about hidden ones. */
    public void testLiftComparesWithVisibleDocuments() {
        generations().put(LatentFixtures.generation("news", 1, 8, 5, random())).activate("news", 1);
        indexNews(2, 300, 60, 8);
        client().admin().indices().prepareRefresh("news").get();
        LatentSearchTestPlugin.RULES.show(QueryBuilders.termQuery("tag", "red"));
        Map<String, ClusterBucket> seen = facets();
        assertEquals(
                150,
                seen.values().stream().mapToLong(ClusterBucket::getDocCount).sum());
        seen.forEach((key, bucket) -> assertEquals(key, 1, bucket.lift(), 1e-9));
    }
}
