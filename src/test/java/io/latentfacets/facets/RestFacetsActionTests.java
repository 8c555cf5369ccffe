/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.facets;

import static org.hamcrest.Matchers.both;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.hamcrest.Matchers.not;

import io.latentfacets.field.LatentFixtures;
import io.latentfacets.model.Generation;
import io.latentfacets.model.InMemoryGenerations;
import io.latentfacets.search.LatentSearchTestPlugin;
import io.latentfacets.strict.OptionTables;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.action.support.PlainActionFuture;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.util.concurrent.ThreadContext;
import org.opensearch.common.xcontent.XContentHelper;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.common.xcontent.support.XContentMapValues;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.common.bytes.BytesArray;
import org.opensearch.core.indices.breaker.NoneCircuitBreakerService;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.http.HttpChannel;
import org.opensearch.http.HttpResponse;
import org.opensearch.plugins.Plugin;
import org.opensearch.rest.AbstractRestChannel;
import org.opensearch.rest.RestController;
import org.opensearch.rest.RestRequest;
import org.opensearch.rest.RestResponse;
import org.opensearch.test.OpenSearchSingleNodeTestCase;
import org.opensearch.test.rest.FakeRestRequest;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.client.node.NodeClient;
import org.opensearch.usage.UsageService;

/** The facets endpoint on a node, through the REST controller. */
public class RestFacetsActionTests extends OpenSearchSingleNodeTestCase {
    private static final int DIMS = 6;

    private final Generation generation = LatentFixtures.generation("news", 1, DIMS, 5, random());
    private static final long DAY = 86_400_000L;

    private final Map<String, Long> expected = new TreeMap<>();
    /** The cluster key of each document, by the document's number. */
    private final List<String> clusterOf = new ArrayList<>();

    @Override
    protected Collection<Class<? extends Plugin>> getPlugins() {
        return List.of(LatentSearchTestPlugin.class);
    }

    @Override
    public void setUp() throws Exception {
        LatentSearchTestPlugin.generations = new InMemoryGenerations();
        super.setUp();
        LatentSearchTestPlugin.generations.put(generation).activate("news", 1);
        client().admin()
                .indices()
                .prepareCreate("news")
                .setSettings(Settings.builder().put("number_of_shards", 2).put("number_of_replicas", 0))
                .setMapping("{\"properties\":{\"latent\":{\"type\":\"latent_vector\",\"model\":\"news\"},"
                        + "\"date\":{\"type\":\"date\"},\"body\":{\"type\":\"text\"},\"subject\":{\"type\":\"text\"}}}")
                .get();
        for (int i = 0; i < 40; i++) {
            byte[] latent = LatentFixtures.latent(DIMS, random());
            String subject = i % 4 == 0 ? "" : "\"subject\":\"Subject " + i + "\",";
            client().prepareIndex("news")
                    .setId("" + i)
                    .setSource(
                            "{\"latent\":" + LatentFixtures.source(generation, latent) + ","
                                    + subject + "\"date\":" + i * DAY + ",\"body\":\"oil " + "price ".repeat(30)
                                    + "\"}",
                            XContentType.JSON)
                    .get();
            clusterOf.add(LatentFixtures.clusterOf(generation, latent));
            expected.merge(clusterOf.get(i), 1L, Long::sum);
        }
        client().admin().indices().prepareRefresh("news").get();
    }

    @Override
    public void tearDown() throws Exception {
        client().admin().indices().prepareDelete("news").get();
        super.tearDown();
    }

    private record Answer(RestStatus status, String text) {
        Object at(String path) {
            return XContentMapValues.extractValue(
                    path, XContentHelper.convertToMap(XContentType.JSON.xContent(), text, true));
        }

        @SuppressWarnings("unchecked")
        List<Map<String, Object>> clusters() {
            return (List<Map<String, Object>>) at("facets.clusters");
        }
    }

