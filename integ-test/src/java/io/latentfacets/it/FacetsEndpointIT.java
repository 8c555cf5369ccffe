/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Rule;
import org.junit.Test;

/**
 * What the facets endpoint adds to the aggregation, on a real two-node cluster: totals, growth, summaries, and that it
 * runs one search. The test counts from the documents of the same search.
 */
public final class FacetsEndpointIT {
    private static final String INDEX = "endpoint-docs";
    private static final String MODEL = "endpoint-model";
    private static final int SHARDS = 3;
    private static final String QUERY = "{\"match\":{\"body\":\"report\"}}";
    private static final String EVERYTHING =
            "\"create_other\":true,\"summary\":true,\"examples\":3,\"trend\":{\"field\":\"date\",\"interval\":\"month\"}";

    private static TestCluster cluster;
    private static Rest rest;

    @Rule
    public final ServerLogs logs = new ServerLogs(() -> cluster);

    @BeforeClass
    public static void trainAndAttach() {
        cluster = TestCluster.shared(2);
        rest = cluster.rest();
        Latent.createIndex(cluster, INDEX, 900, SHARDS, 1);
        Latent.createModel(rest, MODEL, Latent.definition(INDEX, TopicCorpus.subjects(), 10));
        Latent.train(rest, MODEL);
        Latent.attach(rest, MODEL, INDEX);
    }

    @AfterClass
    public static void cleanUp() {
        Latent.cleanUp(rest, MODEL, INDEX);
    }

    /**
     * Calls the endpoint.
     *
     * @param query the query, as JSON
     * @param facets the members of the {@code facets} object, without its braces
     */
    private static Rest.Response facets(String query, String facets) {
        return rest.post(
                        "/" + INDEX + "/_latent/facets",
                        "{\"search\":{\"query\":" + query + ",\"size\":1,\"track_total_hits\":true},\"facets\":{"
                                + facets + "}}")
                .ok();
    }

    private static List<Map<?, ?>> clusters(Rest.Response response) {
        List<Map<?, ?>> clusters = new ArrayList<>();
        response.listAt("facets.clusters").forEach(each -> clusters.add((Map<?, ?>) each));
        return clusters;
    }

    private static int number(Map<?, ?> object, String key) {
        return ((Number) object.get(key)).intValue();
    }

    /** The sources of all matching documents, by id. */
    private static Map<String, Map<?, ?>> documents(String query) {
        Map<String, Map<?, ?>> documents = new HashMap<>();
        for (Object each : rest.post("/" + INDEX + "/_search", "{\"size\":10000,\"query\":" + query + "}")
                .ok()
                .listAt("hits.hits")) {
            Map<?, ?> hit = (Map<?, ?>) each;
            documents.put((String) hit.get("_id"), (Map<?, ?>) hit.get("_source"));
        }
        return documents;
    }

    private static String clusterOf(Centroids centroids, Map<?, ?> source) {
        Map<?, ?> latent = (Map<?, ?>) source.get("latent");
        return latent == null ? null : centroids.nearest((String) latent.get("vector"));
    }

    @Test
    public void countsAddUpToTheHits() {
        for (String query : List.of("{\"match_all\":{}}", QUERY, "{\"term\":{\"subject\":\"sailing\"}}")) {
            for (int size = 1; size <= 7; size++) {
                Rest.Response response = facets(query, "\"create_other\":true,\"size\":" + size);
                int sum = 0;
                double share = 0;
                List<String> shown = new ArrayList<>();
                for (Map<?, ?> each : clusters(response)) {
                    sum += number(each, "count");
                    share += ((Number) each.get("share")).doubleValue();
                    assertThat(number(each, "count"), greaterThan(0));
                    if (!each.get("key").equals("_other")) {
                        shown.add("\"" + each.get("key") + "\"");
                    }
                }
                assertThat(sum, equalTo(response.intAt("hits.total.value")));
                assertThat(share, closeTo(1, 1e-9));
                // the filter that the documentation gives for the documents of the bucket _other
                int others = rest.post(
                                "/" + INDEX + "/_count",
                                "{\"query\":{\"bool\":{\"must\":" + query
                                        + ",\"must_not\":{\"latent_cluster\":{\"field\":\"latent\",\"clusters\":"
                                        + shown
                                        + "}}}}}")
                        .ok()
                        .intAt("count");
                Map<?, ?> last = clusters(response).get(clusters(response).size() - 1);
                assertThat(others, equalTo(last.get("key").equals("_other") ? number(last, "count") : 0));
            }
        }
    }

