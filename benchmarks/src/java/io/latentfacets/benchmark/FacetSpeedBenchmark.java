/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import io.latentfacets.it.Rest;
import io.latentfacets.it.TestCluster;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.DoubleSupplier;

/**
 * Measures how long facets take in comparison with their competitors, on a real node: {@code latent_clusters} over the
 * model's clusters against core's {@code terms} over a keyword with as many values, at a million matching documents;
 * and clusters of 100,000 results against Carrot2's Lingo over 1,000 in this process. It sends requests over HTTP, one
 * at a time, with the request cache off, alternates between the compared ones, and prints medians. It trains on a real
 * corpus and indexes its documents' latents repeatedly.
 *
 * <p>Arguments: a file of JSON lines (or .gz), its text fields separated by commas, and the number of documents to
 * index. Properties {@code latent.opensearch.home} and {@code latent.integ.dir} as for the integration tests. With
 * {@code latent.before.home}, an assembled server with an earlier build, the benchmark compares the two builds instead.
 */
public final class FacetSpeedBenchmark {
    private static final String MODELS = "/_plugins/_latent/models/";

    private static final String MODEL = "speed";
    static final String SOURCE = "speed-source";
    static final String INDEX = "speed-copies";
    private static final int CLUSTERS = 20;
    private static final int BATCH = 5000;
    /** The number of documents after which a new segment begins. */
    private static final int SEGMENT = 20_000;

    private static final int WARM = 15;
    private static final int ROUNDS = 41;

    /** Short requests are sent so often that they take about so long together: the system counts CPU by 10 ms. */
    private static final double MEASURED_MILLIS = 2000;

    private static final int MOST_ROUNDS = 601;

    /** One document in this many does not match, so that the count of a whole segment is never the answer. */
    private static final int LEFT_OUT = 21;

    private static final int FEW_PARTS = 105;

    static final String CORPUS = "{\"latent_clusters\":{\"field\":\"latent\",\"size\":" + CLUSTERS + "}}";
    static final String TERMS = "{\"terms\":{\"field\":\"topic\",\"size\":" + CLUSTERS + "}}";
    private static final String MAP = "{\"latent_map\":{\"field\":\"latent\",\"grid\":64}}";
    /** Zoom 6 has 64 by 64 tiles; at most 65,535 of them come back. */
    private static final String TILES =
            "{\"geotile_grid\":{\"field\":\"place\",\"precision\":6,\"size\":65535,\"shard_size\":65535}}";

    static final String EVERYTHING = "{\"match_all\":{}}";
    static final String FLAGGED = "{\"term\":{\"flag\":\"in\"}}";
    static final String PART = "{\"term\":{\"part\":\"p3\"}}";
    private static final String LEFT = "{\"term\":{\"flag\":\"out\"}}";
    private static final String FEW = "{\"term\":{\"few\":\"f3\"}}";

    final Rest rest;
    private final PrintStream out;
    private final Random random = new Random(42);
    private final ProcessHandle server;
    private int divisions;

    private FacetSpeedBenchmark(Rest rest, long server, PrintStream out) {
        this.server = ProcessHandle.of(server).orElseThrow();
        this.rest = rest.timeout(Duration.ofMinutes(30));
        this.out = out;
    }

    public static void main(String[] args) throws IOException {
        QualityOptions options = QualityOptions.parse(new String[] {args[0], "--fields", args[1]});
        LabeledCorpus corpus = LabeledCorpus.of("speed", JsonLines.read(Path.of(args[0])), options);
        int wanted = Integer.parseInt(args[2]);
        String before = System.getProperty("latent.before.home");
        if (before != null) {
            BuildComparison.run(corpus, wanted, Path.of(before));
            return;
        }
        try (TestCluster cluster =
                TestCluster.builder("speed").optimizing().nodes(1).heap("2g").start()) {
            FacetSpeedBenchmark benchmark = prepare(cluster, corpus, wanted);
            benchmark.merge(1);
            benchmark.measure(wanted);
        }
        Path directory = Files.createTempDirectory("speed");
        lingo(Bags.of(corpus, directory).sample(1000, 42));
    }