    private Answer call(String path, Map<String, String> params, String body) throws Exception {
        FakeRestRequest.Builder request = new FakeRestRequest.Builder(getInstanceFromNode(NamedXContentRegistry.class))
                .withMethod(randomFrom(RestRequest.Method.GET, RestRequest.Method.POST))
                .withPath(path + query(params));
        if (body != null) {
            request.withContent(new BytesArray(body), XContentType.JSON);
        }
        // The handler's client tracks the channel until it is closed. The framework's test channel is never closed.
        ClosableChannel connection = new ClosableChannel();
        RestRequest made = RestRequest.request(
                getInstanceFromNode(NamedXContentRegistry.class),
                request.build().getHttpRequest(),
                connection);
        PlainActionFuture<RestResponse> response = PlainActionFuture.newFuture();
        AbstractRestChannel channel = new AbstractRestChannel(made, true) {
            @Override
            public void sendResponse(RestResponse sent) {
                response.onResponse(sent);
            }
        };
        RestController controller = new RestController(
                Set.of(),
                null,
                getInstanceFromNode(NodeClient.class),
                new NoneCircuitBreakerService(),
                new UsageService());
        controller.registerHandler(new RestFacetsAction(LatentSearchTestPlugin.FACETS::get));
        ThreadContext context = getInstanceFromNode(ThreadPool.class).getThreadContext();
        RestResponse sent;
        ThreadContext.StoredContext stored = context.stashContext();
        try {
            controller.dispatchRequest(made, channel, context);
            sent = response.actionGet();
        } finally {
            stored.restore();
            connection.close();
        }
        return new Answer(sent.status(), sent.content().utf8ToString());
    }

    private static String query(Map<String, String> params) {
        return params.entrySet().stream()
                .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&", params.isEmpty() ? "" : "?", ""));
    }

    private static final class ClosableChannel implements HttpChannel {
        private final List<ActionListener<Void>> closing = new CopyOnWriteArrayList<>();

        @Override
        public void sendResponse(HttpResponse response, ActionListener<Void> listener) {
            throw new AssertionError("responses go to the REST channel");
        }

        @Override
        public InetSocketAddress getLocalAddress() {
            return null;
        }

        @Override
        public InetSocketAddress getRemoteAddress() {
            return null;
        }

        @Override
        public void addCloseListener(ActionListener<Void> listener) {
            closing.add(listener);
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
            closing.forEach(listener -> listener.onResponse(null));
        }
    }

    private Answer facets(String body) throws Exception {
        return call("/news/_latent/facets", Map.of(), body);
    }

    public void testUriSearch() throws Exception {
        Answer answer = call("/news/_latent/facets", Map.of("q", "body:oil", "size", "3"), null);
        assertEquals(answer.text(), RestStatus.OK, answer.status());
        assertEquals(40, answer.at("hits.total.value"));
        assertEquals(3, ((List<?>) answer.at("hits.hits")).size());
        assertEquals("news", answer.at("facets.model"));
        assertEquals(1, answer.at("facets.generation"));
        assertEquals("corpus", answer.at("facets.scope"));
        assertEquals(0, answer.at("facets.unassigned"));
        assertNotNull(answer.at("facets.took"));
        assertNull(answer.at("aggregations"));
        Map<String, Long> counts = new TreeMap<>();
        for (Map<String, Object> cluster : answer.clusters()) {
            counts.put((String) cluster.get("key"), ((Number) cluster.get("count")).longValue());
            assertEquals(((Number) cluster.get("count")).longValue() / 40.0, (double) cluster.get("share"), 1e-9);
            assertEquals(8, ((List<?>) cluster.get("terms")).size());
            assertNull(cluster.get("trend"));
            assertNull(cluster.get("examples"));
        }
        assertEquals(expected, counts);
        assertEquals(
                0,
                ((List<?>) call("/news/_latent/facets", Map.of("q", "body:nothing"), null)
                                .clusters())
                        .size());
    }

