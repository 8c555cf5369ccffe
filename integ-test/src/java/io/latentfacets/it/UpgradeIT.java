/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.oneOf;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;

/**
 * Upgrades a cluster of three nodes from this build to the next one, node by node, while clients search and write. The
 * two builds differ in their wire format: see {@link NextBuild}.
 */
public final class UpgradeIT {
    private static final String INDEX = "upgrade-docs";
    private static final String MODEL = "upgrade-model";
    private static final int DOCUMENTS = 1200;
    private static final int BULK = 5;
    private static final long PAUSE_MILLIS = 250;
    private static final int NODES = 3;

    private final Queue<String> surprises = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean over = new AtomicBoolean();
    /** The node that is stopped or about to stop; no client calls it. −1 for none. */
    private final AtomicInteger away = new AtomicInteger(-1);

    private final AtomicInteger searched = new AtomicInteger();
    private final AtomicInteger written = new AtomicInteger();
    private TestCluster cluster;

    @Rule
    public final ServerLogs logs = new ServerLogs(() -> cluster);

    @Before
    public void start() {
        cluster = TestCluster.builder("upgrade").nodes(NODES).start();
        Latent.createIndex(cluster, INDEX, DOCUMENTS, 3, 1);
        Map<String, Object> definition = Latent.definition(INDEX, 4, 2);
        definition.put("refresh", Map.of("interval", "2s"));
        Latent.createModel(cluster.rest(), MODEL, definition);
        Await.until(
                Duration.ofMinutes(5),
                "the first training of the schedule",
                () -> Latent.model(cluster.rest(), MODEL).intAt("active_generation") > 0);
        Latent.attach(cluster.rest(), MODEL, INDEX);
    }

    @After
    public void stop() {
        cluster.close();
    }

    @Test
    public void nodesOfTwoBuildsUnderstandEachOther() throws Exception {
        Path next = NextBuild.assemble(
                TestCluster.home(), Path.of(System.getProperty("latent.integ.dir", "target/integ"), "next-build"));
        ExecutorService load = Executors.newFixedThreadPool(2);
        try {
            Future<?> searches = load.submit(() -> repeat("search", this::search));
            Future<?> writes = load.submit(() -> repeat("bulk", this::write));
            for (int node : new int[] {2, 1, 0}) {
                int before = searched.get();
                away.set(node);
                cluster.upgrade(node, next);
                away.set(-1);
                cluster.awaitGreen(INDEX);
                schedule(node, "_pause");
                everyCall();
                schedule(node, "_resume");
                Await.until(Duration.ofMinutes(1), "more searches", () -> searched.get() > before + 20);
            }
            over.set(true);
            searches.get(2, TimeUnit.MINUTES);
            writes.get(2, TimeUnit.MINUTES);
        } finally {
            over.set(true);
            load.shutdownNow();
        }
        assertThat(List.copyOf(surprises), empty());
        theScheduleWentOn();
        cluster.rest().post("/" + INDEX + "/_refresh").ok();
        assertThat(cluster.rest().get("/" + INDEX + "/_count").ok().intAt("count"), equalTo(DOCUMENTS + written.get()));
        assertThat(written.get(), greaterThan(0));
    }

    /** Pauses or resumes the schedule on a node; a pause lets the run that is under way end. */
    private void schedule(int node, String what) {
        cluster.rest(node)
                .post(Latent.BASE + "/models/" + MODEL + "/_refresh/" + what)
                .ok();
        if (what.equals("_pause")) {
            Await.until(
                    Duration.ofMinutes(5),
                    "the end of the run",
                    () -> cluster.rest(node)
                                    .get(Latent.BASE + "/models/" + MODEL + "/_refresh")
                                    .ok()
                                    .at("running")
                            == null);
            Latent.awaitSettled(cluster.rest(node), MODEL);
        }
    }

    /** One task has made up for what the stopped nodes could not do, and no run failed because a node went. */
    private void theScheduleWentOn() {
        Rest.Response refresh = cluster.rest()
                .get(Latent.BASE + "/models/" + MODEL + "/_refresh")
                .ok();
        System.out.println("the schedule after the upgrade: " + refresh.text());
        assertThat(refresh.listAt("runs"), hasSize(greaterThan(1)));
        for (Object run : refresh.listAt("runs")) {
            assertThat(refresh.text(), ((Map<?, ?>) run).get("verdict"), oneOf("success", "skipped", "rejected"));
        }
        Await.until(
                Duration.ofMinutes(1),
                "one task of the schedule",
                () -> cluster.rest()
                                .get("/_tasks?actions=*latent/models/refresh*&group_by=none")
                                .ok()
                                .listAt("tasks")
                                .size()
                        == 1);
    }

    /** Sends each kind of message from each node. */
    private void everyCall() {
        for (int node = 0; node < NODES; node++) {
            Rest rest = cluster.rest(node);
            String model = Latent.BASE + "/models/" + MODEL;
            assertThat(rest.get(model).ok().stringAt("state"), equalTo("ready"));
            assertThat(rest.get("/_cat/latent_models").ok().status(), equalTo(200));
            assertThat(rest.get(model + "/_training").ok().status(), equalTo(200));
            Rest.Response clusters = rest.get(model + "/clusters").ok();
            assertThat(clusters.text(), clusters.listAt(""), hasSize(greaterThanOrEqualTo(4)));
            assertThat(rest.get(Latent.BASE + "/stats").ok().mapAt("nodes").keySet(), hasSize(NODES));
            String key = clusters.stringAt("0.key");
            rest.put(model + "/clusters/" + key, Map.of("label", "named on node " + node))
                    .ok();
            rest.post(model + "/_encode", Map.of("docs", List.of(Map.of("body", "telescope orbit")), "explain", true))
                    .ok();
            rest.post(model + "/_evaluate", Map.of("label_field", "subject")).ok();
            rest.post(model + "/_reencode?wait_for_completion=true").ok();
            facets(rest);
            results(rest);
            neighbors(rest);
        }
        Rest rest = cluster.rest(2);
        rest.post(
                        Latent.BASE + "/models/" + MODEL + "/_train?wait_for_completion=true",
                        "{\"mode\":\"clusters\",\"force\":true}")
                .ok();
    }