    /** A trained model, its attached source, and an index of copies in as many segments as came of it. */
    static FacetSpeedBenchmark prepare(TestCluster cluster, LabeledCorpus corpus, int wanted) {
        FacetSpeedBenchmark benchmark = new FacetSpeedBenchmark(cluster.rest(), cluster.pid(0), System.out);
        benchmark.learn(corpus);
        benchmark.copy(wanted);
        return benchmark;
    }

    private void learn(LabeledCorpus corpus) {
        rest.put("/" + SOURCE, Map.of("settings", Map.of("number_of_shards", 1, "number_of_replicas", 0)))
                .ok();
        Map<String, Object> batch = new LinkedHashMap<>();
        for (int doc = 0; doc < corpus.documents().size(); doc++) {
            batch.put(Integer.toString(doc), text(corpus, doc));
            if (batch.size() == 1000 || doc == corpus.documents().size() - 1) {
                rest.bulk("/" + SOURCE + "/_bulk", batch);
                batch.clear();
            }
        }
        rest.post("/" + SOURCE + "/_refresh").ok();
        train(rest, MODEL, SOURCE, CLUSTERS);
    }

    /**
     * Trains a model on the field {@code text} of an index, and attaches it. A short training is enough: its quality
     * does not affect the measured times.
     */
    static void train(Rest rest, String name, String source, int clusters) {
        String model = MODELS + name;
        rest.put(
                        model,
                        Map.of(
                                "source",
                                Map.of("index", source, "fields", List.of("text")),
                                "vae",
                                Map.of("epochs", 2, "neighbors", 0),
                                "clusters",
                                Map.of("count", clusters)))
                .ok();
        rest.post(model + "/_train?wait_for_completion=true").ok();
        rest.post(model + "/_attach?wait_for_completion=true", Map.of("index", source))
                .ok();
        rest.post("/" + source + "/_refresh").ok();
    }

    static Map<String, Object> text(LabeledCorpus corpus, int doc) {
        return Map.of(
                "text",
                String.join(
                        "\n",
                        corpus.documents().get(doc).texts(corpus.fields()).stream()
                                .map(each -> each.text())
                                .toList()));
    }

    /** Indexes copies of the latents, each with the key of its cluster as a keyword. */
    private void copy(int wanted) {
        List<Map<String, Object>> documents = new ArrayList<>();
        for (Object each : rest.post(
                        "/" + SOURCE + "/_search",
                        Map.of("size", 0, "aggs", Map.of("t", Map.of("latent_clusters", Map.of("size", CLUSTERS)))))
                .ok()
                .listAt("aggregations.t.buckets")) {
            String key = (String) ((Map<?, ?>) each).get("key");
            double x = ((Number) ((Map<?, ?>) each).get("x")).doubleValue();
            double y = ((Number) ((Map<?, ?>) each).get("y")).doubleValue();
            Map<String, Object> query = new LinkedHashMap<>();
            query.put("size", 10_000);
            query.put("_source", "latent");
            query.put("query", Map.of("latent_cluster", Map.of("field", "latent", "clusters", List.of(key))));
            for (Object hit : rest.post("/" + SOURCE + "/_search", query).ok().listAt("hits.hits")) {
                Map<?, ?> source = (Map<?, ?>) ((Map<?, ?>) hit).get("_source");
                Map<String, Object> document = new LinkedHashMap<>();
                document.put("latent", source.get("latent"));
                document.put("topic", key);
                document.put("place", Map.of("lat", around(y) * 60, "lon", around(x) * 170));
                documents.add(document);
            }
        }
        Map<String, Object> keyword = Map.of("type", "keyword");
        rest.put(
                        "/" + INDEX,
                        Map.of(
                                "settings",
                                Map.of("number_of_shards", 1, "number_of_replicas", 0, "refresh_interval", "-1"),
                                "mappings",
                                Map.of(
                                        "properties",
                                        Map.of(
                                                "latent",
                                                Map.of("type", "latent_vector", "model", MODEL),
                                                "topic",
                                                keyword,
                                                "place",
                                                Map.of("type", "geo_point"),
                                                "flag",
                                                keyword,
                                                "part",
                                                keyword,
                                                "few",
                                                keyword))))
                .ok();
        Map<String, Object> batch = new LinkedHashMap<>();
        for (int i = 0; i < wanted; i++) {
            Map<String, Object> document = new LinkedHashMap<>(documents.get((int) (i * 7919L % documents.size())));
            document.put("flag", i % LEFT_OUT == 0 ? "out" : "in");
            document.put("part", "p" + i % 10);
            document.put("few", "f" + i % FEW_PARTS);
            batch.put(Integer.toString(i), document);
            if (batch.size() == BATCH || i == wanted - 1) {
                rest.bulk("/" + INDEX + "/_bulk", batch);
                batch.clear();
                if (i / SEGMENT > (i - BATCH) / SEGMENT) {
                    rest.post("/" + INDEX + "/_refresh").ok();
                }
            }
        }
        rest.post("/" + INDEX + "/_refresh").ok();
        // only a model that is bound to the index searched shows words, and leaves some out
        rest.post(MODELS + MODEL + "/_attach?wait_for_completion=true", Map.of("index", INDEX))
                .ok();
    }

