/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.ingest;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.latentfacets.benchmark.JsonLines;
import io.latentfacets.it.Rest;
import io.latentfacets.it.TestCluster;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Measures what {@code latent_encode} adds to {@code _bulk}, on a real node over HTTP: bulk requests of 1,000 documents
 * into an index with the processor, and of the same documents into an index without it. Two more indices say where the
 * difference comes from: one with a pipeline that does nothing, and one that gets documents with latents. The four take
 * turns; all are made anew every few rounds, and never refreshed meanwhile. It prints medians of the wall time and of
 * the CPU time of the server's process, and their ratios to the index without the processor.
 *
 * <p>The model is trained with the plugin's defaults on whole documents. They are measured first, then 40,000 pieces of
 * them of about 370 characters.
 *
 * <p>Arguments: a file of JSON lines (or .gz), two text fields separated by a comma, the number of rounds, and
 * optionally a file for the trained model: written, or read instead of a training if it is there. Properties
 * {@code latent.opensearch.home} and {@code latent.integ.dir} as for the integration tests.
 */
public final class IngestBenchmark {
    private static final int BATCH = 1000;
    private static final int PIECES = 40_000;
    private static final int PIECE = 370;
    private static final int WARM = 24;
    /** The number of rounds after which the indices are made anew. */
    private static final int LIFE = 8;

    private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();
    private static final Map<String, Object> TEXT = Map.of("type", "text");
    /** What core makes of a field that no mapping names. */
    private static final Map<String, Object> DYNAMIC =
            Map.of("type", "text", "fields", Map.of("keyword", Map.of("type", "keyword", "ignore_above", 256)));

    private static final String MODEL = "ingest";
    private static final String SOURCE = "ingest-source";

    /** How documents get into an index. */
    private enum Way {
        PLAIN("without the processor"),
        EMPTY("a pipeline that does nothing"),
        LATENTS("documents with latents, no pipeline"),
        ENCODED("**with the processor**");

        private final String title;

        Way(String title) {
            this.title = title;
        }

        String index() {
            return "ingest-" + name().toLowerCase(Locale.ROOT);
        }
    }

    private final Rest rest;
    private final ProcessHandle process;
    private final String[] fields;
    private final int rounds;
    private final PrintStream out;
    private Map<String, Object> mapping = TEXT;

    private IngestBenchmark(TestCluster cluster, String[] fields, int rounds, PrintStream out) {
        this.rest = cluster.rest().timeout(Duration.ofMinutes(30));
        this.process = ProcessHandle.of(cluster.pid(0)).orElseThrow();
        this.fields = fields;
        this.rounds = rounds;
        this.out = out;
    }

    public static void main(String[] args) throws IOException {
        String[] fields = args[1].split(",", -1);
        List<Map<String, Object>> posts = new ArrayList<>();
        for (Map<String, Object> line : JsonLines.read(Path.of(args[0]))) {
            Map<String, Object> post = new LinkedHashMap<>();
            for (String field : fields) {
                post.put(field, line.getOrDefault(field, ""));
            }
            posts.add(post);
        }
        TestCluster.Builder builder =
                TestCluster.builder("ingest").optimizing().nodes(1).heap("2g");
        try (TestCluster cluster = builder.start()) {
            IngestBenchmark benchmark = new IngestBenchmark(cluster, fields, Integer.parseInt(args[2]), System.out);
            benchmark.prepare(posts, args.length > 3 ? Path.of(args[3]) : null);
            List<Map<String, Object>> pieces = pieces(posts, fields[1]);
            for (Map<String, Object> mapping : List.of(DYNAMIC, TEXT)) {
                benchmark.mapping = mapping;
                benchmark.measure("whole documents", posts);
                benchmark.measure("pieces", pieces);
            }
        }
    }

    /** Cuts the texts of a field, in their order, into pieces of whole words; the rest of a text is left out. */
    static List<Map<String, Object>> pieces(List<Map<String, Object>> posts, String field) {
        List<Map<String, Object>> pieces = new ArrayList<>();
        for (Map<String, Object> post : posts) {
            String text = (String) post.get(field);
            for (int from = 0; pieces.size() < PIECES; ) {
                int to = from + PIECE;
                while (to < text.length() && text.charAt(to) > ' ') {
                    to++;
                }
                if (to >= text.length()) {
                    break;
                }
                pieces.add(Map.of(field, text.substring(from, to)));
                from = to + 1;
            }
        }
        return pieces;
    }

    /** Trains the model, or takes it from a file that an earlier run has written. */
    private void prepare(List<Map<String, Object>> posts, Path archive) throws IOException {
        create(SOURCE, false, null);
        String model = "/_plugins/_latent/models/" + MODEL;
        if (archive != null && Files.exists(archive)) {
            rest.put(model + "/_import", Files.readString(archive)).ok();
        } else {
            train(model, posts);
            if (archive != null) {
                Files.writeString(archive, rest.get(model + "/_export").ok().text());
            }
        }
        rest.put(
                        "/_ingest/pipeline/" + Way.ENCODED.index(),
                        Map.of("processors", List.of(Map.of("latent_encode", Map.of("model", MODEL)))))
                .ok();
        Map<String, Object> nothing = Map.of("field", "no_such_field", "ignore_missing", true);
        rest.put("/_ingest/pipeline/" + Way.EMPTY.index(), Map.of("processors", List.of(Map.of("remove", nothing))))
                .ok();
    }

