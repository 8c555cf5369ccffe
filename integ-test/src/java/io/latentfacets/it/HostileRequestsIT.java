/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Rule;
import org.junit.Test;

/**
 * Thousands of malformed requests and as many odd ones, to every endpoint and every place of the query language.
 * Nothing answers with a 5xx or a stack trace, nothing takes longer than {@link #SLOW}, each refusal of a malformed
 * request names the key and the value, and afterwards the node holds no more than before.
 *
 * <p>{@code -Dlatent.hostile.requests=50000} makes it longer, {@code -Dlatent.hostile.seed=…} repeats the requests of a
 * run, whose seed is printed.
 */
public final class HostileRequestsIT {
    private static final int REQUESTS = Integer.getInteger("latent.hostile.requests", 2000);
    private static final long SEED = Long.getLong("latent.hostile.seed", System.nanoTime());
    private static final Duration SLOW = Duration.ofSeconds(5);
    private static final int CLIENTS = 4;
    private static final int ROUND = 1000;
    private static final int TRIES = 20;
    private static final Duration PAUSE = Duration.ofMillis(500);

    private static TestCluster cluster;
    private static Rest rest;
    private static Map<String, List<KnownOptions.Known>> groups;
    private static List<RestSpecs.Call> calls;

    @Rule
    public final ServerLogs logs = new ServerLogs(() -> cluster);

    @BeforeClass
    public static void trainAndAttach() throws IOException, InterruptedException {
        System.out.println("hostile requests: -Dlatent.hostile.seed=" + SEED);
        groups = KnownOptions.groups();
        calls = RestSpecs.calls();
        cluster = TestCluster.builder("hostile").optimizing().heapTouched().start();
        rest = cluster.rest();
        Latent.createIndex(cluster, HostileBodies.INDEX, 300, 1, 0);
        Latent.createModel(
                rest, HostileBodies.MODEL, Latent.definition(HostileBodies.INDEX, TopicCorpus.subjects(), 1));
        Latent.train(rest, HostileBodies.MODEL);
        Latent.attach(rest, HostileBodies.MODEL, HostileBodies.INDEX);
        // a first pass of other requests fills the caches, starts the threads and creates core's own indices
        scratch();
        send(new MalformedRequests(new Random(~SEED), calls, groups)::next, 300, answer -> {});
        send(new OddRequests(new Random(~SEED), calls)::next, 500, answer -> {});
        cleanUp();
    }

    @AfterClass
    public static void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    public void malformedRequestsAreRefusedWithWhatIsWrong() throws Exception {
        MalformedRequests requests = new MalformedRequests(new Random(SEED), calls, groups);
        unharmed("malformed", requests::next, answer -> {
            int status = answer.response().status();
            if (status / 100 != 4) {
                return "not refused";
            }
            // core turns the values of some parameters into capitals
            String text = answer.response().text().toLowerCase(Locale.ROOT);
            List<String> missing = answer.request().names().stream()
                    .filter(name -> !text.contains(name.toLowerCase(Locale.ROOT)))
                    .toList();
            return missing.isEmpty() ? null : "does not name " + missing;
        });
    }

    @Test
    public void oddRequestsDoNoHarm() throws Exception {
        unharmed("odd", new OddRequests(new Random(SEED), calls)::next, answer -> null);
    }

    /** Says what is wrong with an answer; null for nothing. */
    @FunctionalInterface
    private interface Check {
        String complaint(HostileAnswer answer);
    }

    private static void unharmed(String kind, Supplier<HostileRequest> requests, Check check) throws Exception {
        scratch();
        NodeVitals before = NodeVitals.of(cluster, 0);
        List<String> alarms = cluster.alarmingLines();
        int traces = cluster.stackTraceLines(0).size();

        HostileTally tally = new HostileTally(kind);
        send(requests, REQUESTS, answer -> tally.add(answer, complaint(answer, check)));
        tally.print();
        tally.assertNothingWrong(REQUESTS);
        assertThat(cluster.alarmingLines(), equalTo(alarms));
        assertThat("stack traces in the log", cluster.stackTraceLines(0).size(), equalTo(traces));
        theModelServes();
        cleanUp();
        nothingRuns();
        nothingIsHeld(kind, before, NodeVitals.of(cluster, 0));
    }

    private static String complaint(HostileAnswer answer, Check check) {
        if (answer.response().status() >= 500) {
            return "a 5xx";
        }
        if (hasStackTrace(answer.response().text())) {
            return "a stack trace";
        }
        if (answer.millis() > SLOW.toMillis() && again(answer.request()) > SLOW.toMillis()) {
            return "slow, twice";
        }
        return check.complaint(answer);
    }