    /** A coordinate near another, within [−1, 1]. */
    private double around(double coordinate) {
        return Math.max(-1, Math.min(1, coordinate + .1 * random.nextGaussian()));
    }

    /** Merges the copies into at most that many segments. */
    void merge(int segments) {
        rest.post("/" + INDEX + "/_forcemerge?max_num_segments=" + segments).ok();
        rest.post("/" + INDEX + "/_refresh").ok();
    }

    private void measure(int wanted) {
        out.printf("%,d documents, one shard, one segment, %d clusters%n%n", wanted, CLUSTERS);
        out.println("| matches | `latent_clusters`, ms | `terms`, ms | ratio | CPU | CPU | ratio |");
        out.println("|---|---|---|---|---|---|---|");
        row("a term, " + count(FLAGGED), FLAGGED, CORPUS, TERMS);
        row("everything, " + count(EVERYTHING), EVERYTHING, CORPUS, TERMS);
        row("a tenth, " + count(PART), PART, CORPUS, TERMS);
        row("a hundredth, " + count(FEW), FEW, CORPUS, TERMS);
        out.println();
        results();
        out.println();
        out.println("| matches | `latent_map`, ms | `geotile_grid`, ms | ratio | CPU | CPU | ratio |");
        out.println("|---|---|---|---|---|---|---|");
        row("a term, " + count(FLAGGED) + cells(), FLAGGED, MAP, TILES);
        row("everything, " + count(EVERYTHING), EVERYTHING, MAP, TILES);
        row("a tenth, " + count(PART), PART, MAP, TILES);
    }

    /** Times divisions that are made and, for the same sample again, divisions that the node still has. */
    private void results() {
        out.println("| scope | matches | ms | CPU, ms | the same sample again, ms | CPU, ms |");
        out.println("|---|---|---|---|---|---|");
        for (String query : List.of(LEFT, PART, FLAGGED)) {
            for (String clusters : List.of("10", "\"auto\"")) {
                // a pattern that fits no word makes the division another one
                double[] made = timed(() -> time(query, results(clusters, "x" + ++divisions)));
                double[] kept = timed(() -> time(query, results(clusters)));
                out.printf(
                        "| results, %s | %s | %.1f | %.1f | %.1f | %.1f |%n",
                        clusters.replace("\"", ""), count(query), made[0], made[1], kept[0], kept[1]);
            }
        }
    }

    /** The median milliseconds of a request, and the CPU milliseconds that the server spends on one. */
    private double[] timed(DoubleSupplier request) {
        int rounds = rounds(median(times(0, WARM, List.of(request)).get(0)));
        Duration before = server.info().totalCpuDuration().orElse(Duration.ZERO);
        double millis = median(times(0, rounds, List.of(request)).get(0));
        Duration used = server.info().totalCpuDuration().orElse(Duration.ZERO).minus(before);
        return new double[] {millis, used.toNanos() / 1e6 / rounds};
    }

