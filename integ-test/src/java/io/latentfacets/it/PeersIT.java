/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasItems;

import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Rule;
import org.junit.Test;

/**
 * The plugin on one node with k-NN, neural-search and ml-commons: everything starts, a model is trained and attached,
 * and facets count correctly under the queries of these plugins, {@code hybrid} with its normalization pipeline and
 * {@code knn}, on one shard and on three.
 *
 * <p>The server is the newest OpenSearch version for which all of these plugins are published, whichever version the
 * build uses. The zip of k-NN lacks its native libraries, so all vectors use Lucene's engine.
 */
public final class PeersIT {
    private static final String MODEL = "peers-model";
    /** Indices by number of shards. */
    private static final Map<Integer, String> INDICES = new TreeMap<>(Map.of(1, "peers-one", 3, "peers-three"));
    /**
     * Numbers of documents by number of shards. The index with one shard has a segment of more than 4,096 documents,
     * because neural-search processes that many at a time.
     */
    private static final Map<Integer, Integer> DOCUMENTS = Map.of(1, 6000, 3, 900);

    private static final String MATCH = "{\"match\":{\"body\":\"report\"}}";
    private static final String TERM = "{\"term\":{\"subject\":\"sailing\"}}";
    private static final String KNN = "{\"knn\":{\"place\":{\"vector\":[0.2,0.9,0.1,0.4],\"k\":40}}}";
    private static final String RANGE = "{\"range\":{\"number\":{\"gte\":90}}}";
    private static final String WORDLESS =
            "{\"constant_score\":{\"filter\":{\"bool\":{\"must_not\":[{\"exists\":{\"field\":\"body\"}}]}}}}";
    private static final String NOTHING = "{\"match\":{\"body\":\"zyzzyva\"}}";

    /** The hybrid queries of the test: their sub-queries by name. */
    private static final Map<String, List<String>> HYBRIDS = new LinkedHashMap<>();

    static {
        HYBRIDS.put("words and a vector", List.of(MATCH, KNN));
        HYBRIDS.put("a vector and words", List.of(KNN, MATCH));
        HYBRIDS.put("words, a vector and a keyword", List.of(MATCH, KNN, TERM));
        HYBRIDS.put("disjoint sub-queries", List.of(RANGE, "{\"range\":{\"number\":{\"lt\":5}}}"));
        HYBRIDS.put("the same twice", List.of(TERM, TERM));
        HYBRIDS.put("one sub-query", List.of(KNN));
        HYBRIDS.put("one that finds nothing", List.of(NOTHING, RANGE));
        HYBRIDS.put("nothing", List.of(NOTHING, NOTHING));
        HYBRIDS.put("documents without a vector", List.of(WORDLESS, KNN));
        HYBRIDS.put("everything and a vector", List.of("{\"match_all\":{}}", KNN));
    }

    /** The counts so far. They stay valid because the tests write nothing. */
    private static final Map<String, Tally> TALLIES = new HashMap<>();

    private static TestCluster cluster;
    private static Centroids centroids;

    @Rule
    public final ServerLogs logs = new ServerLogs(() -> cluster);

    @BeforeClass
    public static void trainAndAttach() throws IOException, InterruptedException {
        cluster = TestCluster.builder("peers")
                .optimizing()
                .home(ServerHome.withPeers(System.getProperty("latent.peers.version", "3.6.0")))
                .heap("768m")
                .setting("plugins.ml_commons.only_run_on_ml_node", "false")
                .start();
        Rest rest = cluster.rest();
        INDICES.forEach(PeersIT::createIndex);
        Latent.createModel(rest, MODEL, Latent.definition("peers-one", TopicCorpus.subjects(), 8));
        Latent.train(rest, MODEL);
        for (int shards : INDICES.keySet()) {
            String index = INDICES.get(shards);
            int documents = DOCUMENTS.get(shards);
            Latent.attach(rest, MODEL, index);
            rest.post("/" + index + "/_forcemerge?max_num_segments=1").ok();
            // this makes more segments, and deleted documents
            rest.bulk("/" + index + "/_bulk?refresh=true", documents(documents, documents + 200));
            rest.bulk("/" + index + "/_bulk?refresh=true", documents(50, 90));
            rest.post(
                            "/" + index + "/_delete_by_query?refresh=true",
                            Map.of("query", Map.of("term", Map.of("number", 42))))
                    .ok();
        }
        centroids = Centroids.of(rest, MODEL);
        rest.put(
                        "/_search/pipeline/normalization",
                        "{\"phase_results_processors\":[{\"normalization-processor\":{\"normalization\":{\"technique\":\"min_max\"},"
                                + "\"combination\":{\"technique\":\"arithmetic_mean\"}}}]}")
                .ok();
    }

