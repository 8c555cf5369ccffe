/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Rule;
import org.junit.Test;

/**
 * {@code _trends} on a real two-node cluster, over a stream of 60 days in whose last six days one subject grows, one is
 * gone and one is new. The counts must be those of a {@code date_histogram} filtered by {@code latent_cluster}.
 */
public final class TrendsIT {
    private static final String CORPUS = "trends-corpus";
    private static final String STREAM = "trends-stream";
    private static final String MODEL = "trends-model";
    private static final String TRENDS = Latent.BASE + "/models/" + MODEL + "/_trends";
    private static final String GROWING = "sailing";
    private static final String VANISHING = "cooking";
    private static final String STARTING = "software";
    private static final LocalDate FIRST = LocalDate.of(2025, 3, 1);
    private static final int DAYS = 60;
    private static final int WINDOW = 6;
    private static final int DOCUMENTS = 1500;
    private static final int SHARDS = 3;

    private static TestCluster cluster;
    private static Rest rest;

    @Rule
    public final ServerLogs logs = new ServerLogs(() -> cluster);

    @BeforeClass
    public static void trainAndAttach() {
        cluster = TestCluster.shared(2);
        rest = cluster.rest();
        Latent.createIndex(cluster, CORPUS, 900, 1, 0);
        Latent.createModel(rest, MODEL, Latent.definition(CORPUS, TopicCorpus.subjects(), 40));
        Latent.train(rest, MODEL);
        rest.put(
                        "/" + STREAM,
                        Map.of(
                                "settings",
                                Map.of("number_of_shards", SHARDS, "number_of_replicas", 0),
                                "mappings",
                                TopicCorpus.MAPPINGS))
                .ok();
        cluster.awaitGreen(STREAM);
        rest.bulk("/" + STREAM + "/_bulk?refresh=true", stream());
        Latent.attach(rest, MODEL, STREAM);
    }

    @AfterClass
    public static void cleanUp() {
        rest.delete("/" + STREAM);
        Latent.cleanUp(rest, MODEL, CORPUS);
    }

    /** Documents of the corpus with other dates, evenly over the days on which their subject is one. */
    private static Map<String, Object> stream() {
        Map<String, Object> documents = new LinkedHashMap<>();
        Map<String, Integer> seen = new HashMap<>();
        TopicCorpus.documents(5000, 5000 + DOCUMENTS).forEach((id, source) -> {
            @SuppressWarnings("unchecked") // made by TopicCorpus
            Map<String, Object> document = (Map<String, Object>) source;
            String subject = (String) document.get("subject");
            int number = seen.merge(subject, 1, Integer::sum);
            int before = DAYS - WINDOW;
            int day =
                    switch (subject) {
                        case GROWING -> number % 10 < 3 ? before + number % WINDOW : number % before;
                        case VANISHING -> number % before;
                        case STARTING -> before + number % WINDOW;
                        default -> number % DAYS;
                    };
            document.put("date", FIRST.plusDays(day).toString());
            if (!subject.equals(STARTING) || number % 5 == 0) {
                documents.put(id, document);
            }
        });
        return documents;
    }

    private static long millis(LocalDate day) {
        return day.atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
    }

    private static List<Map<?, ?>> trends(Rest.Response response) {
        List<Map<?, ?>> trends = new ArrayList<>();
        response.listAt("trends").forEach(each -> trends.add((Map<?, ?>) each));
        return trends;
    }

    /** The key of the cluster with most documents of a subject. */
    private static String clusterOf(String subject) {
        return rest.post(
                        "/" + STREAM + "/_latent/facets",
                        "{\"search\":{\"size\":0,\"query\":{\"term\":{\"subject\":\"" + subject
                                + "\"}}},\"facets\":{\"size\":1}}")
                .ok()
                .stringAt("facets.clusters.0.key");
    }

    private static Map<?, ?> trend(Rest.Response response, String subject) {
        String key = clusterOf(subject);
        return trends(response).stream()
                .filter(each -> each.get("key").equals(key))
                .findFirst()
                .orElseThrow();
    }

    private static double number(Map<?, ?> object, String key) {
        return ((Number) object.get(key)).doubleValue();
    }

