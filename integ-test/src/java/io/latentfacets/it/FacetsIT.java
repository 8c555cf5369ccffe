/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Rule;
import org.junit.Test;

/**
 * Facets on a real two-node cluster, three shards and a replica. The test counts from the documents' own vectors and
 * the model's clusters: same keys, same counts, same sub-aggregations, for ten queries and every way to run the search.
 */
public final class FacetsIT {
    private static final String INDEX = "facets-docs";
    private static final String MODEL = "facets-model";
    private static final int DOCUMENTS = 1800;

    private static final Map<String, String> QUERIES = new LinkedHashMap<>();

    static {
        QUERIES.put("everything", "{\"match_all\":{}}");
        QUERIES.put("one word", "{\"match\":{\"body\":\"report\"}}");
        QUERIES.put("a word of one subject", "{\"match\":{\"body\":\"galaxy\"}}");
        QUERIES.put("two fields", "{\"multi_match\":{\"query\":\"server market\",\"fields\":[\"title^3\",\"body\"]}}");
        QUERIES.put("a range of dates", "{\"range\":{\"date\":{\"gte\":\"2025-03-01\",\"lt\":\"2025-07-01\"}}}");
        QUERIES.put("a keyword", "{\"term\":{\"subject\":\"sailing\"}}");
        QUERIES.put(
                "filters and exclusions",
                "{\"bool\":{\"filter\":[{\"range\":{\"number\":{\"lt\":40}}}],\"must_not\":[{\"term\":{\"subject\":\"cooking\"}}]}}");
        QUERIES.put(
                "a phrase or a number",
                "{\"bool\":{\"should\":[{\"match_phrase\":{\"body\":\"people time\"}},{\"term\":{\"number\":7}}]}}");
        QUERIES.put("documents without a vector", "{\"bool\":{\"must_not\":[{\"exists\":{\"field\":\"latent\"}}]}}");
        QUERIES.put("nothing", "{\"match\":{\"body\":\"zyzzyva\"}}");
    }

    private static TestCluster cluster;

    @Rule
    public final ServerLogs logs = new ServerLogs(() -> cluster);

    @BeforeClass
    public static void trainAndAttach() {
        cluster = TestCluster.builder("facets").nodes(2).start();
        Rest rest = cluster.rest();
        Latent.createIndex(cluster, INDEX, 1500, 3, 1);
        Latent.createModel(rest, MODEL, Latent.definition(INDEX, TopicCorpus.subjects(), 12));
        Latent.train(rest, MODEL);
        Latent.attach(rest, MODEL, INDEX);
        // more documents come through the pipeline; some replace others, some are deleted
        rest.bulk("/" + INDEX + "/_bulk?refresh=true", TopicCorpus.documents(1500, DOCUMENTS));
        rest.bulk("/" + INDEX + "/_bulk?refresh=true", TopicCorpus.documents(100, 200));
        rest.post("/" + INDEX + "/_delete_by_query?refresh=true", "{\"query\":{\"term\":{\"number\":99}}}")
                .ok();
    }

    @AfterClass
    public static void stop() {
        cluster.close();
    }

    @Test
    public void everyDocumentWithTextHasAVector() {
        int all = count("{\"match_all\":{}}");
        int with = count("{\"exists\":{\"field\":\"latent\"}}");
        int wordless = count("{\"bool\":{\"must_not\":[{\"exists\":{\"field\":\"body\"}}]}}");
        assertThat(wordless, greaterThan(0));
        assertThat(with, equalTo(all - wordless));
        assertThat(count("{\"term\":{\"latent.generation\":1}}"), equalTo(with));
    }

    @Test
    public void clustersFollowTheSubjects() {
        Rest.Response response = search("{\"match_all\":{}}");
        for (Object bucket : response.listAt("aggregations.topics.buckets")) {
            Map<?, ?> subjects = (Map<?, ?>) ((Map<?, ?>) bucket).get("subjects");
            Map<?, ?> top = (Map<?, ?>) ((List<?>) subjects.get("buckets")).get(0);
            double share = ((Number) top.get("doc_count")).doubleValue()
                    / ((Number) ((Map<?, ?>) bucket).get("doc_count")).doubleValue();
            assertThat(bucket.toString(), share, greaterThan(0.6));
        }
    }

