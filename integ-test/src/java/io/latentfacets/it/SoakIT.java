/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.anEmptyMap;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Rule;
import org.junit.Test;

/**
 * A cluster under load for a while: eight clients request facets in every way there is, while documents are written and
 * deleted, generations are switched back and forth, and a training makes a new one. No request fails. The facets of an
 * index that nobody writes to match the generation that the answer names. At the end nothing is left behind.
 *
 * <p>{@code -Dlatent.soak.requests=10000} makes it longer.
 */
public final class SoakIT {
    private static final int REQUESTS = Integer.getInteger("latent.soak.requests", 1500);
    private static final int CLIENTS = 8;
    private static final String MODEL = "soak-model";
    private static final String FIXED = "soak-fixed";
    private static final String BUSY = "soak-busy";
    private static final String[] WORDS = {"report", "galaxy", "market", "sail", "server", "people", "patient", "butter"
    };

    private static TestCluster cluster;
    private static Rest rest;

    private final AtomicInteger next = new AtomicInteger();
    private final AtomicBoolean over = new AtomicBoolean();
    private final Queue<String> errors = new ConcurrentLinkedQueue<>();
    /** The distinct answers by query and generation; each must have exactly one. */
    private final ConcurrentMap<String, Map<Integer, Set<Map<String, Integer>>>> answers = new ConcurrentHashMap<>();

    /** The partitions of clusters of results, by query. */
    private final ConcurrentMap<String, Set<String>> divisions = new ConcurrentHashMap<>();

    private final Queue<Long> micros = new ConcurrentLinkedQueue<>();
    private final AtomicInteger written = new AtomicInteger();
    private final AtomicInteger switches = new AtomicInteger();

    @Rule
    public final ServerLogs logs = new ServerLogs(() -> cluster);

    @BeforeClass
    public static void twoGenerations() {
        cluster = TestCluster.builder("soak").optimizing().nodes(2).start();
        rest = cluster.rest();
        Latent.createIndex(cluster, FIXED, 800, 3, 0);
        Latent.createIndex(cluster, BUSY, 400, 2, 1);
        Latent.createModel(rest, MODEL, Latent.definition(FIXED, TopicCorpus.subjects(), 8));
        Latent.train(rest, MODEL);
        Latent.attach(rest, MODEL, FIXED);
        Latent.attach(rest, MODEL, BUSY);
        Map<String, Object> definition = Latent.definition(FIXED, TopicCorpus.subjects() + 3, 8);
        Latent.createModel(rest, MODEL, definition);
        trainClusters();
    }

