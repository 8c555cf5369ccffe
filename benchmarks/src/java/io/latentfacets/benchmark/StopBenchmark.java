/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import io.latentfacets.it.Rest;
import io.latentfacets.it.TestCluster;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures how soon long requests end after their timeout or cancellation, on a real node over HTTP. It sends each
 * request without a limit first, to see how long it takes. Then it sends it again and again, and lets it time out, or
 * cancels its task, after a growing part of that time. The delay is the time from the timeout, or from sending the
 * cancellation, to the answer. The columns of the index are cold each time.
 *
 * <p>Arguments: a file of JSON lines (or .gz), its text fields separated by commas, and the number of documents to
 * index. Properties {@code latent.opensearch.home} and {@code latent.integ.dir} as for the integration tests.
 */
public final class StopBenchmark {
    private static final String MODEL = "stop";
    private static final String MODELS = "/_plugins/_latent/models/" + MODEL;
    private static final String SOURCE = "stop-source";
    private static final String INDEX = "stop-copies";
    private static final int CLUSTERS = 20;
    private static final int BATCH = 5000;
    private static final int CHARACTERS = 500;
    private static final int TRIES = 15;

    /** A request whose end is measured, with the actions of its task. */
    private record Request(String name, String path, Map<String, Object> body, String actions, boolean times) {}

    private final Rest rest;
    private final PrintStream out;
    private final List<Map<String, Object>> documents = new ArrayList<>();

    private StopBenchmark(Rest rest, PrintStream out) {
        this.rest = rest.timeout(Duration.ofMinutes(30));
        this.out = out;
    }

    public static void main(String[] args) throws Exception {
        int wanted = Integer.parseInt(args[2]);
        try (TestCluster cluster =
                TestCluster.builder("stop").optimizing().heap("2g").start()) {
            StopBenchmark benchmark = new StopBenchmark(cluster.rest(), System.out);
            benchmark.learn(Path.of(args[0]), args[1]);
            benchmark.copy(wanted);
            benchmark.measure(wanted);
        }
    }

    private void learn(Path file, String fields) throws IOException {
        rest.put("/" + SOURCE, Map.of("settings", Map.of("number_of_shards", 1, "number_of_replicas", 0)))
                .ok();
        Map<String, Object> batch = new LinkedHashMap<>();
        for (Map<String, Object> line : JsonLines.read(file)) {
            StringBuilder text = new StringBuilder();
            for (String field : fields.split(",", -1)) {
                text.append(line.getOrDefault(field, "")).append('\n');
            }
            batch.put(
                    Integer.toString(batch.size()),
                    Map.of("text", text.substring(0, Math.min(CHARACTERS, text.length()))));
        }
        List<Map.Entry<String, Object>> entries = List.copyOf(batch.entrySet());
        for (int from = 0; from < entries.size(); from += BATCH) {
            Map<String, Object> part = new LinkedHashMap<>();
            entries.subList(from, Math.min(entries.size(), from + BATCH))
                    .forEach(entry -> part.put(entry.getKey(), entry.getValue()));
            rest.bulk("/" + SOURCE + "/_bulk", part);
        }
        rest.post("/" + SOURCE + "/_refresh").ok();
        FacetSpeedBenchmark.train(rest, MODEL, SOURCE, CLUSTERS);
        for (int from = 0; from < entries.size(); from += BATCH) {
            List<String> ids = entries.subList(from, Math.min(entries.size(), from + BATCH)).stream()
                    .map(Map.Entry::getKey)
                    .toList();
            rest.post("/" + SOURCE + "/_search", Map.of("size", BATCH, "query", Map.of("ids", Map.of("values", ids))))
                    .ok()
                    .listAt("hits.hits")
                    .forEach(hit -> documents.add(source((Map<?, ?>) hit)));
        }
    }

    private static Map<String, Object> source(Map<?, ?> hit) {
        Map<String, Object> source = new LinkedHashMap<>();
        ((Map<?, ?>) hit.get("_source")).forEach((key, value) -> source.put((String) key, value));
        source.put("label", "l" + hit.get("_id").hashCode() % 10);
        return source;
    }

    private void copy(int wanted) {
        rest.put(
                        "/" + INDEX,
                        Map.of(
                                "settings",
                                Map.of("number_of_shards", 1, "number_of_replicas", 0, "refresh_interval", "-1"),
                                "mappings",
                                Map.of(
                                        "properties",
                                        Map.of("latent", Map.of("type", "latent_vector", "model", MODEL)))))
                .ok();
        Map<String, Object> batch = new LinkedHashMap<>();
        for (int i = 0; i < wanted; i++) {
            batch.put(Integer.toString(i), documents.get((int) (i * 7919L % documents.size())));
            if (batch.size() == BATCH || i == wanted - 1) {
                rest.bulk("/" + INDEX + "/_bulk", batch);
                batch.clear();
            }
        }
        rest.post("/" + INDEX + "/_forcemerge?max_num_segments=1").ok();
        rest.post("/" + INDEX + "/_refresh").ok();
        rest.post(MODELS + "/_attach?wait_for_completion=true", Map.of("index", INDEX))
                .ok();
    }