    @Test
    public void facetsEqualABruteForceCount() {
        compareAll("as it is");
    }

    @Test
    public void facetsEqualABruteForceCountWithAndWithoutConcurrentSearch() {
        for (String mode : List.of("all", "none")) {
            concurrency(mode);
            compareAll("concurrent segment search " + mode);
        }
        concurrency(null);
    }

    @Test
    public void facetsEqualABruteForceCountAfterAMerge() {
        cluster.rest().post("/" + INDEX + "/_forcemerge?max_num_segments=1").ok();
        cluster.rest().post("/" + INDEX + "/_refresh").ok();
        compareAll("after a merge");
    }

    @Test
    public void facetsEqualABruteForceCountAfterLosingANode() {
        Map<String, Integer> before = counts(search("{\"match_all\":{}}"));
        cluster.kill(1);
        try {
            cluster.awaitNodes(1);
            compareAll("after losing a node");
            assertThat(counts(search("{\"match_all\":{}}")), equalTo(before));
        } finally {
            cluster.restart(1);
            cluster.awaitGreen(INDEX);
        }
        compareAll("after the node came back");
    }

    @Test
    public void aFilterByABucketFindsAsManyAsTheBucketSays() {
        Rest.Response response = search("{\"match\":{\"body\":\"report\"}}");
        for (Object each : response.listAt("aggregations.topics.buckets")) {
            Map<?, ?> bucket = (Map<?, ?>) each;
            String filtered = "{\"bool\":{\"must\":[{\"match\":{\"body\":\"report\"}}],\"filter\":[{\"latent_cluster\":"
                    + "{\"field\":\"latent\",\"clusters\":[\"" + bucket.get("key") + "\"]}}]}}";
            assertThat(count(filtered), equalTo(((Number) bucket.get("doc_count")).intValue()));
        }
    }

    @Test
    public void theFacetsEndpointSaysTheSameInOneCall() {
        Rest.Response facets = cluster.rest()
                .post(
                        "/" + INDEX + "/_latent/facets",
                        "{\"search\":{\"query\":{\"match\":{\"body\":\"report\"}},\"size\":3},\"facets\":{\"field\":\"latent\",\"size\":50,"
                                + "\"examples\":2,\"trend\":{\"field\":\"date\",\"interval\":\"month\"}}}")
                .ok();
        Map<String, Integer> expected = counts(search("{\"match\":{\"body\":\"report\"}}"));
        Map<String, Integer> seen = new TreeMap<>();
        for (Object each : facets.listAt("facets.clusters")) {
            Map<?, ?> facet = (Map<?, ?>) each;
            int count = ((Number) facet.get("count")).intValue();
            seen.put((String) facet.get("key"), count);
            int trend = ((List<?>) facet.get("trend"))
                    .stream()
                            .mapToInt(t -> ((Number) ((Map<?, ?>) t).get("count")).intValue())
                            .sum();
            assertThat(trend, equalTo(count));
            assertThat(((List<?>) facet.get("examples")).size(), equalTo(Math.min(2, count)));
            assertThat(facet.get("label").toString(), not(equalTo("")));
        }
        assertThat(seen, equalTo(expected));
        assertThat(facets.listAt("hits.hits").size(), equalTo(3));
        assertThat(facets.stringAt("facets.model"), equalTo(MODEL));
        assertThat(facets.intAt("facets.generation"), equalTo(1));
        Rest.Response simple = cluster.rest()
                .get("/" + INDEX + "/_latent/facets?q=body:report")
                .ok();
        assertThat(simple.longAt("hits.total.value"), equalTo(facets.longAt("hits.total.value")));
        assertThat(simple.listAt("facets.clusters"), is(not(empty())));
    }

    @Test
    public void newClustersCountEveryDocumentWithoutWritingOne() {
        Rest rest = cluster.rest();
        String versions = versions();
        Map<String, Integer> before = counts(search("{\"match_all\":{}}"));
        Rest.Response trained = rest.post(
                        Latent.BASE + "/models/" + MODEL + "/_train?wait_for_completion=true",
                        "{\"mode\":\"clusters\",\"force\":true}")
                .ok();
        try {
            assertThat(trained.intAt("encoder_generation"), equalTo(1));
            int generation = trained.intAt("generation");
            assertThat(generation, greaterThan(1));
            assertThat(Latent.model(rest, MODEL).intAt("active_generation"), equalTo(generation));
            compareAll("after a training of clusters");
            rest.post(Latent.BASE + "/models/" + MODEL + "/_activate", "{\"generation\":1}")
                    .ok();
            compareAll("after going back");
            assertThat(counts(search("{\"match_all\":{}}")), equalTo(before));
            assertThat(versions(), equalTo(versions));
        } finally {
            rest.post(Latent.BASE + "/models/" + MODEL + "/_activate", "{\"generation\":1}");
        }
    }

