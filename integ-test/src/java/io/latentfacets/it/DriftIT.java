/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.both;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.lessThan;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;

/**
 * Each of three nodes sees a third of a stream. Together they know what has changed, also after one of them was lost.
 */
public final class DriftIT {
    private static final String INDEX = "drift-docs";
    private static final String MODEL = "drift-model";
    private static final String DRIFT = Latent.BASE + "/models/" + MODEL + "/_drift";
    private static final int NODES = 3;
    private static final String NEW = "sailing";
    private static final Duration SOON = Duration.ofMinutes(1);

    private TestCluster cluster;

    @Rule
    public final ServerLogs logs = new ServerLogs(() -> cluster);

    @Before
    public void start() {
        cluster = TestCluster.builder("drift")
                .nodes(NODES)
                .setting("plugins.latent.drift.interval", "1s")
                .start();
        Rest rest = cluster.rest();
        rest.put(
                        "/" + INDEX,
                        Map.of(
                                "settings",
                                Map.of("number_of_shards", 2, "number_of_replicas", 2),
                                "mappings",
                                TopicCorpus.MAPPINGS))
                .ok();
        cluster.awaitGreen(INDEX);
        rest.bulk("/" + INDEX + "/_bulk?refresh=true", known(0, 2000));
        Latent.createModel(rest, MODEL, Latent.definition(INDEX, 5, 6));
        Latent.train(rest, MODEL);
        Latent.attach(rest, MODEL, INDEX);
    }

    @After
    public void stop() {
        cluster.close();
    }

    /** The documents of a range that are about what the model learns. */
    private static Map<String, Object> known(int from, int to) {
        Map<String, Object> documents = new LinkedHashMap<>(TopicCorpus.documents(from, to));
        documents.values().removeIf(DriftIT::isNew);
        return documents;
    }

    private static boolean isNew(Object document) {
        return NEW.equals(((Map<?, ?>) document).get("subject"));
    }

    /** Sends a part of the stream to each node, and returns the number of documents that have words. */
    private int stream(Map<String, Object> documents) {
        Map<Integer, Map<String, Object>> parts = new TreeMap<>();
        int next = 0;
        for (Map.Entry<String, Object> document : documents.entrySet()) {
            parts.computeIfAbsent(next++ % NODES, node -> new LinkedHashMap<>())
                    .put(document.getKey(), document.getValue());
        }
        parts.forEach((node, part) -> cluster.rest(node).bulk("/" + INDEX + "/_bulk", part));
        return Math.toIntExact(documents.values().stream()
                .filter(document -> ((Map<?, ?>) document).containsKey("body"))
                .count());
    }

    private void awaitDocuments(Set<Integer> nodes, int count) {
        for (int node : nodes) {
            Await.until(SOON, count + " documents, asked of node " + node, () -> {
                Rest.Response drift = cluster.rest(node).get(DRIFT).ok();
                return drift.at("documents") instanceof Number found && found.intValue() == count;
            });
        }
    }

    @Test
    public void allNodesKnowWhatEachHasSeen() {
        int sent = stream(known(2000, 2600));
        awaitDocuments(Set.of(0, 1, 2), sent);
        Rest.Response before = cluster.rest(1).get(DRIFT).ok();
        assertThat(before.text(), before.listAt("new_subjects"), hasSize(0));

        // a third of the new subject is too little for a node to tell
        Map<String, Object> appears = new LinkedHashMap<>(TopicCorpus.documents(3000, 3800));
        sent += stream(appears);
        awaitDocuments(Set.of(0, 1, 2), sent);
        for (int node = 0; node < NODES; node++) {
            Rest.Response drift = cluster.rest(node).get(DRIFT).ok();
            assertThat(drift.text(), drift.stringAt("status"), equalTo("red"));
            assertThat(drift.text(), drift.stringAt("advice"), equalTo("full"));
            assertThat(drift.text(), drift.listAt("new_subjects"), hasSize(1));
            assertThat(
                    drift.text(),
                    TopicCorpus.words(NEW).containsAll(drift.listAt("new_subjects.0.terms")),
                    equalTo(true));
            for (Object example : drift.listAt("new_subjects.0.examples")) {
                assertThat(drift.text(), isNew(appears.get(((Map<?, ?>) example).get("_id"))), equalTo(true));
            }
            assertThat(drift.at("unreachable_nodes") == null, equalTo(true));
        }
        aLostNodeRemembers(sent);
    }

    /** What a killed node has seen is missing while it is away, and there again when it is back. */
    private void aLostNodeRemembers(int all) {
        Await.until(SOON, "the statistics of all nodes are on disk", () -> written(2));
        cluster.kill(2);
        cluster.awaitNodes(2);
        Rest.Response without = cluster.rest(0).get(DRIFT).ok();
        assertThat(
                without.text(),
                without.intAt("documents"),
                both(greaterThan(all / 2)).and(lessThan(all)));
        assertThat("two thirds are enough", without.stringAt("status"), equalTo("red"));
        cluster.restart(2);
        cluster.awaitGreen(INDEX);
        awaitDocuments(Set.of(0, 2), all);
        assertThat(cluster.rest(2).get(DRIFT).ok().listAt("new_subjects"), hasSize(greaterThanOrEqualTo(1)));
        assertThat(cluster.alarmingLines(), equalTo(List.of()));
    }

    /** Whether a node has written its statistics since the last document: it writes each second. */
    private boolean written(int node) {
        try {
            Thread.sleep(3000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return cluster.isAlive(node);
    }
}