    @Test
    public void whatGrowsVanishesAndIsNewIsFound() {
        Rest.Response response =
                rest.get(TRENDS + "?field=date&interval=day&window=6d").ok();
        assertThat(response.longAt("window.from"), equalTo(millis(FIRST.plusDays(DAYS - WINDOW))));
        assertThat(response.longAt("window.to"), equalTo(millis(FIRST.plusDays(DAYS))));
        assertThat(response.longAt("before.from"), equalTo(millis(FIRST)));
        assertThat(response.listAt("intervals"), hasSize(DAYS));
        Map<?, ?> growing = trend(response, GROWING);
        assertThat(response.text(), growing.get("trend"), equalTo("rising"));
        assertThat(number(growing, "change"), greaterThan(0.5));
        Map<?, ?> vanishing = trend(response, VANISHING);
        assertThat(response.text(), vanishing.get("trend"), equalTo("gone"));
        assertThat(number(vanishing, "change"), lessThan(-0.9));
        Map<?, ?> starting = trend(response, STARTING);
        assertThat(response.text(), starting.get("trend"), equalTo("new"));
        assertThat(((Map<?, ?>) starting.get("burst")).get("from"), is((Object) millis(FIRST.plusDays(DAYS - WINDOW))));
        for (String steady : List.of("astronomy", "finance", "medicine")) {
            assertThat(response.text(), trend(response, steady).get("trend"), equalTo("steady"));
        }
        List<Map<?, ?>> trends = trends(response);
        assertThat(
                "significant ones come first",
                trends.stream().map(each -> each.get("trend").equals("steady")).toList(),
                equalTo(List.of(false, false, false, true, true, true)));
        trends.forEach(each -> assertThat((String) each.get("label"), not(equalTo(each.get("key")))));
    }

    @Test
    public void countsAreThoseOfTheFilter() {
        for (String query : List.of("{\"match_all\":{}}", "{\"match\":{\"body\":\"report\"}}")) {
            Rest.Response response = rest.post(
                            TRENDS,
                            "{\"index\":\"" + STREAM + "\",\"field\":\"date\",\"interval\":\"week\",\"query\":" + query
                                    + ",\"size\":50}")
                    .ok();
            assertThat(trends(response), not(empty()));
            long counted = 0;
            long[] all = longs(response.listAt("intervals").stream()
                    .map(each -> ((Map<?, ?>) each).get("count"))
                    .toList());
            for (Map<?, ?> each : trends(response)) {
                long[] series = longs((List<?>) each.get("series"));
                assertThat(series, equalTo(histogram(query, "[\"" + each.get("key") + "\"]", response)));
                for (int i = 0; i < all.length; i++) {
                    all[i] -= series[i];
                }
                counted += Arrays.stream(series).sum();
            }
            assertThat("no cluster is missing", Arrays.stream(all).sum(), equalTo(0L));
            assertThat(response.longAt("documents.counted"), equalTo(counted));
            assertThat(
                    response.longAt("documents.matched"),
                    equalTo(rest.post("/" + STREAM + "/_count", "{\"query\":" + query + "}")
                            .ok()
                            .longAt("count")));
        }
    }

    private static long[] longs(List<?> numbers) {
        return numbers.stream().mapToLong(each -> ((Number) each).longValue()).toArray();
    }

    /** The counts of core, in the intervals of an answer. */
    private static long[] histogram(String query, String keys, Rest.Response answer) {
        Map<Long, Long> counts = new HashMap<>();
        rest.post(
                        "/" + STREAM + "/_search",
                        "{\"size\":0,\"query\":{\"bool\":{\"filter\":[" + query
                                + ",{\"latent_cluster\":{\"field\":\"latent\",\"clusters\":" + keys
                                + "}}]}},\"aggs\":{\"t\":{\"date_histogram\":{\"field\":\"date\",\"calendar_interval\":\"week\"}}}}")
                .ok()
                .listAt("aggregations.t.buckets")
                .forEach(each -> counts.put(
                        ((Number) ((Map<?, ?>) each).get("key")).longValue(),
                        ((Number) ((Map<?, ?>) each).get("doc_count")).longValue()));
        return answer.listAt("intervals").stream()
                .mapToLong(each -> counts.getOrDefault(((Number) ((Map<?, ?>) each).get("t")).longValue(), 0L))
                .toArray();
    }

    /**
     * The window as the later half: the change is the growth of the facets, but for the smoothing of unequal halves.
     */
    @Test
    public void changeAgreesWithGrowth() {
        String query = "{\"exists\":{\"field\":\"latent\"}}";
        Map<Object, Double> growth = new HashMap<>();
        rest.post(
                        "/" + STREAM + "/_latent/facets",
                        "{\"search\":{\"size\":0,\"query\":" + query
                                + "},\"facets\":{\"trend\":{\"field\":\"date\",\"interval\":\"day\"}}}")
                .ok()
                .listAt("facets.clusters")
                .forEach(each -> growth.put(((Map<?, ?>) each).get("key"), number((Map<?, ?>) each, "growth")));
        Rest.Response response = rest.post(
                        TRENDS,
                        "{\"field\":\"date\",\"interval\":\"day\",\"window\":\"" + DAYS / 2 + "d\",\"query\":" + query
                                + "}")
                .ok();
        assertThat(trends(response), hasSize(growth.size()));
        trends(response).stream()
                .filter(each -> number(each, "before_count") > 20)
                .forEach(each -> assertThat(number(each, "change"), closeTo(growth.get(each.get("key")), 0.02)));
    }