    private void search(int node) {
        Rest rest = cluster.rest(node);
        facets(rest);
        results(rest);
        neighbors(rest);
        searched.incrementAndGet();
    }

    private void write(int node) {
        int from = DOCUMENTS + written.get();
        cluster.rest(node).bulk("/" + INDEX + "/_bulk", TopicCorpus.documents(from, from + BULK));
        written.addAndGet(BULK);
    }

    /**
     * Calls one node after the other until the test ends. This is load, not a benchmark: the nodes must answer the test
     * too. A connection that breaks while its node stops is expected.
     */
    private void repeat(String what, IntConsumer request) {
        for (int i = 0; !over.get(); i++) {
            int node = i % NODES;
            if (node == away.get()) {
                continue;
            }
            try {
                request.accept(node);
                Thread.sleep(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (UncheckedIOException e) {
                if (node != away.get()) {
                    surprises.add("node " + node + " of a " + what + ": " + e);
                }
            } catch (AssertionError | RuntimeException e) {
                surprises.add("node " + node + " of a " + what + ": " + e.getMessage());
            }
        }
    }

    private static void facets(Rest rest) {
        Rest.Response found = rest.post("/" + INDEX + "/_search", """
                        {"size":0,"track_total_hits":true,"aggs":{"t":{"latent_clusters":{"field":"latent"},
                         "aggs":{"n":{"sum":{"field":"number"}}}}}}""").ok();
        whole(found, "aggregations.t");
        Rest.Response page = askForAPage(rest);
        for (int tries = 0; tries < 20 && lostInFetch(page); tries++) {
            page = askForAPage(rest);
        }
        page.ok();
    }

    private static Rest.Response askForAPage(Rest rest) {
        return rest.post("/" + INDEX + "/_latent/facets", """
                        {"search":{"query":{"match":{"body":"market telescope"}},"size":2},
                         "facets":{"examples":2,"summary":true,"trend":{"field":"date","interval":"month"}}}""");
    }

    /** Whether a request for hits failed because the node that had found them was gone when they were fetched. */
    private static boolean lostInFetch(Rest.Response response) {
        return response.status() >= 500 && "fetch".equals(response.at("error.phase"));
    }

    private static void results(Rest rest) {
        Rest.Response found = rest.post("/" + INDEX + "/_search", """
                        {"size":0,"track_total_hits":true,"query":{"match":{"body":"market telescope recipe"}},
                         "aggs":{"t":{"latent_clusters":{"scope":"results","clusters":3}}}}""").ok();
        whole(found, "aggregations.t");
        rest.post(
                        "/" + INDEX + "/_search",
                        Map.of(
                                "size",
                                0,
                                "query",
                                Map.of(
                                        "latent_cluster",
                                        Map.of(
                                                "field",
                                                "latent",
                                                "partition",
                                                found.stringAt("aggregations.t.partition"),
                                                "clusters",
                                                List.of("r0")))))
                .ok();
    }

    /**
     * Asks for five neighbors. Hits are fetched in a second phase, which core does not repeat on another copy: a node
     * that stops between the two frees its search contexts, and the answer lacks its hits or is an error. A client asks
     * again then, and so does this test, here and where it asks for a page of hits with facets. Any other failure of a
     * shard counts.
     */
    private static void neighbors(Rest rest) {
        Rest.Response found = askForNeighbors(rest);
        for (int tries = 0; tries < 20 && (lostInFetch(found) || missesContextsOnly(found)); tries++) {
            found = askForNeighbors(rest);
        }
        found.ok();
        assertThat(found.text(), found.listAt("hits.hits"), hasSize(5));
    }

    private static Rest.Response askForNeighbors(Rest rest) {
        return rest.post("/" + INDEX + "/_search", """
                        {"size":5,"_source":false,"query":{"latent_neighbors":{"field":"latent","k":5,"text":"galaxy comet"}}}""");
    }

    private static boolean missesContextsOnly(Rest.Response found) {
        if (found.status() != 200 || found.intAt("_shards.failed") == 0) {
            return false;
        }
        return found.listAt("_shards.failures").stream()
                .map(failure -> (Map<?, ?>) ((Map<?, ?>) failure).get("reason"))
                .allMatch(reason -> "search_context_missing_exception".equals(reason.get("type")));
    }

    /** Asserts that all shards answered, and that each matching document is in a bucket or counted as unassigned. */
    private static void whole(Rest.Response found, String aggregation) {
        assertThat(found.text(), found.intAt("_shards.failed"), equalTo(0));
        long counted = found.longAt(aggregation + ".unassigned_doc_count")
                + found.longAt(aggregation + ".sum_other_doc_count");
        for (Object bucket : found.listAt(aggregation + ".buckets")) {
            counted += ((Number) ((Map<?, ?>) bucket).get("doc_count")).longValue();
        }
        assertThat(found.text(), counted, equalTo(found.longAt("hits.total.value")));
    }
}
