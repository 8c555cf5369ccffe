/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.trends;

import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import io.latentfacets.field.LatentFixtures;
import io.latentfacets.model.ClusterEdits;
import io.latentfacets.model.Generation;
import io.latentfacets.model.InMemoryGenerations;
import io.latentfacets.search.LatentSearchTestPlugin;
import io.latentfacets.strict.StrictMap;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.opensearch.ExceptionsHelper;
import org.opensearch.ResourceNotFoundException;
import org.opensearch.action.index.IndexRequestBuilder;
import org.opensearch.action.support.PlainActionFuture;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.xcontent.XContentHelper;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.core.common.breaker.CircuitBreakingException;
import org.opensearch.core.xcontent.ToXContent;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryBuilders;
import org.opensearch.plugins.Plugin;
import org.opensearch.search.aggregations.MultiBucketConsumerService;
import org.opensearch.test.OpenSearchSingleNodeTestCase;
import org.opensearch.threadpool.ThreadPool;

/** Calls of {@code _trends} on a node, compared with counts by hand. */
public class TrendsCallTests extends OpenSearchSingleNodeTestCase {
    private static final int DIMS = 6;
    private static final long DAY = 86_400_000L;
    private static final int DAYS = 40;
    private static final int WITHOUT_LATENT = 7;
    private static final String MAX_BUCKETS = MultiBucketConsumerService.MAX_BUCKET_SETTING.getKey();

    private final Generation generation = LatentFixtures.generation("news", 1, DIMS, 5, random());
    /** The documents of each cluster by day. */
    private final Map<String, long[]> expected = new HashMap<>();

    @Override
    protected Collection<Class<? extends Plugin>> getPlugins() {
        return List.of(LatentSearchTestPlugin.class);
    }

    @Override
    public void setUp() throws Exception {
        LatentSearchTestPlugin.generations = new InMemoryGenerations();
        super.setUp();
        LatentSearchTestPlugin.generations.put(generation).activate("news", 1);
        create(
                "news",
                "\"latent\":{\"type\":\"latent_vector\",\"model\":\"news\"},\"date\":{\"type\":\""
                        + randomFrom("date", "date_nanos")
                        + "\"},\"when\":{\"type\":\"alias\",\"path\":\"date\"},\"body\":{\"type\":\"text\"},"
                        + "\"number\":{\"type\":\"long\"}");
        for (int day = 0; day < DAYS; day++) {
            int documents = 4 + random().nextInt(8);
            for (int i = 0; i < documents; i++) {
                byte[] latent = LatentFixtures.latent(DIMS, random());
                index("\"latent\":" + LatentFixtures.source(generation, latent) + ",\"date\":\""
                        + Instant.ofEpochMilli(day * DAY + i * 3_600_000L) + "\",\"body\":\"oil\"");
                expected.computeIfAbsent(LatentFixtures.clusterOf(generation, latent), key -> new long[DAYS])[day]++;
            }
        }
        for (int i = 0; i < WITHOUT_LATENT; i++) {
            index("\"date\":\"1999-01-01\",\"body\":\"oil\"");
        }
        client().admin().indices().prepareRefresh("news").get();
    }

    private void create(String index, String fields) {
        client().admin()
                .indices()
                .prepareCreate(index)
                .setSettings(Settings.builder().put("number_of_shards", 3).put("number_of_replicas", 0))
                .setMapping("{\"properties\":{" + fields + "}}")
                .get();
    }

    private void index(String fields) {
        IndexRequestBuilder request = client().prepareIndex("news").setSource("{" + fields + "}", XContentType.JSON);
        request.get();
    }

    @Override
    public void tearDown() throws Exception {
        client().admin().indices().prepareDelete("*").get();
        super.tearDown();
    }