    @AfterClass
    public static void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    public void allPluginsAreThereAndOursIsWell() {
        List<String> plugins = cluster.rest()
                .get("/_cat/plugins?h=component")
                .ok()
                .text()
                .lines()
                .map(String::strip)
                .toList();
        assertThat(plugins, hasItems("latent-facets", "opensearch-knn", "opensearch-ml", "opensearch-neural-search"));
        assertThat(cluster.rest().get(Latent.BASE + "/stats/status").ok().at("status"), equalTo("green"));
        assertThat(
                cluster.alarmingLines().stream()
                        .filter(line -> line.contains("latent"))
                        .toList(),
                empty());
    }

    /** ml-commons works in the same process before and after one of our trainings. */
    @Test
    public void mlCommonsTrainsInTheSameProcess() {
        mlCommonsKMeans();
        Rest.Response trained = cluster.rest()
                .post(
                        Latent.BASE + "/models/" + MODEL + "/_train?wait_for_completion=true",
                        "{\"mode\":\"clusters\",\"force\":true}")
                .ok();
        assertThat(trained.intAt("generation"), greaterThan(1));
        cluster.rest()
                .post(Latent.BASE + "/models/" + MODEL + "/_activate", "{\"generation\":1}")
                .ok();
        mlCommonsKMeans();
    }

    @Test
    public void facetsUnderHybridQueriesCountTheUnionOfTheSubQueries() {
        eachWay((index, mode) -> HYBRIDS.forEach((name, queries) -> {
            Tally expected = tally(index, union(queries));
            for (int size : new int[] {0, 10}) {
                String what = name + ", " + index + ", size " + size + ", concurrent segment search " + mode;
                Rest.Response response = search(index, hybrid(queries, null), size);
                expected.compare(what, response.mapAt("aggregations.topics"));
                assertThat(what, response.listAt("hits.hits").size(), equalTo(Math.min(size, expected.documents())));
            }
        }));
    }

    @Test
    public void aFilterOfAHybridQueryLimitsHitsAndFacets() {
        eachWay((index, mode) -> HYBRIDS.forEach((name, queries) -> {
            for (String key : centroids.keys().subList(0, 2)) {
                String what = name + ", " + index + ", " + key + ", concurrent segment search " + mode;
                // a k-NN sub-query applies the filter first and finds its k among the remaining documents
                List<String> filtered = queries.stream()
                        .map(query -> filtered(query, cluster(key)))
                        .toList();
                Tally expected = tally(index, union(filtered));
                assertThat(what, expected.counts().keySet(), everyItem(equalTo(key)));
                Rest.Response response = search(index, hybrid(queries, cluster(key)), 10);
                expected.compare(what, response.mapAt("aggregations.topics"));
            }
        }));
    }

    @Test
    public void facetsUnderAKnnQueryCountItsHits() {
        eachWay((index, mode) -> {
            String what = index + ", concurrent segment search " + mode;
            Tally expected = tally(index, KNN);
            assertThat(what, expected.documents(), greaterThanOrEqualTo(40));
            expected.compare(what, search(index, KNN, 0).mapAt("aggregations.topics"));
            expected.compare(what, search(index, KNN, 1000).mapAt("aggregations.topics"));
            for (Map.Entry<String, Integer> bucket : expected.counts().entrySet()) {
                // a filter beside the query selects among the k hits: as many as the bucket counts
                String beside = "{\"bool\":{\"must\":" + KNN + ",\"filter\":" + cluster(bucket.getKey()) + "}}";
                Rest.Response chosen = search(index, beside, 0);
                assertThat(what, chosen.intAt("hits.total.value"), equalTo(bucket.getValue()));
                tally(index, beside).compare(what, chosen.mapAt("aggregations.topics"));
                // a filter within the query makes it find k documents of the cluster
                String within = filtered(KNN, cluster(bucket.getKey()));
                Tally all = tally(index, within);
                assertThat(what, all.counts().keySet(), equalTo(Set.of(bucket.getKey())));
                assertThat(what, all.documents(), greaterThanOrEqualTo(40));
                all.compare(what, search(index, within, 0).mapAt("aggregations.topics"));
            }
        });
    }

    @Test
    public void theFacetsEndpointTakesAHybridQuery() {
        for (String index : INDICES.values()) {
            List<String> queries = List.of(MATCH, KNN);
            Tally expected = tally(index, union(queries));
            Rest.Response facets = cluster.rest()
                    .post(
                            "/" + index + "/_latent/facets?search_pipeline=normalization",
                            "{\"search\":{\"query\":" + hybrid(queries, null)
                                    + ",\"size\":5},\"facets\":{\"size\":50,\"examples\":2,"
                                    + "\"trend\":{\"field\":\"date\",\"interval\":\"month\"}}}")
                    .ok();
            assertThat(facets.listAt("hits.hits").size(), equalTo(5));
            Map<String, Integer> seen = new TreeMap<>();
            for (Object each : facets.listAt("facets.clusters")) {
                Map<?, ?> facet = (Map<?, ?>) each;
                int count = ((Number) facet.get("count")).intValue();
                seen.put((String) facet.get("key"), count);
                assertThat(((List<?>) facet.get("examples")).size(), equalTo(Math.min(2, count)));
                int trend = ((List<?>) facet.get("trend"))
                        .stream()
                                .mapToInt(t -> ((Number) ((Map<?, ?>) t).get("count")).intValue())
                                .sum();
                assertThat(trend, equalTo(count));
            }
            assertThat(seen, equalTo(expected.counts()));
        }
    }

