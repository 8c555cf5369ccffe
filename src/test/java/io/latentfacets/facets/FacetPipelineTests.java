/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.facets;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;

import io.latentfacets.field.LatentFixtures;
import io.latentfacets.model.Generation;
import io.latentfacets.model.InMemoryGenerations;
import io.latentfacets.search.LatentSearchTestPlugin;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.opensearch.ExceptionsHelper;
import org.opensearch.action.admin.indices.stats.IndexStats;
import org.opensearch.action.search.CreatePitAction;
import org.opensearch.action.search.CreatePitRequest;
import org.opensearch.action.search.DeletePitAction;
import org.opensearch.action.search.DeletePitRequest;
import org.opensearch.action.search.DeleteSearchPipelineAction;
import org.opensearch.action.search.DeleteSearchPipelineRequest;
import org.opensearch.action.search.MultiSearchRequest;
import org.opensearch.action.search.MultiSearchResponse;
import org.opensearch.action.search.PutSearchPipelineAction;
import org.opensearch.action.search.PutSearchPipelineRequest;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.common.bytes.BytesArray;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryBuilders;
import org.opensearch.plugins.Plugin;
import org.opensearch.search.SearchExtBuilder;
import org.opensearch.search.aggregations.AggregationBuilders;
import org.opensearch.search.builder.PointInTimeBuilder;
import org.opensearch.search.builder.SearchSourceBuilder;
import org.opensearch.search.pipeline.PipelineProcessingContext;
import org.opensearch.search.sort.SortOrder;
import org.opensearch.test.OpenSearchSingleNodeTestCase;

/** Both processors on a node return the same facets: in one pass with the request processor, in two without it. */
public class FacetPipelineTests extends OpenSearchSingleNodeTestCase {
    private static final int DIMS = 6;
    private static final int DOCUMENTS = 30;
    private static final String OPTIONS =
            "{\"terms\":2,\"size\":3,\"create_other\":true,\"tag\":\"t\",\"description\":\"d\"}";
    private static final String ONE_PASS = "{\"request_processors\":[{\"latent_facets\":" + OPTIONS
            + "}],\"response_processors\":[{\"latent_facets\":{}}]}";
    private static final String TWO_PASSES = "{\"response_processors\":[{\"latent_facets\":" + OPTIONS + "}]}";

    private final Generation generation = LatentFixtures.generation("news", 1, DIMS, 5, random());
    /** The number of documents per cluster: of all documents and, below, of those with an even number. */
    private final Map<String, Integer> all = new TreeMap<>();

    private final Map<String, Integer> even = new TreeMap<>();

    @Override
    protected Collection<Class<? extends Plugin>> getPlugins() {
        return List.of(LatentSearchTestPlugin.class);
    }

    @Override
    public void setUp() throws Exception {
        LatentSearchTestPlugin.generations = new InMemoryGenerations();
        super.setUp();
        LatentSearchTestPlugin.generations.put(generation).activate("news", 1);
        String latent = "\"latent\":{\"type\":\"latent_vector\",\"model\":\"news\"}";
        index("news", "{\"properties\":{" + latent + ",\"number\":{\"type\":\"integer\"}}}");
        index("plain", "{\"properties\":{\"number\":{\"type\":\"integer\"}}}");
        // a facet over a point in time of one index must ignore this index, whose field has another model
        index("other", "{\"properties\":{\"latent\":{\"type\":\"latent_vector\",\"model\":\"other\"}}}");
        index("two", "{\"properties\":{" + latent + ",\"second\":{\"type\":\"latent_vector\",\"model\":\"news\"}}}");
        for (int i = 0; i < DOCUMENTS; i++) {
            byte[] vector = LatentFixtures.latent(DIMS, random());
            client().prepareIndex("news")
                    .setId("" + i)
                    .setSource(
                            "latent",
                            Map.of("generation", 1, "vector", LatentFixtures.base64(vector)),
                            "number",
                            i,
                            "parity",
                            i % 2 == 0 ? "even" : "odd")
                    .get();
            all.merge(LatentFixtures.clusterOf(generation, vector), 1, Integer::sum);
            if (i % 2 == 0) {
                even.merge(LatentFixtures.clusterOf(generation, vector), 1, Integer::sum);
            }
        }
        client().prepareIndex("plain").setSource("number", 1).get();
        client().admin().indices().prepareRefresh().get();
        put("one", ONE_PASS);
        put("two", TWO_PASSES);
    }

    @Override
    public void tearDown() throws Exception {
        client().admin().indices().prepareDelete("*").get();
        for (String pipeline : List.of("one", "two")) {
            client().execute(DeleteSearchPipelineAction.INSTANCE, new DeleteSearchPipelineRequest(pipeline))
                    .actionGet();
        }
        super.tearDown();
    }

    private void index(String name, String mapping) {
        client().admin()
                .indices()
                .prepareCreate(name)
                .setSettings(Settings.builder().put("number_of_shards", 2).put("number_of_replicas", 0))
                .setMapping(mapping)
                .get();
    }

