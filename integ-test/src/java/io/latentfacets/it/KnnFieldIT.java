/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.equalToIgnoringCase;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Rule;
import org.junit.Test;

/**
 * Latents as vectors of the k-NN plugin: {@code _attach} maps and fills the field, {@code knn} finds the neighbours
 * that {@code latent_neighbors} finds, and {@code hybrid} takes it. On the server of {@link PeersIT}.
 */
public final class KnnFieldIT {

    private static final String INDEX = "knn-docs";
    private static final String MAPPED = "knn-mapped";
    private static final String MODEL = "knn-model";
    private static final String ATTACH = Latent.BASE + "/models/" + MODEL + "/_attach?wait_for_completion=true";
    private static final int DOCUMENTS = 600;
    private static final int WORDLESS = DOCUMENTS / TopicCorpus.WORDLESS;
    private static final int K = 10;

    private static TestCluster cluster;
    private static Rest rest;

    @Rule
    public final ServerLogs logs = new ServerLogs(() -> cluster);

    @BeforeClass
    public static void trainAndAttach() throws IOException, InterruptedException {
        cluster = TestCluster.builder("knn-field")
                .home(ServerHome.withPeers(System.getProperty("latent.peers.version", "3.6.0")))
                .heap("768m")
                .start();
        rest = cluster.rest();
        createIndex(INDEX, true, TopicCorpus.MAPPINGS);
        rest.bulk("/" + INDEX + "/_bulk?refresh=true", TopicCorpus.documents(0, DOCUMENTS));
        Latent.createModel(rest, MODEL, Latent.definition(INDEX, TopicCorpus.subjects(), 8));
        Latent.train(rest, MODEL);
        Latent.attach(rest, MODEL, INDEX);
        Rest.Response attached = rest.post(
                        ATTACH, Map.of("index", INDEX, "cluster_field", "topic", "knn_field", "numbers"))
                .ok();
        assertThat("an option that comes later", attached.intAt("updated"), equalTo(DOCUMENTS - WORDLESS));
        rest.post("/" + INDEX + "/_refresh").ok();
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
    public void theFieldIsAByteVectorOfTheModelsLength() {
        Map<String, Object> mapped =
                rest.get("/" + INDEX + "/_mapping").ok().mapAt(INDEX + ".mappings.properties.numbers");
        assertThat(mapped.get("type"), equalTo("knn_vector"));
        assertThat(String.valueOf(mapped.get("data_type")), equalToIgnoringCase("byte"));
        assertThat(mapped.get("dimension"), equalTo(16));
        assertThat(mapped.get("space_type"), equalTo("cosinesimil"));
        Rest.Response again = rest.post(
                        ATTACH, Map.of("index", INDEX, "cluster_field", "topic", "knn_field", "numbers"))
                .ok();
        assertThat(again.intAt("updated"), equalTo(0));
    }

    @Test
    public void knnFindsTheNeighborsThatLatentNeighborsFinds() {
        int generation = generation();
        int same = 0;
        int asked = 0;
        for (int i = 1; i < 40; i++) {
            if (i % TopicCorpus.WORDLESS == TopicCorpus.WORDLESS - 1) {
                continue;
            }
            Set<String> ours = ids("{\"latent_neighbors\":{\"field\":\"latent\",\"k\":" + K + ",\"like\":{\"_index\":\""
                    + INDEX + "\",\"_id\":\"" + i + "\"},\"include\":true}}");
            Set<String> theirs = ids(knn(String.valueOf(i), generation));
            asked += ours.size();
            theirs.retainAll(ours);
            same += theirs.size();
        }
        // equal scores may come in another order at the edge
        assertThat(same + " of " + asked, (double) same / asked, greaterThan(0.95));
        assertThat("no latent has this number", ids(knn("1", 99)), equalTo(Set.of()));
    }

    @Test
    public void hybridQueriesAndTheirFacetsTakeIt() {
        Rest.Response found = rest.post(
                        "/" + INDEX + "/_search?search_pipeline=normalization",
                        "{\"size\":10,\"query\":{\"hybrid\":{\"queries\":[{\"match\":{\"body\":\"report\"}},"
                                + knn("1", generation())
                                + "]}},\"aggs\":{\"topics\":{\"latent_clusters\":{\"field\":\"latent\"}},"
                                + "\"keys\":{\"terms\":{\"field\":\"topic\",\"size\":100}}}}")
                .ok();
        assertThat(found.listAt("hits.hits").size(), equalTo(10));
        assertThat(found.listAt("aggregations.topics.buckets").size(), greaterThan(0));
    }

    @Test
    public void theMappingAloneFillsIt() {
        Map<String, Object> fields = new HashMap<>(TopicCorpus.FIELDS);
        fields.put("latent", Map.of("type", "latent_vector", "model", MODEL, "encode", true, "knn_field", "numbers"));
        fields.put(
                "numbers",
                Map.of(
                        "type",
                        "knn_vector",
                        "dimension",
                        16,
                        "data_type",
                        "byte",
                        "space_type",
                        "cosinesimil",
                        "method",
                        Map.of("name", "hnsw", "engine", "lucene")));
        createIndex(MAPPED, true, Map.of("properties", fields));
        rest.post(ATTACH, Map.of("index", MAPPED, "by", "mapping", "knn_field", "numbers"))
                .ok();
        rest.bulk("/" + MAPPED + "/_bulk?refresh=true", TopicCorpus.documents(0, 100));
        assertThat(count(MAPPED, "latent"), equalTo(98));
        assertThat(count(MAPPED, "numbers"), equalTo(98));
        Rest.Response written = rest.exchange(
                        "POST",
                        "/" + MAPPED + "/_bulk?refresh=true",
                        "{\"update\":{\"_id\":\"1\"}}\n{\"doc\":{\"title\":\"boat\"}}\n",
                        "application/x-ndjson")
                .ok();
        assertThat(written.text(), written.at("errors"), equalTo(false));
        assertThat("a text that nobody knows here", count(MAPPED, "numbers"), equalTo(97));
        assertThat(rest.get("/" + MAPPED + "/_doc/1").ok().mapAt("_source").get("latent"), nullValue());
        rest.post(Latent.BASE + "/models/" + MODEL + "/_reencode?wait_for_completion=true")
                .ok();
        assertThat(count(MAPPED, "numbers"), equalTo(98));
    }

    @Test
    public void whatCannotHaveTheFieldIsRefused() {
        createIndex("knn-without", false, TopicCorpus.MAPPINGS);
        Rest.Response without = rest.post(ATTACH, Map.of("index", "knn-without", "knn_field", "numbers"));
        assertThat(without.text(), without.status(), equalTo(400));
        assertThat(without.text(), containsString("[index.knn]: true"));
        assertThat(rest.get("/knn-without/_mapping").ok().text(), not(containsString("latent_vector")));
        Rest.Response number = rest.post(ATTACH, Map.of("index", INDEX, "by", "mapping", "knn_field", "number"));
        assertThat(number.text(), number.status(), equalTo(409));
        assertThat(number.text(), containsString("[dimension] [16]"));
        Rest.Response meets = rest.post(ATTACH, Map.of("index", INDEX, "cluster_field", "a", "knn_field", "a"));
        assertThat(meets.text(), meets.status(), equalTo(400));
    }

    private static int generation() {
        return rest.get("/" + INDEX + "/_doc/1").ok().intAt("_source.latent.generation");
    }

    private static List<Object> vectorOf(String id) {
        return rest.get("/" + INDEX + "/_doc/" + id).ok().listAt("_source.numbers");
    }

    private static String knn(String id, int generation) {
        return "{\"knn\":{\"numbers\":{\"vector\":" + vectorOf(id) + ",\"k\":" + K
                + ",\"filter\":{\"term\":{\"latent.generation\":" + generation + "}}}}}";
    }

    private static Set<String> ids(String query) {
        return idsOf(
                rest.post("/" + INDEX + "/_search", "{\"_source\":false,\"size\":" + K + ",\"query\":" + query + "}")
                        .ok());
    }

    private static Set<String> idsOf(Rest.Response found) {
        Set<String> ids = new LinkedHashSet<>();
        found.listAt("hits.hits").forEach(hit -> ids.add((String) ((Map<?, ?>) hit).get("_id")));
        return ids;
    }

    private static int count(String index, String field) {
        return rest.get("/" + index + "/_count", "{\"query\":{\"exists\":{\"field\":\"" + field + "\"}}}")
                .ok()
                .intAt("count");
    }

    private static void createIndex(String index, boolean knn, Map<String, Object> mappings) {
        Map<String, Object> settings = new HashMap<>(Map.of("number_of_shards", 1, "number_of_replicas", 0));
        if (knn) {
            settings.put("index.knn", true);
        }
        rest.put("/" + index, Map.of("settings", settings, "mappings", mappings))
                .ok();
        cluster.awaitGreen(index);
    }
}