    public void testExamplesTrendAndTheirAggregations() throws Exception {
        Answer answer = facets("{\"search\":{\"size\":0,\"aggs\":{\"theirs\":{\"max\":{\"field\":\"date\"}}}},"
                + "\"facets\":{\"field\":\"latent\",\"size\":2,\"terms\":1,\"examples\":3,\"summary\":false,"
                + "\"trend\":{\"field\":\"date\",\"interval\":\"" + randomFrom("week", "1w", "7d", "168h") + "\"}}}");
        assertEquals(answer.text(), RestStatus.OK, answer.status());
        assertEquals(39.0 * DAY, answer.at("aggregations.theirs.value"));
        assertEquals(1, ((Map<?, ?>) answer.at("aggregations")).size());
        assertEquals(2, answer.clusters().size());
        for (Map<String, Object> cluster : answer.clusters()) {
            long count = ((Number) cluster.get("count")).longValue();
            long sum = 0;
            for (Object point : (List<?>) cluster.get("trend")) {
                assertTrue(((Map<?, ?>) point).get("t") instanceof Number);
                sum += ((Number) ((Map<?, ?>) point).get("count")).longValue();
            }
            assertEquals(count, sum);
            List<?> examples = (List<?>) cluster.get("examples");
            assertEquals(Math.min(3, count), examples.size());
            for (Object example : examples) {
                Map<?, ?> document = (Map<?, ?>) example;
                assertEquals("news", document.get("_index"));
                int id = Integer.parseInt((String) document.get("_id"));
                String title = (String) document.get("title");
                if (id % 4 == 0) {
                    assertEquals("oil" + " price".repeat(12) + "…", title);
                } else {
                    assertEquals("Subject " + id, title);
                }
            }
        }
    }

    public void testMissingAndUnmappedIndices() throws Exception {
        Answer missing = call("/nothing/_latent/facets", Map.of(), "{\"facets\":{\"examples\":1}}");
        assertEquals(missing.text(), RestStatus.NOT_FOUND, missing.status());
        assertThat(missing.text(), containsString("no such index [nothing]"));
        Answer none = call("/nothing*/_latent/facets", Map.of(), null);
        assertEquals(none.text(), RestStatus.OK, none.status());
        assertEquals(0, none.clusters().size());
        Answer ignored = call("/nothing,news/_latent/facets", Map.of("ignore_unavailable", "true"), null);
        assertEquals(ignored.text(), RestStatus.OK, ignored.status());
        client().admin()
                .indices()
                .prepareCreate("plain")
                .setMapping("{\"properties\":{\"a\":{\"type\":\"keyword\"}}}")
                .get();
        Answer plain = call("/plain/_latent/facets", Map.of(), null);
        assertEquals(plain.text(), RestStatus.BAD_REQUEST, plain.status());
        assertThat(plain.text(), containsString("[field] is not given and none of the indices searched has a field"));
        Answer unmapped = call("/plain/_latent/facets", Map.of(), "{\"facets\":{\"field\":\"latent\"}}");
        assertEquals(unmapped.text(), RestStatus.BAD_REQUEST, unmapped.status());
        assertThat(
                unmapped.text(),
                containsString("[field] of [facets] must be a field of type [latent_vector] in [plain]"));
        Answer noIndex = call("/nothing*/_latent/facets", Map.of(), "{\"facets\":{\"field\":\"latent\"}}");
        assertEquals(noIndex.text(), RestStatus.OK, noIndex.status());
        client().admin()
                .indices()
                .prepareCreate("two")
                .setMapping("{\"properties\":{\"l1\":{\"type\":\"latent_vector\",\"model\":\"news\"},"
                        + "\"o\":{\"properties\":{\"l2\":{\"type\":\"latent_vector\",\"model\":\"news\"}}}}}")
                .get();
        Answer two = call("/two/_latent/facets", Map.of(), null);
        assertEquals(two.text(), RestStatus.BAD_REQUEST, two.status());
        assertThat(two.text(), containsString("[field] is not given and must be one of [l1, o.l2]"));
        client().admin().indices().prepareDelete("plain", "two").get();
    }

