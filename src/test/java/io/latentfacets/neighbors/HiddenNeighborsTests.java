/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.neighbors;

import static org.hamcrest.Matchers.containsString;

import io.latentfacets.field.LatentFixtures;
import io.latentfacets.model.Generation;
import io.latentfacets.search.LatentNodeTestCase;
import io.latentfacets.search.LatentSearchTestPlugin;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.opensearch.action.search.CreatePitAction;
import org.opensearch.action.search.CreatePitRequest;
import org.opensearch.action.search.DeletePitAction;
import org.opensearch.action.search.DeletePitRequest;
import org.opensearch.action.search.SearchRequestBuilder;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.action.search.SearchType;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryBuilders;
import org.opensearch.search.SearchHit;
import org.opensearch.search.aggregations.AggregationBuilders;
import org.opensearch.search.aggregations.bucket.filter.Filter;
import org.opensearch.search.builder.PointInTimeBuilder;

/** Neighbours of a caller from whom document-level security hides documents: as if only the others existed. */
public class HiddenNeighborsTests extends LatentNodeTestCase {
    private static final int DIMS = 8;
    private static final int K = 5;
    private static final String INDEX = "records";

    /** A document; its id is its place in the list. */
    private record Doc(byte[] latent, String tag) {}

    private final List<Doc> docs = new ArrayList<>();
    private byte[] asked;

    @Override
    public void setUp() throws Exception {
        super.setUp();
        LatentSearchTestPlugin.RULES.show();
        Generation generation = LatentFixtures.generation("news", 1, DIMS, 5, random());
        generations().put(generation).activate("news", 1);
        asked = LatentFixtures.latent(DIMS, random());
    }

    @Override
    public void tearDown() throws Exception {
        LatentSearchTestPlugin.RULES.show();
        super.tearDown();
    }

    /**
     * All documents are in one of two shards, because each shard has its own k nearest, and because a search of one
     * shard has no fetch phase of its own.
     */
    private void index(boolean graphs) {
        client().admin()
                .indices()
                .prepareCreate(INDEX)
                .setSettings(Settings.builder().put("number_of_shards", 2).put("number_of_replicas", 0))
                .setMapping("{\"properties\":{\"latent\":{\"type\":\"latent_vector\",\"model\":\"news\",\"neighbors\":"
                        + graphs + "},\"tag\":{\"type\":\"keyword\"}}}")
                .get();
        for (int i = 0; i < 120; i++) {
            Doc doc = new Doc(LatentFixtures.latent(DIMS, random()), randomFrom("red", "green", "blue", "grey"));
            client().prepareIndex(INDEX)
                    .setId(Integer.toString(i))
                    .setRouting("one")
                    .setSource(
                            "latent",
                            Map.of(
                                    "generation",
                                    1,
                                    "encoder",
                                    generations().encoder("news", 1).toString(),
                                    "vector",
                                    LatentFixtures.base64(doc.latent)),
                            "tag",
                            doc.tag)
                    .get();
            docs.add(doc);
            if (between(0, 30) == 0) {
                refresh();
            }
        }
        refresh();
    }

    private void refresh() {
        client().admin().indices().prepareRefresh(INDEX).get();
    }

    private static float score(byte[] a, byte[] b) {
        return VectorSimilarityFunction.COSINE.compare(a, b);
    }

    private List<String> nearest(int k, Predicate<String> tags) {
        return docs.stream()
                .filter(doc -> tags.test(doc.tag))
                .sorted(Comparator.comparingDouble(doc -> -score(asked, doc.latent)))
                .limit(k)
                .map(doc -> Integer.toString(docs.indexOf(doc)))
                .toList();
    }

    private QueryBuilder neighbors(int k) {
        return neighbors(k, "");
    }

    private QueryBuilder neighbors(int k, String more) {
        return QueryBuilders.wrapperQuery("{\"latent_neighbors\":{\"field\":\"latent\",\"k\":" + k + ",\"vector\":\""
                + LatentFixtures.base64(asked) + "\"" + more + "}}");
    }

    private SearchRequestBuilder search(QueryBuilder query) {
        return client().prepareSearch(INDEX).setQuery(query).setSize(200);
    }

    private static List<String> ids(SearchResponse response) {
        assertEquals(response.toString(), 0, response.getFailedShards());
        return Arrays.stream(response.getHits().getHits()).map(SearchHit::getId).toList();
    }