    private TrendsRequest request(QueryBuilder query, Object... body) {
        Map<String, Object> values = new LinkedHashMap<>(Map.of("field", "date"));
        for (int i = 0; i < body.length; i += 2) {
            values.put((String) body[i], body[i + 1]);
        }
        TrendsRequest parsed = TrendsRequest.parse("news", new StrictMap(values, ""));
        return new TrendsRequest(
                parsed.model(),
                parsed.indices(),
                parsed.field(),
                parsed.latentField(),
                parsed.interval(),
                parsed.window(),
                query,
                parsed.size(),
                parsed.significance(),
                parsed.terms());
    }

    private Map<String, Object> call(TrendsRequest request) throws IOException {
        PlainActionFuture<TrendsResponse> future = PlainActionFuture.newFuture();
        new TrendsCall(
                        request,
                        LatentSearchTestPlugin.TRENDS.get(),
                        client(),
                        getInstanceFromNode(ThreadPool.class).getThreadContext(),
                        () -> {})
                .run(future);
        try (XContentBuilder json = XContentBuilder.builder(XContentType.JSON.xContent())) {
            future.actionGet().toXContent(json, ToXContent.EMPTY_PARAMS);
            return XContentHelper.convertToMap(XContentType.JSON.xContent(), json.toString(), true);
        }
    }

    private Map<String, Object> call(Object... body) throws IOException {
        return call(request(null, body));
    }

    private void refused(Class<? extends Exception> type, List<String> parts, Object... body) {
        Exception refused = expectThrows(type, () -> call(body));
        parts.forEach(part -> assertThat(refused.getMessage(), containsString(part)));
    }

    private static List<Map<String, Object>> trends(Map<String, Object> answer) {
        List<Map<String, Object>> trends = new ArrayList<>();
        ((List<?>) answer.get("trends")).forEach(each -> trends.add(StrictMap.object(each)));
        return trends;
    }

    private static long[] series(Map<String, Object> trend) {
        return ((List<?>) trend.get("series"))
                .stream().mapToLong(each -> ((Number) each).longValue()).toArray();
    }

    private static long sum(long[] counts, int from, int to) {
        return Arrays.stream(counts, from, to).sum();
    }

    public void testCountsAreThoseByHand() throws Exception {
        Map<String, Object> answer = call("interval", "day", "window", "5d", "field", randomFrom("date", "when"));
        assertThat(answer.get("model"), equalTo("news"));
        assertThat(answer.get("generation"), equalTo(1));
        assertThat(answer.get("interval"), equalTo("day"));
        assertThat(answer.get("window"), equalTo(Map.of("from", (DAYS - 5) * DAY, "to", DAYS * DAY)));
        assertThat(answer.get("before"), equalTo(Map.of("from", 0, "to", (DAYS - 5) * DAY)));
        long[] all = new long[DAYS];
        expected.values().forEach(own -> Arrays.setAll(all, i -> all[i] + own[i]));
        long now = sum(all, DAYS - 5, DAYS);
        long before = sum(all, 0, DAYS - 5);
        assertThat(
                answer.get("documents"),
                equalTo(Map.of(
                        "matched", (int) (now + before + WITHOUT_LATENT),
                        "counted", (int) (now + before),
                        "window", (int) now,
                        "before", (int) before)));
        assertThat((List<?>) answer.get("intervals"), hasSize(DAYS));
        Set<Object> keys = new HashSet<>();
        for (Map<String, Object> trend : trends(answer)) {
            long[] own = expected.get(trend.get("key"));
            assertArrayEquals(own, series(trend));
            keys.add(trend.get("key"));
            assertThat(trend.get("count"), equalTo((int) sum(own, DAYS - 5, DAYS)));
            assertThat(trend.get("before_count"), equalTo((int) sum(own, 0, DAYS - 5)));
            assertEquals(sum(own, DAYS - 5, DAYS) / (double) now, (double) trend.get("share"), 1e-12);
            assertEquals(sum(own, 0, DAYS - 5) / (double) before, (double) trend.get("before_share"), 1e-12);
            double p = ((Number) trend.get("p_value")).doubleValue();
            assertTrue("" + p, p >= 0 && p <= 1);
            assertTrue(trend.containsKey("burst"));
        }
        assertThat(keys, equalTo(expected.keySet()));
    }