    @Test
    public void itTakesThreeSearchesAtMost() {
        rest.get(TRENDS + "?field=date").ok();
        long before = queries();
        rest.get(TRENDS + "?field=date").ok();
        // for the caller's rights, the span and the counts; shards may answer from their cache
        assertThat(queries() - before, lessThanOrEqualTo(3L * SHARDS));
    }

    private static long queries() {
        return rest.get("/" + STREAM + "/_stats/search").ok().longAt("indices." + STREAM + ".total.search.query_total");
    }

    @Test
    public void editsAreThoseOfFacets() {
        String hidden = clusterOf(VANISHING);
        String renamed = clusterOf(GROWING);
        String clusters = Latent.BASE + "/models/" + MODEL + "/clusters/";
        List<Map<?, ?>> before =
                trends(rest.get(TRENDS + "?field=date&interval=day").ok());
        try {
            rest.put(clusters + hidden, Map.of("hidden", true)).ok();
            rest.put(clusters + renamed, Map.of("label", "At sea")).ok();
            Rest.Response response =
                    rest.get(TRENDS + "?field=date&interval=day").ok();
            assertThat(trends(response), hasSize(before.size() - 1));
            assertThat(
                    trends(response).stream().anyMatch(each -> each.get("key").equals(hidden)), is(false));
            Map<?, ?> sea = trends(response).stream()
                    .filter(each -> each.get("key").equals(renamed))
                    .findFirst()
                    .orElseThrow();
            assertThat(sea.get("label"), equalTo("At sea"));
            assertThat(
                    "hidden documents count among all",
                    number(sea, "share"),
                    equalTo(number(
                            before.stream()
                                    .filter(each -> each.get("key").equals(renamed))
                                    .findFirst()
                                    .orElseThrow(),
                            "share")));
        } finally {
            rest.put(clusters + hidden, "{}").ok();
            rest.put(clusters + renamed, "{}").ok();
        }
    }

    @Test
    public void optionsInTheUrlAreThoseOfTheBody() {
        List<Map<?, ?>> inUrl = trends(rest.get(TRENDS + "?index=" + STREAM
                        + "&field=date&latent_field=latent&interval=2d&window=8d&size=3&significance=0.2")
                .ok());
        assertThat(inUrl, hasSize(3));
        List<Map<?, ?>> inBody = trends(rest.post(
                        TRENDS,
                        Map.of(
                                "index", List.of(STREAM),
                                "field", "date",
                                "latent_field", "latent",
                                "interval", "2d",
                                "window", "8d",
                                "size", 3,
                                "significance", 0.2))
                .ok());
        assertThat(inUrl, equalTo(inBody));
        assertThat(
                inUrl.stream().map(each -> number(each, "p_value")).toList(),
                equalTo(inUrl.stream()
                        .map(each -> number(each, "p_value"))
                        .sorted(Comparator.naturalOrder())
                        .toList()));
    }

    @Test
    public void nothingToCount() {
        Rest.Response none = rest.post(
                        TRENDS,
                        "{\"field\":\"date\",\"window\":\"7d\",\"query\":{\"term\":{\"subject\":\"gardening\"}}}")
                .ok();
        assertThat(none.longAt("documents.matched"), equalTo(0L));
        assertThat(none.listAt("trends"), empty());
        assertThat(none.at("window"), nullValue());
        // not encoded, so in no cluster
        assertThat(
                rest.get(TRENDS + "?index=" + STREAM + "&field=date").ok().longAt("documents.matched"),
                greaterThan(rest.get(TRENDS + "?field=date").ok().longAt("documents.counted")));
    }

    @Test
    public void errorsNameKeyValueAndBound() {
        refused("?index=" + STREAM, 400, "[field]");
        refused("?field=nothing", 400, "[field]", "nothing", STREAM);
        refused("?field=subject", 400, "[field]", "keyword", "date_nanos");
        refused("?field=date&interval=1s", 400, "[interval]", "1000", "1s");
        refused("?field=date&interval=day&window=60d", 400, "[window]", "60 of [day]", "60d");
        refused("?field=date&index=no-such-index", 404, "no such index", "no-such-index");
        refused("?field=date&latent_field=body", 400, "[latent_field]", "[latent]", "body");
        Rest.Response unknown = rest.get(Latent.BASE + "/models/trends-nothing/_trends?field=date");
        assertThat(unknown.text(), unknown.status(), equalTo(404));
        assertThat(unknown.text(), containsString("trends-nothing"));
    }

    private static void refused(String params, int status, String... parts) {
        Rest.Response response = rest.get(TRENDS + params);
        assertThat(response.text(), response.status(), equalTo(status));
        for (String part : parts) {
            assertThat(response.text(), containsString(part));
        }
    }
}