    private void put(String pipeline, String definition) {
        client().execute(
                        PutSearchPipelineAction.INSTANCE,
                        new PutSearchPipelineRequest(pipeline, new BytesArray(definition), XContentType.JSON))
                .actionGet();
    }

    private static SearchRequest request(QueryBuilder query) {
        return new SearchRequest("news").source(new SearchSourceBuilder().query(query));
    }

    private SearchResponse search(SearchRequest request) {
        return client().search(request).actionGet();
    }

    private static Map<String, Object> facets(SearchResponse response) {
        for (SearchExtBuilder ext : response.getInternalResponse().getSearchExtBuilders()) {
            if (ext instanceof FacetsExt facets) {
                return facets.facets();
            }
        }
        return null;
    }

    @SuppressWarnings("unchecked")
    private static void assertFacets(Map<String, Integer> expected, SearchResponse response) {
        Map<String, Object> facets = facets(response);
        assertNotNull(response.toString(), facets);
        int sum = 0;
        for (Map<String, Object> cluster : (List<Map<String, Object>>) facets.get("clusters")) {
            int count = ((Number) cluster.get("count")).intValue();
            sum += count;
            if (!cluster.get("key").equals("_other")) {
                assertEquals(expected.get((String) cluster.get("key")), (Integer) count);
                assertEquals(2, ((List<?>) cluster.get("terms")).size());
            }
        }
        assertEquals(expected.values().stream().mapToInt(Integer::intValue).sum(), sum);
        assertEquals("news", facets.get("model"));
        assertThat(response.toString(), containsString("\"ext\":{\"latent_facets\":{\"model\":\"news\""));
        assertThat("nothing is left of ours", response.toString(), not(containsString("_latent_facets")));
    }

    private long searches() {
        IndexStats stats = client().admin()
                .indices()
                .prepareStats("news")
                .setSearch(true)
                .get()
                .getIndex("news");
        return stats.getTotal().getSearch().getTotal().getQueryCount();
    }

    public void testSameFacetsInOnePassAndInTwo() {
        for (String pipeline : List.of("one", "two")) {
            long before = searches();
            SearchResponse response =
                    search(request(QueryBuilders.matchAllQuery()).pipeline(pipeline));
            assertFacets(all, response);
            assertEquals(10, response.getHits().getHits().length);
            assertNull(response.getAggregations());
            assertEquals("two shards", pipeline.equals("one") ? 2 : 4, searches() - before);
        }
    }

    public void testByDefaultPipelineOfTheIndex() {
        for (String pipeline : List.of("one", "two")) {
            client().admin()
                    .indices()
                    .prepareUpdateSettings("news")
                    .setSettings(Settings.builder().put("index.search.default_pipeline", pipeline))
                    .get();
            assertFacets(even, search(request(QueryBuilders.termQuery("parity.keyword", "even"))));
            assertFacets(all, search(new SearchRequest("news")));
            assertNull("by none", facets(search(new SearchRequest("news").pipeline("_none"))));
        }
    }

    public void testWithWhatElseARequestMayHave() {
        QueryBuilder query = QueryBuilders.termQuery("parity.keyword", "even");
        for (String pipeline : List.of("one", "two")) {
            SearchRequest aggregated = request(query).pipeline(pipeline);
            aggregated
                    .source()
                    .size(0)
                    .aggregation(AggregationBuilders.max("theirs").field("number"));
            SearchResponse response = search(aggregated);
            assertFacets(even, response);
            assertEquals(1, response.getAggregations().asList().size());
            assertNotNull(response.getAggregations().get("theirs"));
            assertEquals(0, response.getHits().getHits().length);
            assertEquals(
                    "a request is not changed",
                    1,
                    aggregated.source().aggregations().count());
            assertFacets(even, search(aggregated));

            SearchRequest after = request(query).pipeline(pipeline);
            after.source()
                    .sort("number", SortOrder.ASC)
                    .searchAfter(new Object[] {20})
                    .size(3);
            response = search(after);
            assertFacets(even, response);
            assertEquals("22", response.getHits().getAt(0).getId());

            SearchRequest filtered = request(query).pipeline(pipeline);
            filtered.source().postFilter(QueryBuilders.rangeQuery("number").lt(5));
            response = search(filtered);
            assertFacets(even, response);
            assertEquals(3, response.getHits().getTotalHits().value());

            SearchRequest scored = request(QueryBuilders.boolQuery()
                            .should(QueryBuilders.matchAllQuery())
                            .should(QueryBuilders.constantScoreQuery(query).boost(9)))
                    .pipeline(pipeline);
            scored.source().minScore(5);
            assertFacets(even, search(scored));

            SearchResponse scroll = search(request(query).pipeline(pipeline).scroll(TimeValue.timeValueMinutes(1)));
            assertFacets(even, scroll);
            SearchResponse next =
                    client().prepareSearchScroll(scroll.getScrollId()).get();
            assertNull(facets(next));
            client().prepareClearScroll().addScrollId(scroll.getScrollId()).get();
        }
    }

