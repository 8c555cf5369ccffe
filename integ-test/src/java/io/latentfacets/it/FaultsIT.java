/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.hamcrest.Matchers.not;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.After;
import org.junit.AfterClass;
import org.junit.Before;
import org.junit.BeforeClass;
import org.junit.Rule;
import org.junit.Test;

/**
 * What happens to a model when its surroundings fail: a disk that fills while a generation is published, chunks of a
 * generation that are damaged or gone, and a cluster that is rebuilt from a snapshot. And trainings in a row, after
 * which the node holds no more than before.
 */
public final class FaultsIT {
    private static final String INDEX = "faults-docs";
    private static final String OTHER = "faults-other";
    private static final String MODEL = "faults-model";
    private static final String SECOND = "faults-second";
    private static final String SYSTEM = "/.plugins-latent-models";
    private static final int ROUNDS = 30;
    private static final int DOCUMENTS = 300;

    private static Path snapshots;
    private static TestCluster cluster;
    private static Rest rest;

    @Rule
    public final ServerLogs logs = new ServerLogs(() -> cluster);

    @BeforeClass
    public static void start() {
        snapshots = TestCluster.emptyRepository("faults");
        cluster = TestCluster.builder("faults")
                .heapTouched()
                .setting("path.repo", "[" + snapshots + "]")
                .start();
        rest = cluster.rest();
    }

    @AfterClass
    public static void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Before
    public void createIndex() {
        Latent.createIndex(cluster, INDEX, DOCUMENTS, 1, 0);
    }

    @After
    public void cleanUp() {
        Latent.cleanUp(rest, MODEL, INDEX);
        Latent.cleanUp(rest, SECOND, OTHER);
    }

    /**
     * Trainings, refreshes of the clusters and deletions. After ten rounds for the caches, the compiler and the thread
     * pools, twenty more may add 1 MB each to the heap and 2 MB to the resident memory, in which the allocator leaves
     * gaps, and hardly a thread or a file. Five runs added 10 to 16 MB to the resident memory.
     */
    @Test
    public void trainingsInARowLeaveNothingBehind() {
        NodeVitals first = null;
        NodeVitals last = null;
        for (int round = 1; round <= ROUNDS; round++) {
            Latent.createModel(rest, MODEL, Latent.definition(INDEX, TopicCorpus.subjects(), 2));
            Latent.train(rest, MODEL);
            if (round == 1) {
                Latent.attach(rest, MODEL, INDEX);
            }
            rest.post(
                            Latent.BASE + "/models/" + MODEL + "/_train?wait_for_completion=true",
                            "{\"mode\":\"clusters\",\"force\":true}")
                    .ok();
            assertThat(clusters(rest, INDEX), greaterThan(0));
            rest.delete(Latent.BASE + "/models/" + MODEL + "?force=true").ok();
            if (round % 10 == 0) {
                awaitNothingCharged();
                last = NodeVitals.of(cluster, 0);
                System.out.println("faults, after " + round + " trainings, refreshes and deletions: " + last);
                first = first == null ? last : first;
            }
        }
        long megabytes = (ROUNDS - 10L) << 20;
        assertThat("heap", last.heapBytes(), lessThanOrEqualTo(first.heapBytes() + megabytes));
        assertThat("resident", last.residentBytes(), lessThanOrEqualTo(first.residentBytes() + 2 * megabytes));
        assertThat("threads", last.threads(), lessThanOrEqualTo(first.threads() + 5));
        assertThat("files", last.files(), lessThanOrEqualTo(first.files() + 10));
        assertThat("breaker", last.breakerBytes(), equalTo(first.breakerBytes()));
    }