    @AfterClass
    public static void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    public void facetsStayRightWhileEverythingElseChanges() throws Exception {
        report("before");
        long start = System.nanoTime();
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS + 2);
        try {
            List<Future<?>> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                Rest client = cluster.rest(i % cluster.size());
                clients.add(threads.submit(() -> ask(client)));
            }
            Future<?> writer = threads.submit(this::write);
            Future<?> switcher = threads.submit(this::switchGenerations);
            for (Future<?> client : clients) {
                client.get(30, TimeUnit.MINUTES);
            }
            over.set(true);
            writer.get(2, TimeUnit.MINUTES);
            switcher.get(2, TimeUnit.MINUTES);
        } finally {
            over.set(true);
            threads.shutdownNow();
        }
        report("after " + times(System.nanoTime() - start));

        assertThat(errors.stream().limit(5).toList(), empty());
        assertThat(switches.get(), greaterThan(2));
        assertThat(written.get(), greaterThan(0));
        compareAnswers();
        divisions.forEach((query, partitions) -> assertThat(query, partitions.size(), equalTo(1)));
        assertThat(divisions.size(), greaterThan(1));
        nothingRuns();
        memoryIsAccountedFor();
        theLogsAreQuiet();
        nothingIsLeft();
    }

    private void ask(Rest client) {
        for (int i = next.getAndIncrement(); i < REQUESTS; i = next.getAndIncrement()) {
            long start = System.nanoTime();
            try {
                ask(client, i);
            } catch (RuntimeException | AssertionError e) {
                errors.add(i + ": " + e);
            }
            micros.add((System.nanoTime() - start) / 1000);
        }
    }

    private void ask(Rest client, int i) {
        String word = WORDS[i / 10 % WORDS.length];
        String query = "{\"match\":{\"body\":\"" + word + "\"}}";
        switch (i % 10) {
            case 0 -> note(query, search(client, FIXED, query, 0, ""));
            case 1 ->
                note(
                        query,
                        search(
                                client,
                                FIXED,
                                query,
                                10,
                                ",\"aggs\":{\"when\":{\"date_histogram\":{\"field\":\"date\",\"calendar_interval\":\"month\"}},"
                                        + "\"best\":{\"top_hits\":{\"size\":2}},\"subjects\":{\"terms\":{\"field\":\"subject\"}}}"));
            case 2 -> facets(client, FIXED, query);
            case 3 -> drillDown(client, query);
            case 4 -> note("everything", search(client, FIXED, "{\"match_all\":{}}", 0, ""));
            case 5 -> search(client, BUSY, query, 10, ",\"aggs\":{\"total\":{\"sum\":{\"field\":\"number\"}}}");
            case 6 -> facets(client, "soak-*", query);
            case 7 -> clustersOfResults(client, query);
            case 8 -> search(client, "soak-*", query, 0, ",\"scope\":\"results\",\"clusters\":\"auto\"", "");
            default -> {
                Rest.Response clusters = client.get(Latent.BASE + "/models/" + MODEL + "/clusters?sentences=false")
                        .ok();
                assertThat(((List<?>) clusters.json()).size(), greaterThan(2));
                search(client, "soak-*", "{\"match_all\":{}}", 3, "");
            }
        }
    }

    /**
     * The same documents always give the same partition, and each bucket counts as many documents as its filter finds.
     */
    private void clustersOfResults(Rest client, String query) {
        Rest.Response response = search(
                client,
                FIXED,
                query,
                0,
                ",\"scope\":\"results\",\"clusters\":4",
                ",\"aggs\":{\"when\":{\"sum\":{\"field\":\"number\"}}}");
        String partition = response.stringAt("aggregations.t.partition");
        divisions.computeIfAbsent(query, key -> ConcurrentHashMap.newKeySet()).add(partition);
        for (Object each : response.listAt("aggregations.t.buckets")) {
            Map<?, ?> bucket = (Map<?, ?>) each;
            String filtered = "{\"query\":{\"bool\":{\"must\":" + query
                    + ",\"filter\":{\"latent_cluster\":{\"field\":\"latent\",\"partition\":\"" + partition
                    + "\",\"clusters\":[\"" + bucket.get("key") + "\"]}}}}}";
            assertThat(
                    query + " " + bucket.get("key"),
                    client.post("/" + FIXED + "/_count", filtered).ok().intAt("count"),
                    equalTo(((Number) bucket.get("doc_count")).intValue()));
        }
    }

    private static Rest.Response search(Rest client, String index, String query, int size, String below) {
        return search(client, index, query, size, "", below);
    }

    /** A search whose counts add up to its hits, even while the index changes. */
    private static Rest.Response search(
            Rest client, String index, String query, int size, String options, String below) {
        Rest.Response response = client.post(
                        "/" + index + "/_search?request_cache=" + (size == 0),
                        "{\"track_total_hits\":true,\"size\":" + size + ",\"query\":" + query
                                + ",\"aggs\":{\"t\":{\"latent_clusters\":{\"field\":\"latent\",\"size\":1000" + options
                                + "}" + below
                                + "}}}")
                .ok();
        assertThat(response.text(), response.intAt("_shards.failed"), equalTo(0));
        int counted = response.intAt("aggregations.t.unassigned_doc_count")
                + response.intAt("aggregations.t.sum_other_doc_count")
                + counts(response.listAt("aggregations.t.buckets"), "doc_count").values().stream()
                        .mapToInt(Integer::intValue)
                        .sum();
        assertThat(response.text(), counted, equalTo(response.intAt("hits.total.value")));
        return response;
    }

    private void facets(Rest client, String index, String query) {
        Rest.Response response = client.post(
                        "/" + index + "/_latent/facets",
                        "{\"search\":{\"size\":5,\"query\":" + query
                                + "},\"facets\":{\"field\":\"latent\",\"size\":100,"
                                + "\"examples\":1,\"trend\":{\"field\":\"date\",\"interval\":\"month\"}}}")
                .ok();
        assertThat(response.text(), response.intAt("_shards.failed"), equalTo(0));
        if (index.equals(FIXED)) {
            note(query, response.intAt("facets.generation"), counts(response.listAt("facets.clusters"), "count"));
        }
    }

    /**
     * Facets under a filter by one cluster: filter and facets use the same generation, so only that cluster is counted.
     */
    private static void drillDown(Rest client, String query) {
        String filtered = "{\"bool\":{\"must\":" + query
                + ",\"filter\":{\"latent_cluster\":{\"field\":\"latent\",\"clusters\":[\"c1\"]}}}}";
        Rest.Response response = search(client, FIXED, filtered, 0, "");
        for (Object bucket : response.listAt("aggregations.t.buckets")) {
            assertThat(response.text(), ((Map<?, ?>) bucket).get("key"), equalTo("c1"));
        }
    }

    private void note(String query, Rest.Response response) {
        note(
                query,
                response.intAt("aggregations.t.generation"),
                counts(response.listAt("aggregations.t.buckets"), "doc_count"));
    }

    private void note(String query, int generation, Map<String, Integer> counts) {
        answers.computeIfAbsent(query, key -> new ConcurrentHashMap<>())
                .computeIfAbsent(generation, key -> ConcurrentHashMap.newKeySet())
                .add(counts);
    }

    private static Map<String, Integer> counts(List<Object> buckets, String count) {
        Map<String, Integer> counts = new TreeMap<>();
        for (Object each : buckets) {
            Map<?, ?> bucket = (Map<?, ?>) each;
            counts.put((String) bucket.get("key"), ((Number) bucket.get(count)).intValue());
        }
        return counts;
    }

    private void write() {
        for (int from = 1000; !over.get(); from += 40) {
            try {
                rest.bulk("/" + BUSY + "/_bulk", TopicCorpus.documents(from, from + 40));
                StringBuilder deletes = new StringBuilder();
                for (int id = from - 400; id < from - 370; id++) {
                    deletes.append("{\"delete\":{\"_id\":\"").append(id).append("\"}}\n");
                }
                rest.exchange("POST", "/" + BUSY + "/_bulk?refresh=true", deletes.toString(), "application/x-ndjson")
                        .ok();
                written.addAndGet(40);
            } catch (RuntimeException | AssertionError e) {
                errors.add("write: " + e);
            }
        }
    }

    private void switchGenerations() {
        int generations = 2;
        for (int i = 0; !over.get(); i++) {
            try {
                rest.post(
                                Latent.BASE + "/models/" + MODEL + "/_activate",
                                "{\"generation\":" + (1 + i % generations) + "}")
                        .ok();
                switches.incrementAndGet();
                if (generations == 2 && next.get() > REQUESTS / 3) {
                    generations = trainClusters();
                }
                Thread.sleep(150);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException | AssertionError e) {
                errors.add("switch: " + e);
            }
        }
    }

    private static int trainClusters() {
        return rest.post(
                        Latent.BASE + "/models/" + MODEL + "/_train?wait_for_completion=true",
                        "{\"mode\":\"clusters\",\"force\":true}")
                .ok()
                .intAt("generation");
    }

    /**
     * Asserts that each query and generation had a single answer, and that it equals the count of the documents' own
     * vectors.
     */
    private void compareAnswers() {
        assertThat(answers.size(), greaterThan(1));
        Map<Integer, Centroids> generations = new TreeMap<>();
        answers.forEach((query, byGeneration) -> byGeneration.forEach((generation, counts) -> {
            Centroids centroids = generations.computeIfAbsent(generation, number -> Centroids.of(rest, MODEL, number));
            String clause = query.equals("everything") ? "{\"match_all\":{}}" : query;
            List<Object> hits = rest.post(
                            "/" + FIXED + "/_search",
                            "{\"size\":10000,\"_source\":[\"latent\",\"number\"],\"query\":" + clause + "}")
                    .ok()
                    .listAt("hits.hits");
            Tally tally = Tally.of(hits, (encoder, vector) -> centroids.nearest(vector));
            assertThat(query + ", generation " + generation, counts, equalTo(Set.of(tally.counts())));
        }));
        assertThat(generations.keySet().toString(), generations.size(), greaterThanOrEqualTo(2));
    }

    private static void nothingRuns() {
        Await.until(Duration.ofSeconds(30), "no task of ours", () -> {
            Rest.Response tasks =
                    rest.get("/_tasks?actions=*latent*&group_by=none").ok();
            return tasks.listAt("tasks").isEmpty();
        });
        Rest.Response stats = rest.get("/_nodes/stats/indices/search").ok();
        for (Object node : stats.mapAt("nodes").values()) {
            Map<?, ?> search = (Map<?, ?>) ((Map<?, ?>) ((Map<?, ?>) node).get("indices")).get("search");
            for (String kind : List.of("open_contexts", "scroll_current", "point_in_time_current", "query_current")) {
                assertThat(kind + " of " + search, ((Number) search.get(kind)).intValue(), equalTo(0));
            }
        }
    }

    /** Asserts that the breaker counts what the statistics say is in memory, and nothing else. */
    private static void memoryIsAccountedFor() {
        Rest.Response stats = rest.get(Latent.BASE + "/stats").ok();
        long known = Stream.of("generations", "encoders", "cluster_columns", "map_columns", "kept_divisions")
                .mapToLong(what -> stats.longAt(what + "_bytes"))
                .sum();
        assertThat(stats.text(), stats.longAt("breaker_bytes"), equalTo(known));
        assertThat(stats.text(), stats.intAt("breaker_tripped"), equalTo(0));
        assertThat(stats.text(), stats.intAt("documents_failed"), equalTo(0));
    }

    private static void theLogsAreQuiet() {
        assertThat(cluster.alarmingLines(), empty());
    }

    private static void nothingIsLeft() {
        Latent.cleanUp(rest, MODEL, FIXED);
        rest.delete("/" + BUSY).ok();
        Map<String, Object> zeros = new LinkedHashMap<>();
        Await.until(Duration.ofSeconds(60), "all memory given back", () -> {
            zeros.clear();
            Rest.Response stats = rest.get(Latent.BASE + "/stats").ok();
            for (String stat : List.of("breaker_bytes", "generations_loaded", "cluster_columns")) {
                if (stats.longAt(stat) != 0) {
                    zeros.put(stat, stats.at(stat));
                }
            }
            return zeros.isEmpty();
        });
        assertThat(zeros, anEmptyMap());
    }

    private String times(long nanos) {
        long[] sorted = micros.stream().mapToLong(Long::longValue).sorted().toArray();
        return String.format(
                "%d requests in %.1f s (p50 %.1f ms, p99 %.1f ms), %d documents written, %d switches",
                sorted.length,
                nanos / 1e9,
                sorted[sorted.length / 2] / 1e3,
                sorted[(int) (sorted.length * 0.99)] / 1e3,
                written.get(),
                switches.get());
    }

    /** Prints the resident memory of the processes, the heap in use and the breaker, for people to read. */
    private static void report(String when) throws IOException {
        List<String> resident = new ArrayList<>();
        for (int node = 0; node < cluster.size(); node++) {
            Path status = Path.of("/proc", Long.toString(cluster.pid(node)), "status");
            resident.add(Files.readAllLines(status).stream()
                    .filter(line -> line.startsWith("VmRSS"))
                    .map(line -> Arrays.stream(line.split("\\s+", -1)).skip(1).collect(Collectors.joining(" ")))
                    .collect(Collectors.joining()));
        }
        Rest.Response nodes = rest.get("/_nodes/stats/jvm?filter_path=nodes.*.jvm.mem.heap_used_in_bytes")
                .ok();
        Rest.Response stats = rest.get(
                        Latent.BASE + "/stats/breaker_bytes,generations_bytes,cluster_columns_bytes,cluster_columns")
                .ok();
        System.out.println("soak, " + when + ": resident " + resident + ", heap " + nodes.text() + ", " + stats.text());
    }
}