    private interface Way {
        void check(String index, String mode);
    }

    private static void eachWay(Way way) {
        try {
            for (String mode : List.of("all", "none")) {
                concurrency(mode);
                INDICES.values().forEach(index -> way.check(index, mode));
            }
        } finally {
            concurrency(null);
        }
    }

    private static String cluster(String key) {
        return "{\"latent_cluster\":{\"field\":\"latent\",\"clusters\":[\"" + key + "\"]}}";
    }

    private static String filtered(String query, String filter) {
        return query.startsWith("{\"knn\"")
                ? query.replace("\"k\":40", "\"k\":40,\"filter\":" + filter)
                : "{\"bool\":{\"must\":" + query + ",\"filter\":" + filter + "}}";
    }

    private static String union(List<String> queries) {
        return "{\"bool\":{\"should\":" + queries + "}}";
    }

    private static String hybrid(List<String> queries, String filter) {
        return "{\"hybrid\":{\"queries\":" + queries + (filter == null ? "" : ",\"filter\":" + filter) + "}}";
    }

    private static Tally tally(String index, String query) {
        return TALLIES.computeIfAbsent(index + query, key -> count(index, query));
    }

    private static Tally count(String index, String query) {
        Rest.Response all = cluster.rest()
                .post(
                        "/" + index + "/_search",
                        "{\"size\":10000,\"_source\":[\"latent\",\"number\"],\"query\":" + query + "}")
                .ok();
        return Tally.of(all.listAt("hits.hits"), (generation, vector) -> centroids.nearest(vector));
    }

    private static Rest.Response search(String index, String query, int size) {
        return cluster.rest()
                .post(
                        "/" + index + "/_search?request_cache=false&search_pipeline=normalization",
                        "{\"track_total_hits\":true,\"size\":" + size + ",\"query\":" + query
                                + ",\"aggs\":{\"topics\":{\"latent_clusters\":{\"field\":\"latent\",\"size\":1000},\"aggs\":{"
                                + "\"total\":{\"sum\":{\"field\":\"number\"}},\"subjects\":{\"terms\":{\"field\":\"subject\"}}}}}}")
                .ok();
    }

    private static void createIndex(int shards, String index) {
        Rest rest = cluster.rest();
        Map<String, Object> fields = new LinkedHashMap<>(TopicCorpus.FIELDS);
        fields.put(
                "place",
                Map.of(
                        "type",
                        "knn_vector",
                        "dimension",
                        4,
                        "space_type",
                        "l2",
                        "method",
                        Map.of("name", "hnsw", "engine", "lucene")));
        rest.put(
                        "/" + index,
                        Map.of(
                                "settings",
                                Map.of("number_of_shards", shards, "number_of_replicas", 0, "index.knn", true),
                                "mappings",
                                Map.of("properties", fields)))
                .ok();
        cluster.awaitGreen(index);
        rest.bulk("/" + index + "/_bulk?refresh=true", documents(0, DOCUMENTS.get(shards)));
    }

    /** The documents of the corpus, each with a vector added. */
    private static Map<String, Object> documents(int from, int to) {
        Map<String, Object> documents = new LinkedHashMap<>();
        TopicCorpus.documents(from, to).forEach((id, document) -> {
            Map<Object, Object> with = new LinkedHashMap<>((Map<?, ?>) document);
            Random random = new Random(Long.parseLong(id));
            with.put("place", List.of(random.nextFloat(), random.nextFloat(), random.nextFloat(), random.nextFloat()));
            documents.put(id, with);
        });
        return documents;
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

    private static void mlCommonsKMeans() {
        Rest.Response grouped = cluster.rest()
                .post(
                        "/_plugins/_ml/_train_predict/kmeans",
                        "{\"parameters\":{\"centroids\":3,\"iterations\":5,\"distance_type\":\"EUCLIDEAN\"},"
                                + "\"input_query\":{\"_source\":[\"number\"],\"size\":100,\"query\":{\"exists\":{\"field\":\"number\"}}},"
                                + "\"input_index\":[\"peers-one\"]}")
                .ok();
        assertThat(grouped.text(), grouped.stringAt("status"), equalTo("COMPLETED"));
    }
}