    private static int rounds(double millis) {
        return (int) Math.max(ROUNDS, Math.min(MOST_ROUNDS, MEASURED_MILLIS / millis));
    }

    private void row(String name, String query, String ours, String theirs) {
        List<DoubleSupplier> both = List.of(() -> time(query, ours), () -> time(query, theirs));
        int rounds = rounds(median(times(0, WARM, both).get(0)));
        // as many before: what is compiled meanwhile would count on one side
        List<double[]> times = times(rounds, rounds, both);
        double own = median(times.get(0));
        double other = median(times.get(1));
        double ownCpu = timed(() -> time(query, ours))[1];
        double otherCpu = timed(() -> time(query, theirs))[1];
        out.printf(
                "| %s | %.2f | %.2f | %.2f | %.2f | %.2f | %.2f |%n",
                name, own, other, own / other, ownCpu, otherCpu, ownCpu / otherCpu);
    }

    /** How many cells and tiles have documents. */
    private String cells() {
        int map = rest.post("/" + INDEX + "/_search", "{\"size\":0,\"aggs\":{\"t\":" + MAP + "}}")
                .ok()
                .listAt("aggregations.t.cells")
                .size();
        int tiles = rest.post("/" + INDEX + "/_search", "{\"size\":0,\"aggs\":{\"t\":" + TILES + "}}")
                .ok()
                .listAt("aggregations.t.buckets")
                .size();
        return " (%,d cells, %,d tiles)".formatted(map, tiles);
    }

    private String count(String query) {
        return "%,d"
                .formatted(rest.post("/" + INDEX + "/_count", "{\"query\":" + query + "}")
                        .ok()
                        .longAt("count"));
    }

    /**
     * Returns the milliseconds of each round, one array per request. The first of several requests in a row is a little
     * slower, so the requests take turns.
     *
     * @param warm the number of rounds that do not count
     * @param requests each sends one request and returns its milliseconds
     */
    static List<double[]> times(int warm, int rounds, List<DoubleSupplier> requests) {
        List<double[]> times = new ArrayList<>();
        requests.forEach(each -> times.add(new double[rounds]));
        for (int round = -warm; round < rounds; round++) {
            for (int i = 0; i < requests.size(); i++) {
                int at = Math.floorMod(i + round, requests.size());
                double time = requests.get(at).getAsDouble();
                if (round >= 0) {
                    times.get(at)[round] = time;
                }
            }
        }
        return times;
    }

    /** The milliseconds of one request. */
    private double time(String query, String aggregation) {
        String body = "{\"size\":0,\"query\":" + query + ",\"aggs\":{\"t\":" + aggregation + "}}";
        long start = System.nanoTime();
        rest.post("/" + INDEX + "/_search?request_cache=false", body).ok();
        return (System.nanoTime() - start) / 1e6;
    }

    private static String results(String clusters, String excluded) {
        return "{\"latent_clusters\":{\"field\":\"latent\",\"scope\":\"results\",\"clusters\":" + clusters
                + ",\"exclude_terms\":[\"" + excluded + "\"]}}";
    }

    static String results(String clusters) {
        return "{\"latent_clusters\":{\"field\":\"latent\",\"scope\":\"results\",\"clusters\":" + clusters + "}}";
    }

    static double median(double[] times) {
        double[] sorted = times.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static void lingo(Bags documents) throws IOException {
        Carrot2Baseline.Lingo lingo = new Carrot2Baseline.Lingo();
        double[] times = new double[5];
        for (int round = -2; round < times.length; round++) {
            long start = System.nanoTime();
            lingo.fit(documents, 10, 42);
            if (round >= 0) {
                times[round] = (System.nanoTime() - start) / 1e6;
            }
        }
        System.out.printf("| Carrot2 Lingo, 10 | %,d | %.1f |%n", documents.size(), median(times));
    }
}