    public void testOfAPointInTime() {
        String id = client().execute(
                        CreatePitAction.INSTANCE, new CreatePitRequest(TimeValue.timeValueMinutes(1), true, "news"))
                .actionGet()
                .getId();
        try {
            for (String pipeline : List.of("one", "two")) {
                SearchRequest request = new SearchRequest()
                        .pipeline(pipeline)
                        .source(new SearchSourceBuilder().pointInTimeBuilder(new PointInTimeBuilder(id)));
                assertFacets(all, search(request));
            }
        } finally {
            client().execute(DeletePitAction.INSTANCE, new DeletePitRequest(id)).actionGet();
        }
    }

    public void testMultiSearch() {
        MultiSearchRequest request = new MultiSearchRequest();
        request.add(request(QueryBuilders.matchAllQuery()).pipeline("one"));
        request.add(request(QueryBuilders.termQuery("parity.keyword", "even")).pipeline("two"));
        request.add(request(QueryBuilders.matchAllQuery()));
        MultiSearchResponse responses = client().multiSearch(request).actionGet();
        assertFacets(all, responses.getResponses()[0].getResponse());
        assertFacets(even, responses.getResponses()[1].getResponse());
        assertNull(facets(responses.getResponses()[2].getResponse()));
    }

    public void testNoFacetsWhereThereIsNoField() {
        for (String pipeline : List.of("one", "two")) {
            SearchResponse plain = search(new SearchRequest("plain").pipeline(pipeline));
            assertEquals(1, plain.getHits().getHits().length);
            assertNull(facets(plain));
            assertNull(facets(search(new SearchRequest("nothing*").pipeline(pipeline))));
            assertFacets(
                    all,
                    search(request(QueryBuilders.existsQuery("parity"))
                            .indices("news", "plain")
                            .pipeline(pipeline)));
        }
    }

    public void testWhatTheRestOfThePipelineThrowsIsNoFailureOfTheProcessor() throws Exception {
        FacetsRequestProcessor processor = new FacetsRequestProcessor(
                "t", "d", false, Facets.of(Map.of(), "test", LatentSearchTestPlugin.FACETS::get));
        for (String index : List.of("news", "plain")) {
            List<Object> told = new ArrayList<>();
            SearchRequest request = new SearchRequest(index);
            Throwable thrown = expectThrows(
                    Throwable.class,
                    () -> processor.processRequestAsync(
                            request, new PipelineProcessingContext(), new ActionListener<>() {
                                @Override
                                public void onResponse(SearchRequest processed) {
                                    told.add(processed);
                                    throw new IllegalStateException("the listener's own fault");
                                }

                                @Override
                                public void onFailure(Exception e) {
                                    told.add(e);
                                }
                            }));
            assertThat(ExceptionsHelper.stackTrace(thrown), containsString("the listener's own fault"));
            assertEquals("told once", List.of(request), told);
        }
    }

    public void testWhatCannotBeDecidedFailsOrIsIgnored() {
        for (String kind : List.of("request_processors", "response_processors")) {
            put("one", "{\"" + kind + "\":[{\"latent_facets\":{}}]}");
            Exception failure = expectThrows(Exception.class, () -> search(new SearchRequest("two").pipeline("one")));
            assertEquals(RestStatus.BAD_REQUEST, ExceptionsHelper.status(failure));
            assertThat(
                    ExceptionsHelper.stackTrace(failure),
                    containsString("[field] is not given and must be one of [latent, second]"));
            put("one", "{\"" + kind + "\":[{\"latent_facets\":{\"ignore_failure\":true}}]}");
            assertNull(facets(search(new SearchRequest("two").pipeline("one"))));
        }
    }

    public void testWrongOptionsAreRefusedWhenThePipelineIsMade() {
        wrong("{\"size\":0}", "[size] of [processor latent_facets] must be in [1, 1000]: 0");
        wrong(
                "{\"sizes\":1}",
                "unknown key [sizes] of [processor latent_facets] with value 1, must be one of [clusters,");
        wrong("{\"tag\":\"t1\",\"examples\":\"many\"}", "[examples] of [processor latent_facets with tag t1]");
        wrong("{\"trend\":{\"field\":\"date\"}}", "[trend.interval] of [processor latent_facets] is required");
        wrong("{\"summary\":1}", "[summary] of [processor latent_facets] must be true or false: 1");
    }

    private void wrong(String options, String message) {
        for (String kind : List.of("request_processors", "response_processors")) {
            Exception failure = expectThrows(
                    Exception.class, () -> put("wrong", "{\"" + kind + "\":[{\"latent_facets\":" + options + "}]}"));
            assertEquals(RestStatus.BAD_REQUEST, ExceptionsHelper.status(failure));
            assertThat(ExceptionsHelper.stackTrace(failure), containsString(message));
        }
    }
}