    public void testBadRequests() throws Exception {
        bad("{\"query\":{}}", "unknown key [query] of [facets request] with value {}, must be one of [facets, search]");
        bad("[]", "the body must be an object: it begins with START_ARRAY");
        bad("{\"search\":7}", "[search] of [facets request] must be an object: 7");
        bad("{\"facets\":[]}", "[facets] of [facets request] must be an object: []");
        bad("{\"facets\":{\"sizes\":1}}", "unknown key [sizes] of [facets] with value 1, must be one of [clusters,");
        bad("{\"facets\":{\"size\":0}}", "[size] of [facets] must be in [1, 1000]: 0");
        bad("{\"facets\":{\"examples\":21}}", "[examples] of [facets] must be in [0, 20]: 21");
        bad("{\"facets\":{\"examples\":\"2\"}}", "[examples] of [facets] must be an integer in [0, 20]: \\\"2\\\"");
        bad("{\"facets\":{\"create_other\":\"yes\"}}", "[create_other] of [facets] must be true or false: \\\"yes\\\"");
        bad("{\"facets\":{\"summary\":1}}", "[summary] of [facets] must be true or false: 1");
        bad("{\"facets\":{\"clusters\":5}}", "[clusters] of [facets] goes with [scope] \\\"results\\\" only");
        bad("{\"facets\":{\"title_field\":\"\"}}", "[title_field] of [facets] must be a non-empty string: \\\"\\\"");
        bad("{\"facets\":{\"trend\":\"week\"}}", "[trend] of [facets] must be an object: \\\"week\\\"");
        bad("{\"facets\":{\"trend\":{\"field\":\"date\"}}}", "[trend.interval] of [facets] is required");
        bad("{\"facets\":{\"trend\":{\"interval\":\"day\"}}}", "[trend.field] of [facets] is required");
        bad(
                "{\"facets\":{\"trend\":{\"field\":\"date\",\"interval\":\"fortnight\"}}}",
                "[trend.interval] of [facets] must be one of [1M, 1d,");
        bad(
                "{\"facets\":{\"trend\":{\"field\":\"date\",\"interval\":\"-1\"}}}",
                "[trend.interval] of [facets] must be one of [1M, 1d,");
        bad(
                "{\"facets\":{\"trend\":{\"field\":\"date\",\"intervall\":\"day\"}}}",
                "unknown key [trend.intervall] of [facets] with value");
        bad(
                "{\"facets\":{\"field\":\"body\"}}",
                "[field] of [latent_clusters] must be of type [latent_vector], [body] is of type [text]");
        bad("{\"facets\":{\"order\":{\"nothing\":\"asc\"}}}", "[order] of [latent_clusters]");
        bad("{\"facets\":{\"exclude_terms\":[\"[\"]}}", "[exclude_terms] must be a regular expression: [[]");
        Answer param = call("/news/_latent/facets", Map.of("sizes", "3"), null);
        assertEquals(param.text(), RestStatus.BAD_REQUEST, param.status());
        assertThat(param.text(), containsString("unrecognized parameter: [sizes]"));
        badParam("typed_keys", "maybe", "Failed to parse value [maybe]");
        badParam("facets.sizes", "3", "unrecognized parameter: [facets.sizes]");
        badParam("facets.trend", "date", "unrecognized parameter: [facets.trend]");
        badParam("facets.size", "0", "[size] of [facets] must be in [1, 1000]: 0");
        badParam("facets.size", "2.5", "[size] of [facets] must be in [1, 1000]: 2.5");
        badParam("facets.size", "many", "[size] of [facets] must be an integer in [1, 1000]: \\\"many\\\"");
        badParam("facets.summary", "1", "[summary] of [facets] must be true or false: \\\"1\\\"");
        badParam("facets.field", "", "[field] of [facets] must be a non-empty string: \\\"\\\"");
    }

    private void badParam(String name, String value, String message) throws Exception {
        Answer answer = call("/news/_latent/facets", Map.of(name, value), null);
        assertEquals(answer.text(), RestStatus.BAD_REQUEST, answer.status());
        assertThat(answer.text(), containsString(message));
    }

