/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import io.latentfacets.field.StoredLatent;
import io.latentfacets.it.Rest;
import io.latentfacets.vae.Latents;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.opensearch.common.xcontent.json.JsonXContent;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * An index that grows: the documents of a trained source again and again, each time with its latent moved a little and
 * another piece of its text. A document depends only on its number, so every index with as many documents has the same.
 *
 * <p>Fields: {@code latent}; {@code topic}, the key of the source's cluster; {@code flag}, {@code in} for 20 of 21;
 * {@code part}, one of ten; {@code few}, one of a thousand; {@code number}, uniform below {@link #NUMBERS};
 * {@code serial}, the document's number; {@code date}; and {@code text}, which is only kept. Thread-safe.
 */
final class LargeIndex {
    /** The numbers of documents are uniform below this one. */
    static final long NUMBERS = 1_000_000_000;

    /** The standard deviation of each component's move, of a vector of length 1: 64 of them turn it by about 13°. */
    private static final double MOVE = .03;

    private static final int BULK = 2000;
    private static final int PIECE = 340;
    private static final int LEFT_OUT = 21;
    private static final int SENDERS = 2;
    private static final long FIRST_DAY = 1_600_000_000_000L;
    private static final long DAY = 86_400_000L;
    private static final int DAYS = 1000;

    private final Rest rest;
    private final String name;
    private final List<Origin> origins;

    /**
     * A document of the source.
     *
     * @param latent its latent, as stored
     * @param unit the same as a vector of length 1
     * @param topic the key of its cluster
     * @param pieces its text in pieces, as JSON strings
     */
    record Origin(StoredLatent latent, float[] unit, String topic, List<String> pieces) {}

    LargeIndex(Rest rest, String name, List<Origin> origins) {
        this.rest = rest;
        this.name = name;
        this.origins = origins;
    }

    /** Indexes texts, and trains a model on them. */
    static void learn(Rest rest, LabeledCorpus corpus, String source, String model, int clusters) {
        rest.put("/" + source, Map.of("settings", Map.of("number_of_shards", 1, "number_of_replicas", 0)))
                .ok();
        Map<String, Object> batch = new LinkedHashMap<>();
        for (int doc = 0; doc < corpus.size(); doc++) {
            batch.put(Integer.toString(doc), FacetSpeedBenchmark.text(corpus, doc));
            if (batch.size() == 1000 || doc == corpus.size() - 1) {
                rest.bulk("/" + source + "/_bulk", batch);
                batch.clear();
            }
        }
        rest.post("/" + source + "/_refresh").ok();
        FacetSpeedBenchmark.train(rest, model, source, clusters);
    }

    /** Reads the documents of a trained source, cluster by cluster. */
    static List<Origin> origins(Rest rest, String source, int clusters) {
        List<Origin> origins = new ArrayList<>();
        Map<String, Object> facets =
                Map.of("size", 0, "aggs", Map.of("t", Map.of("latent_clusters", Map.of("size", clusters))));
        for (Object each : rest.post("/" + source + "/_search", facets).ok().listAt("aggregations.t.buckets")) {
            String key = (String) ((Map<?, ?>) each).get("key");
            Map<String, Object> search = new LinkedHashMap<>();
            search.put("size", 10_000);
            // the order of equal scores differs after a merge, and the documents depend on the order
            search.put("sort", List.of(Map.of("_id", "asc")));
            search.put("query", Map.of("latent_cluster", Map.of("field", "latent", "clusters", List.of(key))));
            for (Object hit : rest.post("/" + source + "/_search", search).ok().listAt("hits.hits")) {
                Map<?, ?> document = (Map<?, ?>) ((Map<?, ?>) hit).get("_source");
                StoredLatent latent = StoredLatent.of(document.get("latent"));
                List<String> pieces = pieces((String) document.get("text"));
                if (latent != null && !pieces.isEmpty()) {
                    origins.add(new Origin(latent, Latents.dequantize(latent.latent()), key, pieces));
                }
            }
        }
        return origins;
    }

    private static List<String> pieces(String text) {
        List<String> pieces = new ArrayList<>();
        int from = 0;
        while (from < text.length()) {
            int to = Math.min(text.length(), from + PIECE);
            int space = to == text.length() ? to : text.lastIndexOf(' ', to);
            to = space <= from ? to : space;
            String piece = text.substring(from, to).strip();
            if (!piece.isEmpty()) {
                pieces.add(json(piece));
            }
            from = to;
        }
        return pieces;
    }

    private static String json(String text) {
        try (XContentBuilder builder = JsonXContent.contentBuilder()) {
            return builder.value(text).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Creates the index, empty.
     *
     * @param model the model of its latents
     * @param graph whether its latents go into a graph too
     */
    void create(int shards, String model, boolean graph) {
        Map<String, Object> keyword = Map.of("type", "keyword");
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("latent", Map.of("type", "latent_vector", "model", model, "neighbors", graph));
        for (String field : List.of("topic", "flag", "part", "few")) {
            properties.put(field, keyword);
        }
        properties.put("number", Map.of("type", "integer"));
        properties.put("serial", Map.of("type", "integer"));
        properties.put("date", Map.of("type", "date"));
        properties.put("text", Map.of("type", "text", "index", false));
        rest.put(
                        "/" + name,
                        Map.of(
                                "settings",
                                Map.of(
                                        "number_of_shards",
                                        shards,
                                        "number_of_replicas",
                                        0,
                                        "refresh_interval",
                                        "-1",
                                        "translog.durability",
                                        "async",
                                        // else core answers equal searches with filters that it has kept
                                        "queries.cache.enabled",
                                        false),
                                "mappings",
                                Map.of("properties", properties)))
                .ok();
        // only indices that are bound to the model may ask for other words
        rest.post("/_plugins/_latent/models/" + model + "/_attach?wait_for_completion=true", Map.of("index", name))
                .ok();
    }

    /** Indexes the documents from one number to below another, and returns the seconds that it took. */
    double grow(int from, int to) {
        long start = System.nanoTime();
        AtomicInteger next = new AtomicInteger(from);
        ExecutorService senders = Executors.newFixedThreadPool(SENDERS);
        try {
            CompletableFuture<?>[] sending = new CompletableFuture<?>[SENDERS];
            for (int i = 0; i < SENDERS; i++) {
                sending[i] = CompletableFuture.runAsync(() -> send(next, to), senders);
            }
            CompletableFuture.allOf(sending).join();
        } finally {
            senders.shutdownNow();
        }
        rest.post("/" + name + "/_refresh").ok();
        return (System.nanoTime() - start) / 1e9;
    }

    private void send(AtomicInteger next, int to) {
        for (int first = next.getAndAdd(BULK); first < to; first = next.getAndAdd(BULK)) {
            int last = Math.min(to, first + BULK);
            write(first, last, 1, 0);
        }
    }

    /**
     * Writes every n-th document of a range again, each with its latent moved in another way.
     *
     * @param from the first number
     * @param to the number after the last one
     * @param every n
     * @param round what moves latents in another way than other rounds
     */
    void write(int from, int to, int every, int round) {
        StringBuilder lines = new StringBuilder();
        int waiting = 0;
        for (int number = from; number < to; number += every) {
            document(number, round, lines);
            if (++waiting == BULK) {
                send(lines);
                waiting = 0;
            }
        }
        if (waiting > 0) {
            send(lines);
        }
    }

    private void send(StringBuilder lines) {
        Rest.Response response = rest.exchange(
                        "POST",
                        "/" + name + "/_bulk?pipeline=_none&filter_path=errors,items.*.error",
                        lines.toString(),
                        "application/x-ndjson")
                .ok();
        if (Boolean.TRUE.equals(response.at("errors"))) {
            throw new AssertionError("bulk items failed: " + response.text());
        }
        lines.setLength(0);
    }

    /** Ids of equal length in ascending order: a segment rules out by its bounds that it has a new one already. */
    static String id(int number) {
        return "d%09d".formatted(number);
    }

    private void document(int number, int round, StringBuilder lines) {
        SplittableRandom random = new SplittableRandom(number + ((long) round << 40));
        Origin origin = origins.get((int) (number * 7919L % origins.size()));
        List<String> pieces = origin.pieces();
        StoredLatent moved = new StoredLatent(
                origin.latent().generation(), origin.latent().encoder(), moved(origin.unit(), random), null);
        lines.append("{\"index\":{\"_id\":\"").append(id(number)).append("\"}}\n");
        lines.append("{\"latent\":{\"generation\":")
                .append(moved.generation())
                .append(",\"encoder\":\"")
                .append(moved.encoder())
                .append("\",\"vector\":\"")
                .append(moved.toMap().get("vector"))
                .append("\"},\"topic\":\"")
                .append(origin.topic())
                .append("\",\"flag\":\"")
                .append(number % LEFT_OUT == 0 ? "out" : "in")
                .append("\",\"part\":\"p")
                .append(number % 10)
                .append("\",\"few\":\"f")
                .append(number % 1000)
                .append("\",\"number\":")
                .append(random.nextLong(NUMBERS))
                .append(",\"serial\":")
                .append(number)
                .append(",\"date\":")
                .append(FIRST_DAY + random.nextInt(DAYS) * DAY)
                .append(",\"text\":")
                .append(pieces.get(number / origins.size() % pieces.size()))
                .append("}\n");
    }

    /** The latent of a document of the index, as stored. */
    byte[] latent(int number) {
        Origin origin = origins.get((int) (number * 7919L % origins.size()));
        return moved(origin.unit(), new SplittableRandom(number));
    }

    private static byte[] moved(float[] unit, SplittableRandom random) {
        float[] near = new float[unit.length];
        for (int i = 0; i < near.length; i++) {
            near[i] = unit[i] + (float) (MOVE * random.nextGaussian());
        }
        return Latents.quantize(near);
    }
}