    @Test
    public void growthIsThatOfACountByHand() {
        Centroids centroids = Centroids.of(rest, MODEL);
        int[] totals = new int[2];
        Map<String, int[]> halves = new TreeMap<>();
        // months of 2025: the middle between 1 January and 1 December is 16 June, so the later half begins with July
        documents(QUERY).values().forEach(source -> {
            int half = LocalDate.parse((String) source.get("date")).getMonthValue() < 7 ? 0 : 1;
            totals[half]++;
            String key = clusterOf(centroids, source);
            if (key != null) {
                halves.computeIfAbsent(key, none -> new int[2])[half]++;
            }
        });
        List<Map<?, ?>> clusters = clusters(facets(QUERY, EVERYTHING.replace("\"create_other\":true", "\"size\":50")));
        assertThat(clusters, hasSize(halves.size()));
        for (Map<?, ?> each : clusters) {
            int[] own = halves.get((String) each.get("key"));
            double before = (own[0] + 1.0) / (totals[0] + 2.0);
            double after = (own[1] + 1.0) / (totals[1] + 2.0);
            assertThat(((Number) each.get("growth")).doubleValue(), closeTo(after / before - 1, 1e-9));
        }
        for (Map<?, ?> each : clusters(facets(QUERY, "\"trend\":{\"field\":\"date\",\"interval\":\"10000d\"}"))) {
            assertThat(each.containsKey("growth"), equalTo(true));
            assertThat(each.get("growth"), nullValue());
        }
        Rest.Response unmapped = facets(QUERY, "\"trend\":{\"field\":\"nothing\",\"interval\":\"day\"}");
        assertThat(clusters(unmapped).get(0).get("trend"), equalTo(List.of()));
    }

    @Test
    public void summariesAreSentencesOfResultsInTheCluster() {
        Centroids centroids = Centroids.of(rest, MODEL);
        Map<String, Map<?, ?>> documents = documents(QUERY);
        Rest.Response response = facets(QUERY, "\"summary\":true");
        assertThat(response.at("facets.summary_error"), nullValue());
        for (Map<?, ?> each : clusters(response)) {
            String left = (String) each.get("summary");
            assertThat(left, not(nullValue()));
            assertThat(left.length(), lessThanOrEqualTo(1000));
            List<?> sources = (List<?>) each.get("summary_sources");
            assertThat(sources, not(empty()));
            assertThat(sources.size(), lessThanOrEqualTo(3));
            for (Object source : sources) {
                Map<?, ?> document = documents.get((String) ((Map<?, ?>) source).get("_id"));
                assertThat("among the results", document, not(nullValue()));
                assertThat(clusterOf(centroids, document), equalTo(each.get("key")));
                // a body of this corpus is one sentence, and a title is not a sentence
                left = left.replace((String) document.get("body"), "");
            }
            assertThat("nothing else", left.strip(), equalTo(""));
        }
        Rest.Response parents = facets(QUERY, "\"summary\":true,\"level\":\"parents\"");
        assertThat(parents.at("facets.summary_error"), nullValue());
        for (Map<?, ?> each : clusters(parents)) {
            assertThat(each.get("summary"), not(nullValue()));
        }
    }

    @Test
    public void itIsOneSearch() {
        facets(QUERY, EVERYTHING); // loads generations and builds columns
        long before = queries();
        facets(QUERY, EVERYTHING);
        assertThat(queries() - before, equalTo((long) SHARDS));
    }

    private static long queries() {
        return rest.get("/" + INDEX + "/_stats/search").ok().longAt("indices." + INDEX + ".total.search.query_total");
    }

    @Test
    public void whatComesBackIsBounded() {
        Rest.Response response = facets(
                "{\"match_all\":{}}",
                EVERYTHING.replace("\"examples\":3", "\"examples\":20") + ",\"size\":1000,\"terms\":30");
        for (Map<?, ?> each : clusters(response)) {
            if (each.get("key").equals("_other")) {
                continue;
            }
            assertThat(((List<?>) each.get("terms")).size(), lessThanOrEqualTo(30));
            assertThat(((List<?>) each.get("examples")).size(), lessThanOrEqualTo(20));
            List<Integer> titles = new ArrayList<>();
            for (Object example : (List<?>) each.get("examples")) {
                titles.add(((String) ((Map<?, ?>) example).get("title")).length());
            }
            assertThat(titles, everyItem(lessThanOrEqualTo(200)));
            assertThat(((List<?>) each.get("trend")).size(), lessThanOrEqualTo(12));
        }
        assertThat(response.at("facets.trend_truncated"), nullValue());
    }

    @Test
    public void optionsInTheUrlAreThoseOfTheBody() {
        Rest.Response inUrl = rest.get(
                        "/" + INDEX
                                + "/_latent/facets?q=body:report&size=0&facets.size=2&facets.terms=3&facets.create_other&facets.field=latent")
                .ok();
        List<Map<?, ?>> inBody = clusters(facets(QUERY, "\"size\":2,\"terms\":3,\"create_other\":true"));
        assertThat(clusters(inUrl), equalTo(inBody));
    }
}