    public void testOptionsInTheUrl() throws Exception {
        Answer answer = call(
                "/news/_latent/facets",
                Map.of(
                        "facets.size",
                        "2",
                        "facets.terms",
                        "1",
                        "facets.examples",
                        "1",
                        "facets.create_other",
                        "true",
                        "facets.field",
                        "latent",
                        "facets.level",
                        "clusters",
                        "facets.min_similarity",
                        "0",
                        "size",
                        "0"),
                "{\"facets\":{\"size\":4,\"exclude_terms\":[\"c1-0\"]}}");
        assertEquals(answer.text(), RestStatus.OK, answer.status());
        assertEquals(
                "what the URL says goes before the body", 3, answer.clusters().size());
        assertEquals("_other", answer.clusters().get(2).get("key"));
        assertEquals(1, ((List<?>) answer.clusters().get(0).get("terms")).size());
        assertEquals(1, ((List<?>) answer.clusters().get(0).get("examples")).size());
        assertThat("the rest of the body still holds", answer.text(), not(containsString("c1-0")));
        assertEquals(0, ((List<?>) answer.at("hits.hits")).size());
    }

    public void testOtherMakesCountsAddUp() throws Exception {
        for (int size = 1; size <= 6; size++) {
            Answer answer = facets("{\"facets\":{\"size\":" + size + ",\"create_other\":true}}");
            assertEquals(answer.text(), RestStatus.OK, answer.status());
            long count = 0;
            double share = 0;
            for (Map<String, Object> cluster : answer.clusters()) {
                count += ((Number) cluster.get("count")).longValue();
                share += ((Number) cluster.get("share")).doubleValue();
            }
            assertEquals(40, count);
            assertEquals(1, share, 1e-9);
            boolean other =
                    answer.clusters().stream().anyMatch(each -> each.get("key").equals("_other"));
            assertEquals("only where there are others", size < expected.size(), other);
            assertEquals(
                    Math.min(size, expected.size()) + (other ? 1 : 0),
                    answer.clusters().size());
        }
        Answer unassigned =
                facets("{\"facets\":{\"min_similarity\":1,\"create_other\":true,\"examples\":1,\"summary\":true,"
                        + "\"trend\":{\"field\":\"date\",\"interval\":\"day\"}}}");
        assertEquals(unassigned.text(), RestStatus.OK, unassigned.status());
        Map<String, Object> other =
                unassigned.clusters().get(unassigned.clusters().size() - 1);
        assertEquals(unassigned.at("facets.unassigned"), other.get("count"));
        assertEquals("Other", other.get("label"));
    }

    public void testGrowthIsThatOfACountByHand() throws Exception {
        Answer answer = facets("{\"search\":{\"size\":0,\"aggs\":{\"theirs\":{\"max\":{\"field\":\"date\"}}}},"
                + "\"facets\":{\"trend\":{\"field\":\"date\",\"interval\":\"day\"}}}");
        assertEquals(answer.text(), RestStatus.OK, answer.status());
        assertEquals(Set.of("theirs"), ((Map<?, ?>) answer.at("aggregations")).keySet());
        for (Map<String, Object> cluster : answer.clusters()) {
            int earlier = 0;
            int later = 0;
            for (int i = 0; i < 40; i++) {
                if (clusterOf.get(i).equals(cluster.get("key"))) {
                    earlier += i < 20 ? 1 : 0;
                    later += i < 20 ? 0 : 1;
                }
            }
            double growth = ((later + 1) / 22.0) / ((earlier + 1) / 22.0) - 1;
            assertEquals(growth, (double) cluster.get("growth"), 1e-9);
        }
        Answer one = facets("{\"facets\":{\"trend\":{\"field\":\"date\",\"interval\":\"year\"}}}");
        for (Map<String, Object> cluster : one.clusters()) {
            assertTrue(cluster.containsKey("growth"));
            assertNull("one interval says nothing", cluster.get("growth"));
        }
        assertNull(one.at("facets.trend_truncated"));
    }

    /** Documents about oil and wheat, in the field that the fixture's generation reads. */
    private void told() throws Exception {
        client().admin()
                .indices()
                .prepareCreate("told")
                .setSettings(Settings.builder().put("number_of_shards", 2).put("number_of_replicas", 0))
                .setMapping("{\"properties\":{\"latent\":{\"type\":\"latent_vector\",\"model\":\"news\"},"
                        + "\"title\":{\"type\":\"text\"},\"secret\":{\"type\":\"text\"}}}")
                .get();
        for (int i = 0; i < 60; i++) {
            client().prepareIndex("told")
                    .setId("" + i)
                    .setSource(Map.of(
                            "latent",
                            Map.of(
                                    "generation",
                                    1,
                                    "encoder",
                                    generation.encoder().toString(),
                                    "vector",
                                    LatentFixtures.base64(LatentFixtures.latent(DIMS, random()))),
                            "title",
                            List.of(
                                    "Paper number " + WORDS[i % 7] + " says that crude oil is rising again.",
                                    "It is also about " + WORDS[i % 5] + " wheat in this year's harvest. Short one.",
                                    "None of these words are known to anybody here."),
                            "secret",
                            "Nobody asked for a sentence of oil and wheat from here."))
                    .get();
        }
        client().admin().indices().prepareRefresh("told").get();
    }