    /** The ids and versions of all documents, in a fixed order. */
    private static String versions() {
        Rest.Response all = cluster.rest()
                .post("/" + INDEX + "/_search", "{\"size\":10000,\"version\":true,\"_source\":false}")
                .ok();
        Map<String, Object> versions = new TreeMap<>();
        for (Object each : all.listAt("hits.hits")) {
            versions.put((String) ((Map<?, ?>) each).get("_id"), ((Map<?, ?>) each).get("_version"));
        }
        return versions.toString();
    }

    private void compareAll(String how) {
        Centroids centroids = Centroids.of(cluster.rest(), MODEL);
        QUERIES.forEach((name, query) -> compare(how + ", " + name, query, centroids));
    }

    private void compare(String what, String query, Centroids centroids) {
        Rest.Response all = cluster.rest()
                .post(
                        "/" + INDEX + "/_search",
                        "{\"size\":10000,\"_source\":[\"latent\",\"number\"],\"query\":" + query + "}")
                .ok();
        Map<String, Integer> counts = new TreeMap<>();
        Map<String, Long> sums = new TreeMap<>();
        int unassigned = 0;
        for (Object each : all.listAt("hits.hits")) {
            Map<?, ?> source = (Map<?, ?>) ((Map<?, ?>) each).get("_source");
            Map<?, ?> latent = (Map<?, ?>) source.get("latent");
            if (latent == null) {
                unassigned++;
                continue;
            }
            String key = centroids.nearest((String) latent.get("vector"));
            counts.merge(key, 1, Integer::sum);
            sums.merge(key, ((Number) source.get("number")).longValue(), Long::sum);
        }

        Rest.Response response = search(query);
        assertThat(what, counts(response), equalTo(counts));
        assertThat(what, response.intAt("aggregations.topics.unassigned_doc_count"), equalTo(unassigned));
        assertThat(what, response.intAt("aggregations.topics.sum_other_doc_count"), equalTo(0));
        for (Object each : response.listAt("aggregations.topics.buckets")) {
            Map<?, ?> bucket = (Map<?, ?>) each;
            double sum = ((Number) ((Map<?, ?>) bucket.get("total")).get("value")).doubleValue();
            assertThat(what, sum, closeTo(sums.get((String) bucket.get("key")), 0));
            assertThat(what, ((List<?>) bucket.get("terms")).size(), greaterThanOrEqualTo(3));
        }
    }

    private static Map<String, Integer> counts(Rest.Response response) {
        Map<String, Integer> counts = new TreeMap<>();
        for (Object each : response.listAt("aggregations.topics.buckets")) {
            Map<?, ?> bucket = (Map<?, ?>) each;
            counts.put((String) bucket.get("key"), ((Number) bucket.get("doc_count")).intValue());
        }
        return counts;
    }

    private static Rest.Response search(String query) {
        return cluster.rest()
                .post(
                        "/" + INDEX + "/_search?request_cache=false",
                        "{\"size\":0,\"query\":" + query
                                + ",\"aggs\":{\"topics\":{\"latent_clusters\":{\"field\":\"latent\",\"size\":1000},\"aggs\":{"
                                + "\"total\":{\"sum\":{\"field\":\"number\"}},\"subjects\":{\"terms\":{\"field\":\"subject\"}}}}}}")
                .ok();
    }

    private static int count(String query) {
        return cluster.rest()
                .post("/" + INDEX + "/_count", "{\"query\":" + query + "}")
                .ok()
                .intAt("count");
    }

    /**
     * Sets the mode of concurrent segment search.
     *
     * @param mode the mode; null resets the setting
     */
    private static void concurrency(String mode) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("search.concurrent_segment_search.mode", mode);
        cluster.rest().put("/_cluster/settings", Map.of("persistent", settings)).ok();
    }
}