    private void train(String model, List<Map<String, Object>> posts) {
        for (int from = 0; from < posts.size(); from += BATCH) {
            bulk(SOURCE, body(posts.subList(from, Math.min(from + BATCH, posts.size()))));
        }
        rest.post("/" + SOURCE + "/_refresh").ok();
        rest.put(model, Map.of("source", Map.of("index", SOURCE, "fields", List.of(fields))))
                .ok();
        rest.post(model + "/_train?wait_for_completion=true").ok();
    }

    private void create(String index, boolean latent, String pipeline) {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("number_of_shards", 1);
        settings.put("number_of_replicas", 0);
        settings.put("refresh_interval", "-1");
        if (pipeline != null) {
            settings.put("default_pipeline", pipeline);
        }
        Map<String, Object> properties = new LinkedHashMap<>();
        for (String field : fields) {
            properties.put(field, mapping);
        }
        if (latent) {
            properties.put("latent", Map.of("type", "latent_vector", "model", MODEL));
        }
        rest.put("/" + index, Map.of("settings", settings, "mappings", Map.of("properties", properties)))
                .ok();
    }

    private void createAll() {
        for (Way way : Way.values()) {
            rest.delete("/" + way.index());
            create(
                    way.index(),
                    way == Way.LATENTS || way == Way.ENCODED,
                    way == Way.EMPTY || way == Way.ENCODED ? way.index() : null);
        }
    }

    private String body(List<Map<String, Object>> documents) {
        StringBuilder lines = new StringBuilder();
        for (Map<String, Object> document : documents) {
            lines.append("{\"index\":{}}\n").append(GSON.toJson(document)).append('\n');
        }
        return lines.toString();
    }

    private void bulk(String index, String body) {
        Rest.Response response = rest.exchange("POST", "/" + index + "/_bulk", body, "application/x-ndjson")
                .ok();
        if (Boolean.TRUE.equals(response.at("errors"))) {
            throw new AssertionError("bulk items failed: " + response.text());
        }
    }

    private void measure(String what, List<Map<String, Object>> documents) {
        List<String> bodies = new ArrayList<>();
        List<String> encoded = new ArrayList<>();
        long characters = 0;
        for (int from = 0; from + BATCH <= documents.size(); from += BATCH) {
            List<Map<String, Object>> batch = documents.subList(from, from + BATCH);
            for (Map<String, Object> document : batch) {
                for (Object text : document.values()) {
                    characters += ((String) text).length();
                }
            }
            bodies.add(body(batch));
        }
        createAll();
        for (int i = 0; i < bodies.size() && i < WARM + rounds; i++) {
            encoded.add(body(encoded(bodies.get(i))));
        }
        Map<Way, double[]> wall = new EnumMap<>(Way.class);
        Map<Way, double[]> cpu = new EnumMap<>(Way.class);
        for (Way way : Way.values()) {
            wall.put(way, new double[rounds]);
            cpu.put(way, new double[rounds]);
        }
        Way[] ways = Way.values();
        for (int round = -WARM; round < rounds; round++) {
            if (Math.floorMod(round, LIFE) == 0) {
                createAll();
            }
            int at = Math.floorMod(round, encoded.size());
            for (int i = 0; i < ways.length; i++) {
                Way way = ways[Math.floorMod(i + round, ways.length)];
                String body = (way == Way.LATENTS ? encoded : bodies).get(at);
                double cpuBefore = cpuMillis();
                long start = System.nanoTime();
                bulk(way.index(), body);
                double millis = (System.nanoTime() - start) / 1e6;
                if (round >= 0) {
                    wall.get(way)[round] = millis;
                    cpu.get(way)[round] = cpuMillis() - cpuBefore;
                }
            }
        }
        out.printf(
                "%n%,d %s, %,d characters each, fields mapped as %s; %d bulk requests of %,d a row%n%n",
                documents.size(),
                what,
                characters / ((long) bodies.size() * BATCH),
                mapping == TEXT ? "`text` only" : "dynamic mapping does (`text` and `keyword`)",
                rounds,
                BATCH);
        out.println("| documents | wall, ms | ratio | server CPU, ms | ratio |");
        out.println("|---|---|---|---|---|");
        for (Way way : ways) {
            double plainWall = median(wall.get(Way.PLAIN));
            double plainCpu = mean(cpu.get(Way.PLAIN));
            out.printf(
                    "| %s | %.1f | %.2f | %.1f | %.2f |%n",
                    way.title,
                    median(wall.get(way)),
                    median(wall.get(way)) / plainWall,
                    mean(cpu.get(way)),
                    mean(cpu.get(way)) / plainCpu);
        }
    }

    /** The documents of a bulk as the processor leaves them. */
    private List<Map<String, Object>> encoded(String body) {
        rest.delete("/ingest-once");
        create("ingest-once", true, Way.ENCODED.index());
        bulk("ingest-once", body);
        rest.post("/ingest-once/_refresh").ok();
        List<Map<String, Object>> documents = new ArrayList<>();
        for (Object hit :
                rest.post("/ingest-once/_search", Map.of("size", BATCH)).ok().listAt("hits.hits")) {
            Map<String, Object> document = new LinkedHashMap<>();
            ((Map<?, ?>) ((Map<?, ?>) hit).get("_source")).forEach((key, value) -> document.put((String) key, value));
            documents.add(document);
        }
        rest.delete("/ingest-once").ok();
        return documents;
    }

    /** The CPU milliseconds that the server's process has used; {@code _nodes/stats} keeps its answer for a second. */
    private double cpuMillis() {
        return process.info().totalCpuDuration().orElseThrow().toNanos() / 1e6;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    /** The mean: the server's clock has steps of 10 ms, which a median would keep. */
    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElseThrow();
    }
}
