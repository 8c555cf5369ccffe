/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.After;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Rule;
import org.junit.Test;

/**
 * Facets through search pipelines, on a real two-node cluster: an ordinary search answers like the facets endpoint,
 * with the index's default pipeline and with a named one, in one pass and in two.
 */
public final class SearchPipelineIT {
    private static final String INDEX = "pipelined-docs";
    private static final String PLAIN = "pipelined-plain";
    private static final String MODEL = "pipelined-model";
    private static final String QUERY = "{\"match\":{\"body\":\"report\"}}";
    private static final String OPTIONS =
            "{\"field\":\"latent\",\"size\":4,\"examples\":1,\"summary\":true,\"create_other\":true}";
    private static final String RESPONSE = "\"response_processors\":[{\"latent_facets\":" + OPTIONS + "}]";
    private static final Map<String, String> PIPELINES = Map.of(
            "pipelined-one", "{\"request_processors\":[{\"latent_facets\":" + OPTIONS + "}]," + RESPONSE + "}",
            "pipelined-two", "{" + RESPONSE + "}");

    private static TestCluster cluster;
    private static Rest rest;

    @Rule
    public final ServerLogs logs = new ServerLogs(() -> cluster);

    @BeforeClass
    public static void trainAndAttach() {
        cluster = TestCluster.shared(2);
        rest = cluster.rest();
        Latent.createIndex(cluster, INDEX, 600, 2, 1);
        Latent.createModel(rest, MODEL, Latent.definition(INDEX, TopicCorpus.subjects(), 6));
        Latent.train(rest, MODEL);
        Latent.attach(rest, MODEL, INDEX);
        Latent.createIndex(cluster, PLAIN, 20, 1, 0);
        PIPELINES.forEach((name, definition) ->
                rest.put("/_search/pipeline/" + name, definition).ok());
    }

    @AfterClass
    public static void cleanUp() {
        Latent.cleanUp(rest, MODEL, INDEX);
        rest.delete("/" + PLAIN);
        PIPELINES.keySet().forEach(name -> rest.delete("/_search/pipeline/" + name));
    }

    @After
    public void noDefaultPipeline() {
        setDefaultPipeline("_none");
    }

    private static void setDefaultPipeline(String name) {
        rest.put("/" + INDEX + "/_settings", Map.of("index.search.default_pipeline", name))
                .ok();
    }

    private static Object withoutTook(Object facets) {
        Map<Object, Object> copy = new HashMap<>((Map<?, ?>) facets);
        copy.remove("took");
        return copy;
    }

    private static Object endpoint() {
        return withoutTook(rest.post(
                        "/" + INDEX + "/_latent/facets",
                        "{\"search\":{\"query\":" + QUERY + "},\"facets\":" + OPTIONS + "}")
                .ok()
                .at("facets"));
    }

    private static long queries() {
        return rest.get("/" + INDEX + "/_stats/search").ok().longAt("indices." + INDEX + ".total.search.query_total");
    }

    @Test
    public void anOrdinarySearchAnswersWhatTheEndpointDoes() {
        for (String name : PIPELINES.keySet()) {
            setDefaultPipeline(name);
            long before = queries();
            Rest.Response response = rest.post("/" + INDEX + "/_search", "{\"query\":" + QUERY + "}")
                    .ok();
            assertThat(name, queries() - before, equalTo(name.equals("pipelined-one") ? 2L : 4L));
            assertThat(name, withoutTook(response.at("ext.latent_facets")), equalTo(endpoint()));
            assertThat(response.listAt("hits.hits"), hasSize(10));
            assertThat(response.at("aggregations"), nullValue());
        }
    }

    private static Set<Object> ids(Rest.Response response) {
        Set<Object> ids = new HashSet<>();
        response.listAt("hits.hits").forEach(hit -> ids.add(((Map<?, ?>) hit).get("_id")));
        return ids;
    }