    public void testUsualLengths() throws Exception {
        Map<String, Object> answer = call();
        assertThat(answer.get("interval"), equalTo("day"));
        assertThat(answer.get("window"), equalTo(Map.of("from", (DAYS - 4) * DAY, "to", DAYS * DAY)));
        assertThat(StrictMap.object(answer.get("_shards")).get("total"), equalTo(3));
        assertThat(answer.get("timed_out"), equalTo(false));
    }

    public void testQuerySizeEdits() throws Exception {
        List<String> keys = new ArrayList<>(expected.keySet());
        LatentSearchTestPlugin.generations.edit(
                "news",
                new ClusterEdits(Map.of(
                        keys.get(0),
                        new ClusterEdits.Edit(null, true),
                        keys.get(1),
                        new ClusterEdits.Edit("Oil", false))));
        List<Map<String, Object>> all = trends(call());
        assertThat(all, hasSize(expected.size() - 1));
        assertTrue(all.stream().noneMatch(each -> each.get("key").equals(keys.get(0))));
        assertTrue(all.stream().anyMatch(each -> each.get("label").equals("Oil")));
        Map<String, Object> two = call("size", 2);
        assertThat(trends(two), equalTo(all.subList(0, 2)));
        assertThat("hidden clusters count among all", two.get("documents"), equalTo(call().get("documents")));
        Map<String, Object> half =
                call(request(QueryBuilders.rangeQuery("date").lt(20 * DAY).format("epoch_millis"), "interval", "day"));
        assertThat((List<?>) half.get("intervals"), hasSize(20));
        assertThat(trends(call(request(QueryBuilders.matchQuery("body", "gas")))), empty());
    }

    public void testNothingToCountIsNoMistake() throws Exception {
        Map<String, Object> answer = call(request(QueryBuilders.matchQuery("body", "gas"), "window", "1d"));
        assertNull(answer.get("interval"));
        assertNull(answer.get("window"));
        assertThat(answer.get("intervals"), equalTo(List.of()));
        assertThat(StrictMap.object(answer.get("documents")).get("matched"), equalTo(0));
        Map<String, Object> once =
                call(request(QueryBuilders.rangeQuery("date").lt(1000).format("epoch_millis")));
        assertNull(once.get("before"));
        trends(once).forEach(each -> {
            assertThat(each.get("trend"), equalTo("steady"));
            assertThat(each.get("p_value"), equalTo(1.0));
        });
    }