    /**
     * A full disk, as OpenSearch tells its indices about it at the flood stage: nothing can be written to them. The
     * training cannot store its generation, and cannot record that it failed before the disk has room again.
     */
    @Test
    public void aDiskThatFillsWhileAGenerationIsPublished() {
        Latent.createModel(rest, MODEL, Latent.definition(INDEX, TopicCorpus.subjects(), 2));
        Latent.train(rest, MODEL);
        Latent.attach(rest, MODEL, INDEX);
        int before = clusters(rest, INDEX);
        int active = Latent.model(rest, MODEL).intAt("active_generation");
        rest.post(Latent.BASE + "/models/" + MODEL + "/_train", "{\"mode\":\"full\",\"force\":true}")
                .ok();
        full(true);
        try {
            String noting = "cannot note the end of model [" + MODEL + "]'s training yet";
            Await.until(Duration.ofMinutes(2), noting, () -> cluster.logLines(0).stream()
                    .anyMatch(line -> line.contains(noting) && line.contains("read-only-allow-delete")));
            assertThat(Latent.model(rest, MODEL).intAt("active_generation"), equalTo(active));
            assertThat(clusters(rest, INDEX), equalTo(before));
            Rest.Response refused = rest.post(Latent.BASE + "/models/" + MODEL + "/_train");
            assertThat(refused.text(), refused.status() / 100, equalTo(4));
        } finally {
            full(false);
        }

        Rest.Response settled = Latent.awaitSettled(rest, MODEL);
        assertThat(settled.text(), settled.stringAt("state"), equalTo("ready"));
        int trained = rest.post(
                        Latent.BASE + "/models/" + MODEL + "/_train?wait_for_completion=true",
                        "{\"mode\":\"full\",\"force\":true}")
                .ok()
                .intAt("generation");
        assertThat(Latent.model(rest, MODEL).intAt("active_generation"), equalTo(trained));
        // what the failed training had stored is gone, so each stored generation has its chunks and no other has any
        rest.post(SYSTEM + "/_refresh").ok();
        List<Object> chunks = chunks(MODEL);
        assertThat(chunks.toString(), chunks.size(), equalTo(2));
    }

    @Test
    public void chunksThatAreDamagedOrMissing() {
        for (String model : List.of(MODEL, SECOND)) {
            String index = model.equals(MODEL) ? INDEX : OTHER;
            if (index.equals(OTHER)) {
                Latent.createIndex(cluster, OTHER, DOCUMENTS, 1, 0);
            }
            Latent.createModel(rest, model, Latent.definition(index, TopicCorpus.subjects(), 2));
            Latent.train(rest, model);
            Latent.attach(rest, model, index);
        }
        Map<?, ?> chunk = (Map<?, ?>) chunks(MODEL).get(0);
        Map<?, ?> source = (Map<?, ?>) chunk.get("_source");
        byte[] bytes = Base64.getDecoder().decode((String) source.get("bytes"));
        bytes[bytes.length / 2] ^= 1;
        put(chunk, Base64.getEncoder().encodeToString(bytes));
        Map<?, ?> missing = (Map<?, ?>) chunks(SECOND).get(0);
        rest.delete(SYSTEM + "/_doc/" + missing.get("_id") + "?refresh=true").ok();
        List<String> errors = errors();
        cluster.stop(0);
        cluster.restart(0);
        cluster.awaitGreen();

        assertBroken(INDEX, MODEL, "is damaged");
        assertBroken(OTHER, SECOND, "is missing");
        put(chunk, "not base64!");
        assertThat(export(MODEL).text(), containsString("is damaged"));
        assertThat("core logs the 503s, and nothing is an error", errors(), equalTo(errors));
        // the documents can still be found; a training wants the old generation, unless it is forced
        assertThat(rest.get("/" + INDEX + "/_search").ok().intAt("hits.total.value"), equalTo(DOCUMENTS));
        for (String model : List.of(MODEL, SECOND)) {
            String index = model.equals(MODEL) ? INDEX : OTHER;
            String train = Latent.BASE + "/models/" + model + "/_train?wait_for_completion=true";
            Rest.Response refused = rest.post(train, "{}");
            assertThat(refused.text(), refused.status(), equalTo(409));
            assertThat(refused.text(), containsString("chunk [chunk_" + model));
            assertThat(refused.text(), containsString("force"));
            rest.post(train, "{\"force\":true}").ok();
            assertThat(clusters(rest, index), greaterThan(0));
        }
    }