    private static void see(String... tags) {
        LatentSearchTestPlugin.RULES.show(Arrays.stream(tags)
                .map(tag -> QueryBuilders.termQuery("tag", tag))
                .toArray(QueryBuilder[]::new));
    }

    /** A search that fills its k with hidden documents finds less, and shows by that how near the hidden ones are. */
    public void testOnlyVisibleDocumentsAreCompared() {
        index(randomBoolean());
        see("red");
        for (int k : new int[] {1, K, 200}) {
            SearchType type = randomFrom(SearchType.QUERY_THEN_FETCH, SearchType.DFS_QUERY_THEN_FETCH);
            assertEquals(
                    nearest(k, "red"::equals),
                    ids(search(neighbors(k)).setSearchType(type).get()));
        }
        see("green", "blue");
        assertEquals(
                nearest(K, tag -> tag.equals("green") || tag.equals("blue")),
                ids(search(neighbors(K)).get()));
        LatentSearchTestPlugin.RULES.show();
        assertEquals(nearest(K, tag -> true), ids(search(neighbors(K)).get()));
    }

    public void testBesideAndInsideOtherQueries() {
        index(randomBoolean());
        see("red", "green");
        Predicate<String> visible = tag -> tag.equals("red") || tag.equals("green");
        QueryBuilder both = QueryBuilders.boolQuery()
                .must(neighbors(K))
                .should(QueryBuilders.constantScoreQuery(QueryBuilders.termQuery("tag", "red"))
                        .boost(0));
        assertEquals(nearest(K, visible), ids(search(both).get()));
        String filter = ",\"filter\":{\"latent_neighbors\":{\"field\":\"latent\",\"k\":" + 2 * K + ",\"vector\":\""
                + LatentFixtures.base64(asked) + "\"}}";
        assertEquals(nearest(2 * K, visible), ids(search(neighbors(200, filter)).get()));
        SearchResponse counted = search(QueryBuilders.matchAllQuery())
                .setSize(0)
                .addAggregation(AggregationBuilders.filter("near", neighbors(K))
                        .subAggregation(AggregationBuilders.topHits("of").size(K)))
                .get();
        Filter near = counted.getAggregations().get("near");
        assertEquals(K, near.getDocCount());
    }

    /** The fetch phase runs the query again for explanations and named queries. */
    public void testExplanationsCountVisibleDocumentsOnly() {
        index(randomBoolean());
        see("red");
        SearchResponse response =
                search(neighbors(K, ",\"_name\":\"near\"")).setExplain(true).get();
        assertEquals(nearest(K, "red"::equals), ids(response));
        int rank = 1;
        for (SearchHit hit : response.getHits().getHits()) {
            assertThat(
                    hit.getExplanation().toString(),
                    containsString("neighbor [" + rank++ + "] of the [" + K + "] nearest of this shard"));
            assertArrayEquals(new String[] {"near"}, hit.getMatchedQueries());
        }
    }

    /** Two callers with different rights share a point in time: neither learns what the other one sees. */
    public void testSharedPointInTime() throws Exception {
        index(randomBoolean());
        String pit = client().execute(
                        CreatePitAction.INSTANCE, new CreatePitRequest(TimeValue.timeValueMinutes(1), true, INDEX))
                .get()
                .getId();
        try {
            for (String tag : List.of("red", "green")) {
                see(tag);
                SearchResponse response = client().prepareSearch()
                        .setPointInTime(new PointInTimeBuilder(pit))
                        .setQuery(neighbors(K))
                        .setExplain(true)
                        .get();
                assertEquals(nearest(K, tag::equals), ids(response));
                for (SearchHit hit : response.getHits().getHits()) {
                    assertEquals(
                            hit.getExplanation().toString(),
                            tag.equals("red"),
                            hit.getExplanation().isMatch());
                }
            }
        } finally {
            client().execute(DeletePitAction.INSTANCE, new DeletePitRequest(pit))
                    .get();
        }
    }

    /** A rule can use the query itself. */
    public void testRulesOfNeighbors() {
        index(randomBoolean());
        LatentSearchTestPlugin.RULES.show(neighbors(3));
        assertEquals(nearest(3, tag -> true), ids(search(neighbors(200)).get()));
        assertEquals(nearest(3, tag -> true), ids(search(neighbors(3)).get()));
    }
}