    private List<Request> requests() {
        String search = "/" + INDEX + "/_search?request_cache=false";
        String actions = "indices:data/read/search*";
        Map<String, Object> all = Map.of("match_all", Map.of());
        Map<String, Object> like = Map.of(
                "latent_neighbors", Map.of("field", "latent", "k", 100, "like", Map.of("_index", INDEX, "_id", "1")));
        return List.of(
                new Request("aggregation, columns cold", search, aggregation(all, Map.of()), actions, true),
                new Request(
                        "aggregation, clusters of results",
                        search,
                        aggregation(all, Map.of("scope", "results")),
                        actions,
                        true),
                new Request("nearest documents, exact", search, Map.of("query", like), actions, true),
                new Request(
                        "explanation of 1,000 hits",
                        search,
                        Map.of("size", 1000, "explain", true, "query", someClusters()),
                        actions,
                        true),
                new Request(
                        "facets with summaries",
                        "/" + INDEX + "/_latent/facets",
                        Map.of("facets", Map.of("scope", "results", "summary", true)),
                        actions,
                        true),
                new Request(
                        "_encode, 1,000 documents",
                        MODELS + "/_encode",
                        Map.of("docs", texts(), "explain", true),
                        "cluster:admin/plugins/latent/models/encode*",
                        false),
                new Request(
                        "_evaluate",
                        MODELS + "/_evaluate",
                        Map.of("index", INDEX, "label_field", "label"),
                        "cluster:admin/plugins/latent/models/evaluate*",
                        false));
    }

    private static Map<String, Object> aggregation(Map<String, Object> query, Map<String, Object> options) {
        Map<String, Object> clusters = new LinkedHashMap<>(options);
        clusters.put("field", "latent");
        clusters.put("size", CLUSTERS);
        return Map.of("size", 0, "query", query, "aggs", Map.of("t", Map.of("latent_clusters", clusters)));
    }

    private Map<String, Object> someClusters() {
        List<Object> keys = new ArrayList<>();
        rest.get(MODELS + "/clusters?sentences=false")
                .ok()
                .listAt("")
                .forEach(each -> keys.add(((Map<?, ?>) each).get("key")));
        return Map.of("latent_cluster", Map.of("field", "latent", "clusters", keys));
    }

    private List<Object> texts() {
        List<Object> texts = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            texts.add(Map.of("text", documents.get(i % documents.size()).get("text")));
        }
        return texts;
    }

    private void measure(int wanted) throws Exception {
        out.printf("%,d documents, one shard, one segment%n%n", wanted);
        out.println("| request | whole, ms | after its timeout: median, worst (ms) | after its cancellation: median,"
                + " worst (ms) |");
        out.println("|---|---|---|---|");
        try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
            for (Request request : requests()) {
                double whole = Math.min(whole(request), whole(request));
                List<Double> timeouts = new ArrayList<>();
                List<Double> cancellations = new ArrayList<>();
                for (int i = 1; i <= TRIES; i++) {
                    double after = whole * i / (TRIES + 1);
                    if (request.times()) {
                        timeouts.add(timedOut(request, Math.max(1, (int) after)));
                    }
                    cancellations.add(cancelled(request, after, thread));
                }
                out.printf("| %s | %.0f | %s | %s |%n", request.name(), whole, words(timeouts), words(cancellations));
            }
        }
    }

    /** Closes and opens the index, which forgets its columns. */
    private void cool() {
        rest.post("/" + INDEX + "/_close").ok();
        rest.post("/" + INDEX + "/_open?wait_for_active_shards=1").ok();
    }

    private double whole(Request request) {
        cool();
        long start = System.nanoTime();
        rest.post(request.path(), request.body()).ok();
        return millis(start);
    }

    /** The milliseconds from the timeout to the answer; not a number if the request ended before. */
    private double timedOut(Request request, int after) {
        cool();
        Map<String, Object> body = new LinkedHashMap<>(request.body());
        if (body.containsKey("facets")) {
            body.put("search", Map.of("timeout", after + "ms"));
        } else {
            body.put("timeout", after + "ms");
        }
        long start = System.nanoTime();
        rest.post(request.path(), body);
        double delay = millis(start) - after;
        return delay < 0 ? Double.NaN : delay;
    }

    /** The milliseconds from sending the cancellation to the answer; not a number if the request ended before. */
    private double cancelled(Request request, double after, ExecutorService thread) throws Exception {
        cool();
        Future<Long> end = thread.submit(() -> {
            rest.post(request.path(), request.body());
            return System.nanoTime();
        });
        LockSupport.parkNanos((long) (after * 1e6));
        long start = System.nanoTime();
        rest.post("/_tasks/_cancel?actions=" + request.actions());
        double delay = (end.get(30, TimeUnit.MINUTES) - start) / 1e6;
        return delay < 0 ? Double.NaN : delay;
    }

    private static double millis(long start) {
        return (System.nanoTime() - start) / 1e6;
    }

    private static String words(List<Double> delays) {
        double[] some = delays.stream()
                .filter(delay -> !delay.isNaN())
                .mapToDouble(Double::doubleValue)
                .sorted()
                .toArray();
        return some.length == 0
                ? delays.isEmpty() ? "no such option" : "ended before"
                : "%.0f, %.0f (of %d)".formatted(some[some.length / 2], some[some.length - 1], some.length);
    }
}