    @Test
    public void aClusterRebuiltFromASnapshot() {
        Latent.createModel(rest, MODEL, Latent.definition(INDEX, TopicCorpus.subjects(), 2));
        Latent.train(rest, MODEL);
        Latent.attach(rest, MODEL, INDEX);
        rest.put(Latent.BASE + "/models/" + MODEL + "/clusters/c1", Map.of("label", "Renamed"))
                .ok();
        String facets = counts(rest);
        repository(rest);
        rest.put(
                        "/_snapshot/faults/one?wait_for_completion=true",
                        Map.of("indices", List.of(INDEX, SYSTEM.substring(1)), "include_global_state", false))
                .ok();

        try (TestCluster other = TestCluster.builder("faults-restored")
                .setting("path.repo", "[" + snapshots + "]")
                .start()) {
            Rest restored = other.rest();
            repository(restored);
            restored.post("/_snapshot/faults/one/_restore?wait_for_completion=true", "{\"indices\":\"*,.*\"}")
                    .ok();
            other.awaitGreen(INDEX);

            assertThat(Latent.model(restored, MODEL).stringAt("state"), equalTo("ready"));
            assertThat(counts(restored), equalTo(facets));
            assertThat(counts(restored), containsString("Renamed"));
            // the pipeline is not part of an index: attaching creates it, and finds the documents encoded
            Latent.attach(restored, MODEL, INDEX);
            restored.bulk("/" + INDEX + "/_bulk?refresh=true", TopicCorpus.documents(DOCUMENTS, DOCUMENTS + 40));
            assertThat(counts(restored), not(equalTo(facets)));
            int old = Latent.model(restored, MODEL).intAt("active_generation");
            assertThat(Latent.train(restored, MODEL).intAt("generation"), equalTo(old + 1));
            assertThat(other.alarmingLines(), empty());
        }
    }

    private static void assertBroken(String index, String model, String how) {
        Rest.Response search = rest.post(
                "/" + index + "/_search", "{\"size\":0,\"aggs\":{\"t\":{\"latent_clusters\":{\"field\":\"latent\"}}}}");
        assertThat(search.text(), search.text(), containsString("model [" + model + "]"));
        assertThat(search.text(), search.text(), containsString(how));
        assertThat(search.text(), search.status(), equalTo(503));
        assertThat(export(model).text(), containsString(how));
    }

    private static Rest.Response export(String model) {
        return rest.get(Latent.BASE + "/models/" + model + "/_export");
    }

    /** The labels and counts of the clusters of all documents. */
    private static String counts(Rest client) {
        Map<String, Object> counts = new TreeMap<>();
        for (Object each : client.post("/" + INDEX + "/_latent/facets", "{\"facets\":{\"size\":100}}")
                .ok()
                .listAt("facets.clusters")) {
            Map<?, ?> cluster = (Map<?, ?>) each;
            counts.put(cluster.get("key") + " " + cluster.get("label"), cluster.get("count"));
        }
        return counts.toString();
    }

    private static int clusters(Rest client, String index) {
        return client.post("/" + index + "/_latent/facets", "{\"facets\":{\"size\":100}}")
                .ok()
                .listAt("facets.clusters")
                .size();
    }

    /** The stored chunks of a model, with their sources. */
    private static List<Object> chunks(String model) {
        return rest.post(
                        SYSTEM + "/_search",
                        "{\"size\":100,\"sort\":\"generation\",\"query\":{\"bool\":{\"filter\":[{\"term\":{\"type\":\"chunk\"}},"
                                + "{\"term\":{\"model\":\"" + model + "\"}}]}}}")
                .ok()
                .listAt("hits.hits");
    }

    private static void put(Map<?, ?> chunk, String bytes) {
        Map<String, Object> source = new TreeMap<>();
        ((Map<?, ?>) chunk.get("_source")).forEach((key, value) -> source.put((String) key, value));
        source.put("bytes", bytes);
        rest.put(SYSTEM + "/_doc/" + chunk.get("_id") + "?refresh=true", source).ok();
    }

    private static void full(boolean yes) {
        String block = "{\"index.blocks.read_only_allow_delete\":" + (yes ? "true" : "null") + "}";
        rest.put(SYSTEM + "," + INDEX + "/_settings", block).ok();
    }

    private static List<String> errors() {
        return cluster.logLines(0).stream()
                .filter(line -> line.contains("][ERROR]"))
                .toList();
    }

    private static void awaitNothingCharged() {
        Await.until(
                Duration.ofSeconds(30),
                "no generation in memory",
                () -> rest.get(Latent.BASE + "/stats").ok().longAt("breaker_bytes") == 0);
    }

    private static void repository(Rest client) {
        client.put("/_snapshot/faults", Map.of("type", "fs", "settings", Map.of("location", snapshots.toString())))
                .ok();
    }
}