    /** Related terms find documents that do not contain the word, besides those that do, and {@code ext} shows them. */
    @Test
    public void relatedTermsFindMoreOfTheSame() {
        rest.put(
                        "/_search/pipeline/pipelined-expand",
                        "{\"request_processors\":[{\"latent_expand\":{\"model\":\"" + MODEL
                                + "\",\"min_similarity\":0.3}}]," + "\"response_processors\":[{\"latent_expand\":{}}]}")
                .ok();
        try {
            String body =
                    "{\"size\":1000,\"track_total_hits\":true," + "\"query\":{\"match\":{\"body\":\"telescope\"}}}";
            Rest.Response plain = rest.post("/" + INDEX + "/_search", body).ok();
            Rest.Response expanded = rest.post("/" + INDEX + "/_search?search_pipeline=pipelined-expand", body)
                    .ok();
            assertThat(expanded.intAt("hits.total.value") > plain.intAt("hits.total.value"), equalTo(true));
            assertThat(expanded.stringAt("ext.latent_expand.model"), equalTo(MODEL));
            assertThat(expanded.listAt("ext.latent_expand.terms").isEmpty(), equalTo(false));
            assertThat(plain.text(), not(containsString("latent_expand")));
            assertThat(ids(expanded).containsAll(ids(plain)), equalTo(true));
            // an index that is not bound to the model gets none of its words
            Rest.Response unbound = rest.post("/" + PLAIN + "/_search?search_pipeline=pipelined-expand", body)
                    .ok();
            assertThat(unbound.text(), not(containsString("latent_expand")));
        } finally {
            rest.delete("/_search/pipeline/pipelined-expand");
        }
    }

    @Test
    public void byNameAndInMultiSearchAndWithAggregations() {
        Object expected = endpoint();
        for (String name : PIPELINES.keySet()) {
            Rest.Response named = rest.post(
                            "/" + INDEX + "/_search?search_pipeline=" + name,
                            "{\"query\":" + QUERY
                                    + ",\"size\":0,\"aggs\":{\"theirs\":{\"max\":{\"field\":\"number\"}}}}")
                    .ok();
            assertThat(withoutTook(named.at("ext.latent_facets")), equalTo(expected));
            assertThat(named.mapAt("aggregations").keySet(), equalTo(Set.of("theirs")));
            Rest.Response plain =
                    rest.get("/" + PLAIN + "/_search?search_pipeline=" + name).ok();
            assertThat(plain.intAt("hits.total.value"), equalTo(20));
            assertThat(plain.text(), not(containsString("latent_facets")));
        }
    }

    @Test
    public void scrollAndPointInTime() {
        for (String name : PIPELINES.keySet()) {
            Rest.Response scroll = rest.post(
                            "/" + INDEX + "/_search?scroll=1m&search_pipeline=" + name, "{\"query\":" + QUERY + "}")
                    .ok();
            assertThat(withoutTook(scroll.at("ext.latent_facets")), equalTo(endpoint()));
            Rest.Response next = rest.post(
                            "/_search/scroll", Map.of("scroll", "1m", "scroll_id", scroll.stringAt("_scroll_id")))
                    .ok();
            assertThat(next.text(), not(containsString("latent_facets")));
            rest.send("DELETE", "/_search/scroll", "{\"scroll_id\":\"" + scroll.stringAt("_scroll_id") + "\"}")
                    .ok();
            String pit = rest.post("/" + INDEX + "/_search/point_in_time?keep_alive=1m")
                    .ok()
                    .stringAt("pit_id");
            Rest.Response inTime = rest.post(
                            "/_search?search_pipeline=" + name,
                            "{\"query\":" + QUERY + ",\"pit\":{\"id\":\"" + pit + "\"}}")
                    .ok();
            assertThat(withoutTook(inTime.at("ext.latent_facets")), equalTo(endpoint()));
            rest.send("DELETE", "/_search/point_in_time", "{\"pit_id\":[\"" + pit + "\"]}")
                    .ok();
        }
    }

    @Test
    public void wrongOptionsAreRefusedWhenThePipelineIsMade() {
        for (String kind : List.of("request_processors", "response_processors")) {
            Rest.Response refused = rest.put(
                            "/_search/pipeline/pipelined-wrong",
                            "{\"" + kind + "\":[{\"latent_facets\":{\"tag\":\"mine\",\"size\":0}}]}")
                    .expect(400);
            assertThat(refused.text(), containsString("[size] of [processor latent_facets with tag mine] must be"));
            rest.get("/_search/pipeline/pipelined-wrong").expect(404);
        }
    }
}
