/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search;

import static org.hamcrest.Matchers.containsString;

import io.latentfacets.field.LatentFixtures;
import io.latentfacets.model.Generation;
import io.latentfacets.model.InMemoryGenerations;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
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
    private final Map<String, Long> expected = new TreeMap<>();

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
                            "{\"latent\":{\"generation\":1,\"vector\":\"" + LatentFixtures.base64(latent) + "\"},"
                                    + subject + "\"date\":" + i * 86_400_000L + ",\"body\":\"oil " + "price ".repeat(30)
                                    + "\"}",
                            XContentType.JSON)
                    .get();
            expected.merge(LatentFixtures.clusterOf(generation, latent), 1L, Long::sum);
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
        // a channel of ours, because the handler's client follows it until it is closed, which the framework's never is
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
        controller.registerHandler(
                new RestFacetsAction(LatentSearchTestPlugin.SEARCH::get, LatentSearchTestPlugin.STATS));
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
        assertEquals(39.0 * 86_400_000, answer.at("aggregations.theirs.value"));
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
                    assertEquals(80, title.length());
                    assertTrue(title.startsWith("oil price price"));
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
        bad("{\"query\":{}}", "unknown key [query] in [facets request], must be one of [search, facets]");
        bad("[]", "[body] of [facets request] must be an object");
        bad("{\"search\":7}", "[search] of [facets request] must be an object: [7]");
        bad("{\"facets\":[]}", "[facets] of [facets request] must be an object: [START_ARRAY]");
        bad("{\"facets\":{\"sizes\":1}}", "unknown key [sizes] in [facets], must be one of [field, examples, trend,");
        bad("{\"facets\":{\"size\":0}}", "[size] of [facets] must be an integer in [1, 1000]: [0]");
        bad("{\"facets\":{\"examples\":21}}", "[examples] of [facets] must be an integer in [0, 20]: [21]");
        bad("{\"facets\":{\"examples\":\"2\"}}", "[examples] of [facets] must be an integer in [0, 20]: \\\"2\\\"");
        bad("{\"facets\":{\"summary\":true}}", "[summary] of [facets] is not supported yet");
        bad("{\"facets\":{\"summary\":1}}", "[summary] of [facets] must be true or false: [1]");
        bad("{\"facets\":{\"clusters\":5}}", "[clusters] of [facets] goes with [scope] \\\"results\\\" only");
        bad("{\"facets\":{\"title_field\":\"\"}}", "[title_field] of [facets] must be a string that is not empty");
        bad("{\"facets\":{\"trend\":\"week\"}}", "[trend] of [facets] must be an object: \\\"week\\\"");
        bad("{\"facets\":{\"trend\":{\"field\":\"date\"}}}", "[interval] of [trend] is required");
        bad("{\"facets\":{\"trend\":{\"interval\":\"day\"}}}", "[field] of [trend] is required");
        bad(
                "{\"facets\":{\"trend\":{\"field\":\"date\",\"interval\":\"fortnight\"}}}",
                "[interval] of [trend] must be one of [1M, 1d,");
        bad(
                "{\"facets\":{\"trend\":{\"field\":\"date\",\"interval\":\"-1\"}}}",
                "[interval] of [trend] must be one of [1M, 1d,");
        bad(
                "{\"facets\":{\"trend\":{\"field\":\"date\",\"intervall\":\"day\"}}}",
                "unknown key [intervall] in [trend]");
        bad(
                "{\"facets\":{\"field\":\"body\"}}",
                "[field] of [latent_clusters] must be of type [latent_vector], [body] is of type [text]");
        bad("{\"facets\":{\"order\":{\"nothing\":\"asc\"}}}", "[order] of [latent_clusters]");
        bad("{\"facets\":{\"exclude_terms\":[\"[\"]}}", "[exclude_terms] must be a regular expression: [[]");
        Answer param = call("/news/_latent/facets", Map.of("sizes", "3"), null);
        assertEquals(param.text(), RestStatus.BAD_REQUEST, param.status());
        assertThat(param.text(), containsString("unrecognized parameter: [sizes]"));
    }

    private void bad(String body, String message) throws Exception {
        Answer answer = facets(body);
        assertEquals(answer.text(), RestStatus.BAD_REQUEST, answer.status());
        assertThat(answer.text(), containsString(message));
    }
}