    /**
     * Sends requests from several clients at once, in rounds: only the requests and answers of one round are in memory.
     */
    private static void send(Supplier<HostileRequest> requests, int count, Consumer<HostileAnswer> to)
            throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        try {
            for (int from = 0; from < count; from += ROUND) {
                List<HostileRequest> round = new ArrayList<>();
                for (int i = from; i < Math.min(count, from + ROUND); i++) {
                    round.add(requests.get()); // made here, by one thread, so that a seed gives the same requests
                }
                for (List<HostileAnswer> answers : send(threads, round)) {
                    answers.forEach(to);
                }
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static List<List<HostileAnswer>> send(ExecutorService threads, List<HostileRequest> round)
            throws InterruptedException {
        List<Callable<List<HostileAnswer>>> clients = new ArrayList<>();
        for (int client = 0; client < CLIENTS; client++) {
            int first = client;
            clients.add(() -> {
                List<HostileAnswer> answers = new ArrayList<>();
                for (int i = first; i < round.size(); i += CLIENTS) {
                    answers.add(timed(round.get(i)));
                }
                return answers;
            });
        }
        List<List<HostileAnswer>> answers = new ArrayList<>();
        for (Future<List<HostileAnswer>> client : threads.invokeAll(clients, 1, TimeUnit.HOURS)) {
            try {
                answers.add(client.get());
            } catch (ExecutionException | CancellationException e) {
                throw new AssertionError("a request was not answered", e);
            }
        }
        return answers;
    }

    /**
     * Sends a request. Core refuses any request, whatever it asks for, while the garbage of former ones fills the heap.
     * It says so, and the client sends the request again a little later.
     */
    private static HostileAnswer timed(HostileRequest request) {
        for (int tries = 1; ; tries++) {
            long start = System.nanoTime();
            Rest.Response response;
            try {
                response = request.send(rest);
            } catch (UncheckedIOException | IllegalArgumentException e) {
                throw new AssertionError("no answer to " + request, e);
            }
            long millis = (System.nanoTime() - start) / 1_000_000;
            boolean heapFull = response.status() == 429 && response.text().contains("[parent] Data too large");
            if (!heapFull || tries == TRIES) {
                return new HostileAnswer(request, response, millis, tries);
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private static long again(HostileRequest request) {
        return timed(request).millis();
    }

    private static boolean hasStackTrace(String text) {
        return text.contains("\"stack_trace\"")
                || text.matches("(?s).*\\bat [a-z][\\w.]+\\.\\w+\\(\\w+\\.java:\\d+\\).*");
    }

    private static void theModelServes() {
        Latent.awaitSettled(rest, HostileBodies.MODEL);
        Rest.Response facets = rest.post("/" + HostileBodies.INDEX + "/_latent/facets", "{\"facets\":{}}")
                .ok();
        assertThat(facets.listAt("facets.clusters").size(), greaterThan(1));
    }

    /** Creates what some of the bodies name. */
    private static void scratch() {
        rest.delete("/" + HostileBodies.SCRATCH);
        Map<String, Object> latent = Map.of("type", "latent_vector", "model", HostileBodies.MODEL);
        rest.put(
                        "/" + HostileBodies.SCRATCH,
                        Map.of(
                                "settings",
                                Map.of("number_of_shards", 1, "number_of_replicas", 0),
                                "mappings",
                                Map.of("dynamic", false, "properties", Map.of("latent", latent))))
                .ok();
        cluster.awaitGreen(HostileBodies.SCRATCH);
    }

    private static void cleanUp() {
        Latent.awaitSettled(rest, HostileBodies.MODEL);
        rest.delete("/_ingest/pipeline/" + HostileBodies.SCRATCH + "*");
        rest.delete("/_search/pipeline/" + HostileBodies.SCRATCH);
        for (String row : rest.get("/_cat/indices?h=index&expand_wildcards=all")
                .ok()
                .text()
                .split("\n", -1)) {
            if (!row.isBlank() && !row.equals(HostileBodies.INDEX) && !row.startsWith(".")) {
                rest.delete("/" + row.strip());
            }
        }
        for (Object model : rest.get(Latent.BASE + "/models").ok().listAt("models")) {
            String name = (String) ((Map<?, ?>) model).get("model");
            if (!name.equals(HostileBodies.MODEL)) {
                rest.delete(Latent.BASE + "/models/" + name + "?force=true").ok();
            }
        }
        rest.post("/_cache/clear").ok();
    }

    private static void nothingRuns() {
        Await.until(Duration.ofSeconds(30), "no task of ours and no open search", () -> {
            String tasks = rest.get("/_tasks?actions=*latent*,*search*,*scroll*&group_by=none&detailed")
                    .ok()
                    .text();
            String searches = rest.get("/_nodes/stats/indices/search")
                    .ok()
                    .text()
                    .replaceAll("(?s).*(\"open_contexts\":\\d+).*", "$1");
            if (tasks.contains("\"action\"") || !searches.equals("\"open_contexts\":0")) {
                throw new IllegalStateException("there are " + searches + " and " + tasks);
            }
            return true;
        });
    }

    /**
     * Asserts that the node is back where it was. The heap may keep what core's caches and cluster states hold. Native
     * memory may keep the JVM's own: compiled code and metadata of classes that were not used before. The thread pools
     * of core grow to their bounds, which 800 requests of the first pass do not all reach. Each request that leaked 20
     * kB, or each twentieth that leaked a thread or a file, would exceed these bounds.
     */
    private static void nothingIsHeld(String kind, NodeVitals before, NodeVitals after) {
        System.out.println("hostile requests, " + kind + ", before: " + before + "\n  after: " + after);
        assertThat("heap", after.heapBytes(), lessThanOrEqualTo(before.heapBytes() + (40L << 20)));
        assertThat("resident", after.residentBytes(), lessThanOrEqualTo(before.residentBytes() + (150L << 20)));
        assertThat("threads", after.threads(), lessThanOrEqualTo(before.threads() + 20));
        assertThat("files", after.files(), lessThanOrEqualTo(before.files() + 40));
        assertThat("breaker", after.breakerBytes(), lessThanOrEqualTo(before.breakerBytes() + (1L << 20)));
    }
}