    /** Each document of the last days has a word that no other has. */
    public void testWordsOfIntervals() throws Exception {
        String word = generation.vocabulary().surface(0);
        String common = generation.vocabulary().surface(1);
        String field = generation.fields().get(0).name();
        for (int day = 0; day < DAYS; day++) {
            for (int i = 0; i < 12; i++) {
                byte[] latent = LatentFixtures.latent(DIMS, random());
                index("\"latent\":" + LatentFixtures.source(generation, latent) + ",\"date\":\""
                        + Instant.ofEpochMilli(day * DAY + i * 3_600_000L) + "\",\"" + field + "\":\"" + common
                        + (day >= DAYS - 5 ? " " + word : "") + "\"");
            }
        }
        client().admin().indices().prepareRefresh("news").get();
        Map<String, Object> without = call("interval", "5d");
        assertFalse(without.containsKey("terms_search"));
        long used = LatentSearchTestPlugin.breaker.used();
        LatentSearchTestPlugin.breaker.startBreaking();
        Exception refused = expectThrows(Exception.class, () -> call("interval", "5d", "window", "5d", "terms", 2));
        assertNotNull(ExceptionsHelper.unwrap(refused, CircuitBreakingException.class));
        LatentSearchTestPlugin.breaker.stopBreaking();
        Map<String, Object> answer = call("interval", "5d", "window", "5d", "terms", 2);
        assertThat("all is released", LatentSearchTestPlugin.breaker.used(), equalTo(used));
        Map<String, Object> search = StrictMap.object(answer.get("terms_search"));
        assertThat(search.get("timed_out"), equalTo(false));
        assertThat(search.get("_shards"), equalTo(answer.get("_shards")));
        int named = 0;
        for (Map<String, Object> trend : trends(answer)) {
            List<?> terms = (List<?>) trend.get("terms");
            assertThat(terms, hasSize(DAYS / 5));
            if (series(trend)[DAYS / 5 - 1] > 14) { // of fewer it may be chance
                assertThat(((List<?>) terms.get(DAYS / 5 - 1)).get(0), equalTo(word));
                named++;
            }
            for (Object before : terms.subList(0, DAYS / 5 - 1)) {
                assertFalse(((List<?>) before).contains(word));
            }
        }
        assertTrue(named > 0);
        assertThat(
                "the same documents each time",
                trends(call("interval", "5d", "window", "5d", "terms", 2)),
                equalTo(trends(answer)));
        assertTrue(trends(call("interval", "5d")).stream().noneMatch(each -> each.containsKey("terms")));
        LatentSearchTestPlugin.generations.bind("others");
        Map<String, Object> unbound = call("index", "news", "interval", "5d", "terms", 2);
        assertTrue(trends(unbound).stream().noneMatch(each -> each.containsKey("terms")));
    }

    public void testTooManyIntervalsForWords() throws Exception {
        long[] everyDay = new long[101];
        Arrays.fill(everyDay, 1);
        TrendsRequest asked = request(null, "terms", 1);
        List<ClusterTrend> ten = java.util.Collections.nCopies(10, new ClusterTrend(null, null, everyDay));
        IllegalArgumentException refused = expectThrows(
                IllegalArgumentException.class, () -> new TrendTerms(asked, generation, null, ten).sample());
        assertThat(
                refused.getMessage(),
                allOf(
                        containsString("[terms]"),
                        containsString("at most 1000 intervals"),
                        containsString("10 clusters have documents in 1010"),
                        containsString("[size]")));
        assertThat(new TrendTerms(asked, generation, null, ten.subList(0, 9)).sample(), equalTo(5));
        assertThat(new TrendTerms(asked, generation, null, ten.subList(0, 1)).sample(), equalTo(49));
        assertThat(new TrendTerms(asked, generation, null, List.of()).sample(), equalTo(50));
        everyDay[0] = 70;
        assertThat(new TrendTerms(asked, generation, null, ten).bytes(50), equalTo(10 * (50 + 100) * 8192L));
    }

    public void testUnboundIndicesGetNoWords() throws Exception {
        LatentSearchTestPlugin.generations.bind("others");
        Map<String, Object> answer = call("index", "news");
        assertThat(answer.get("bound"), equalTo(false));
        trends(answer).forEach(each -> assertThat(each.get("label"), equalTo(each.get("key"))));
        refused(ResourceNotFoundException.class, List.of("[index]", "[news]", "_attach"));
    }

    public void testBadFields() {
        refused(IllegalArgumentException.class, List.of("[field]", "\"nothing\"", "news"), "field", "nothing");
        refused(IllegalArgumentException.class, List.of("[field]", "\"body\"", "[text]", "date"), "field", "body");
        refused(IllegalArgumentException.class, List.of("[field]", "\"number\"", "[long]"), "field", "number");
        refused(
                IllegalArgumentException.class,
                List.of("[latent_field]", "\"body\"", "[latent]"),
                "latent_field",
                "body");
    }