    private static final String[] WORDS = {"crude", "wheat", "oil", "grain", "barrels", "harvest", "other"};

    public void testSummariesAreSentencesOfTheClustersDocuments() throws Exception {
        told();
        Answer answer = call(
                "/told/_latent/facets",
                Map.of(),
                "{\"search\":{\"size\":60,\"_source\":false},\"facets\":{\"summary\":true,\"examples\":1,\"size\":3}}");
        assertEquals(answer.text(), RestStatus.OK, answer.status());
        assertNull(answer.text(), answer.at("facets.summary_error"));
        assertEquals(3, answer.clusters().size());
        for (Map<String, Object> cluster : answer.clusters()) {
            String summary = (String) cluster.get("summary");
            assertNotNull(answer.text(), summary);
            assertThat(summary, not(containsString("Nobody asked")));
            assertThat(summary, not(containsString("None of these")));
            assertThat(summary, not(containsString("Short one")));
            List<?> sources = (List<?>) cluster.get("summary_sources");
            assertThat(sources.size(), both(greaterThan(0)).and(lessThanOrEqualTo(FacetSummaries.SENTENCES)));
            String left = summary;
            for (Object each : sources) {
                String id = (String) ((Map<?, ?>) each).get("_id");
                Map<String, Object> source =
                        client().prepareGet("told", id).get().getSourceAsMap();
                String vector = (String) XContentMapValues.extractValue("latent.vector", source);
                assertEquals(
                        cluster.get("key"),
                        LatentFixtures.clusterOf(generation, Base64.getDecoder().decode(vector)));
                for (Object text : (List<?>) source.get("title")) {
                    left = left.replace(((String) text).replace(" Short one.", ""), "");
                }
            }
            assertEquals("nothing but sentences of these documents", "", left.strip());
        }
        client().admin().indices().prepareDelete("told").get();
    }

    public void testSummariesOfWhatCannotBeEncodedAreNull() throws Exception {
        told();
        LatentSearchTestPlugin.ENCODER.failure =
                new OpenSearchStatusException("the engine is away", RestStatus.SERVICE_UNAVAILABLE);
        LatentSearchTestPlugin.generations.activate("news", 7); // closes the encoder that an earlier test has opened
        LatentSearchTestPlugin.generations.put(generation.as("news", 7));
        try {
            Answer answer = call("/told/_latent/facets", Map.of("facets.summary", "true"), null);
            assertEquals(answer.text(), RestStatus.OK, answer.status());
            assertEquals("the engine is away", answer.at("facets.summary_error"));
            assertEquals(7, answer.at("facets.generation"));
            for (Map<String, Object> cluster : answer.clusters()) {
                assertTrue(cluster.containsKey("summary"));
                assertNull(cluster.get("summary"));
            }
            LatentSearchTestPlugin.generations.activate("news", 8);
            Answer gone = call("/told/_latent/facets", Map.of("facets.summary", "true"), null);
            assertEquals("what the search says of it", RestStatus.NOT_FOUND, gone.status());
        } finally {
            LatentSearchTestPlugin.ENCODER.failure = null;
            client().admin().indices().prepareDelete("told").get();
        }
    }

    private void bad(String body, String message) throws Exception {
        Answer answer = facets(body);
        assertEquals(answer.text(), RestStatus.BAD_REQUEST, answer.status());
        assertThat(answer.text(), containsString(message));
    }

    public void testOptionsAreDocumented() {
        OptionTables.check("facets", FacetsRequest.OPTIONS);
    }
}