    public void testBadIndices() {
        refused(ResourceNotFoundException.class, List.of("no such index", "[nothing]"), "index", "nothing");
        refused(IllegalArgumentException.class, List.of("[index]", "\"far:news\""), "index", "far:news");
        create("plain", "\"date\":{\"type\":\"date\"}");
        refused(IllegalArgumentException.class, List.of("[index]", "plain", "[news]"), "index", "plain");
        create(
                "two",
                "\"a\":{\"type\":\"latent_vector\",\"model\":\"news\"},\"b\":{\"type\":\"latent_vector\",\"model\":\"news\"}");
        refused(IllegalArgumentException.class, List.of("[latent_field]", "[a, b]"), "index", "two");
    }

    /** An index that lacks the field or has documents without dates takes no part, and is no mistake. */
    public void testAnIndexWithoutTheFieldBesideAnother() throws Exception {
        create("plain", "\"body\":{\"type\":\"text\"}");
        assertThat(trends(call("index", List.of("news", "plain"))), equalTo(trends(call("index", "news"))));
    }

    public void testBadLengths() {
        refused(IllegalArgumentException.class, List.of("[interval]", "1000", "\"1s\""), "interval", "1s");
        refused(IllegalArgumentException.class, List.of("[window]", "\"50d\"", "[day]"), "window", "50d");
    }

    public void testTooManyBuckets() {
        Settings few = Settings.builder().put(MAX_BUCKETS, 100).build();
        client().admin()
                .cluster()
                .prepareUpdateSettings()
                .setTransientSettings(few)
                .get();
        try {
            refused(
                    IllegalArgumentException.class,
                    List.of("[interval]", "5 clusters", "[search.max_buckets] allows 100"),
                    "interval",
                    "day");
        } finally {
            client().admin()
                    .cluster()
                    .prepareUpdateSettings()
                    .setTransientSettings(Settings.builder().putNull(MAX_BUCKETS))
                    .get();
        }
    }

    public void testModelsWithoutGeneration() {
        LatentSearchTestPlugin.generations = new InMemoryGenerations();
        refused(ResourceNotFoundException.class, List.of("[news]", "generation"));
    }

    public void testBadBodies() {
        for (Map.Entry<Map<String, Object>, List<String>> each : Map.<Map<String, Object>, List<String>>of(
                        Map.of(), List.of("[field] is required"),
                        Map.of("field", "date", "colour", 1), List.of("[colour]", "interval"),
                        Map.of("field", "date", "interval", "fortnight"), List.of("[interval]", "week", "fortnight"),
                        Map.of("field", "date", "window", "0d"), List.of("[window]", "1ms", "0d"),
                        Map.of("field", "date", "size", 0), List.of("[size]", "1000", "0"),
                        Map.of("field", "date", "terms", 11), List.of("[terms]", "10", "11"),
                        Map.of("field", "date", "significance", 2), List.of("[significance]", "1", "2"))
                .entrySet()) {
            Exception refused = expectThrows(
                    IllegalArgumentException.class,
                    () -> TrendsRequest.parse("news", new StrictMap(each.getKey(), "")));
            each.getValue().forEach(part -> assertThat(refused.getMessage(), allOf(containsString(part))));
        }
    }

    public void testTheUrlTakesAllButTheQuery() {
        Map<String, String> params = Map.of(
                "field",
                "date",
                "index",
                "a,b*",
                "size",
                "3",
                "significance",
                "0.05",
                "interval",
                "day",
                "window",
                "7d",
                "query",
                "x",
                "pretty",
                "true");
        Map<String, Object> values = TrendsRequest.ofParams(params::containsKey, params::get);
        assertFalse(values.containsKey("query"));
        TrendsRequest request = TrendsRequest.parse("news", new StrictMap(Map.of("size", 9), "").with(values));
        assertThat(request.indices(), equalTo(List.of("a", "b*")));
        assertThat(request.size(), equalTo(3));
        assertThat(request.significance(), equalTo(0.05));
        assertThat(request.window().expression(), equalTo("7d"));
    }
}
