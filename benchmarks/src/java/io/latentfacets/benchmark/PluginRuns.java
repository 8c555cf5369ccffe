/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import io.latentfacets.it.Rest;
import io.latentfacets.text.FieldText;
import io.latentfacets.text.SourceField;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Indexes a corpus and makes the plugin learn it, all over HTTP, as a user would: create the index, bulk, put the
 * model, train, attach an index, write the documents through its pipeline, search with the aggregation. Each run uses a
 * model of its own and deletes it afterwards. Not thread-safe.
 */
final class PluginRuns implements AutoCloseable {
    private static final String MODELS = "/_plugins/_latent/models/";
    /** Names that documents are unlikely to have as fields. */
    private static final String LABEL = "quality_label";

    private static final String LATENT = "quality_latent";
    private static final int BULK_DOCUMENTS = 1000;
    private static final int BULK_CHARS = 4_000_000;
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration REPORT = Duration.ofSeconds(20);

    private final Rest rest;
    private final LabeledCorpus corpus;
    private final QualityOptions options;
    private final Progress progress;
    private final String source;

    PluginRuns(Rest rest, LabeledCorpus corpus, QualityOptions options, Progress progress) {
        this.rest = rest.timeout(Duration.ofMinutes(30));
        this.corpus = corpus;
        this.options = options;
        this.progress = progress;
        this.source = "quality-" + corpus.name();
    }

    /** Indexes all documents with their text fields, and with their label if they have one. */
    void index() {
        createIndex(source);
        Map<String, Object> batch = new LinkedHashMap<>();
        int chars = 0;
        for (int doc = 0; doc < corpus.size(); doc++) {
            LabeledCorpus.Document document = corpus.documents().get(doc);
            batch.put(Integer.toString(doc), source(document));
            chars += document.texts(corpus.fields()).stream()
                    .mapToInt(text -> text.text().length())
                    .sum();
            if (batch.size() == BULK_DOCUMENTS || chars > BULK_CHARS || doc == corpus.size() - 1) {
                rest.bulk("/" + source + "/_bulk", batch);
                batch.clear();
                chars = 0;
            }
        }
        rest.post("/" + source + "/_refresh").ok();
    }

    private Map<String, Object> source(LabeledCorpus.Document document) {
        Map<String, Object> json = new HashMap<>();
        for (SourceField field : corpus.fields()) {
            List<String> values =
                    document.texts(List.of(field)).stream().map(FieldText::text).toList();
            if (!values.isEmpty()) {
                put(json, field.name(), values.size() == 1 ? values.get(0) : values);
            }
        }
        if (document.label() >= 0) {
            json.put(LABEL, corpus.labels().get(document.label()));
        }
        return json;
    }

    /** Puts a value at a path; the dots of the path separate nested objects. */
    @SuppressWarnings("unchecked") // objects made here
    private static void put(Map<String, Object> json, String path, Object value) {
        int dot = path.indexOf('.');
        if (dot < 0) {
            json.put(path, value);
        } else {
            put(
                    (Map<String, Object>) json.computeIfAbsent(path.substring(0, dot), key -> new HashMap<>()),
                    path.substring(dot + 1),
                    value);
        }
    }

    /** The reason why the plugin rejects a model with this objective; {@code null} if it accepts it. */
    String refusal(String objective) {
        String model = source + "-probe";
        Rest.Response response = rest.put(MODELS + model, definition(objective, 42, 2));
        if (response.status() == 400) {
            return String.valueOf(response.at("error.reason"));
        }
        response.ok();
        rest.delete(MODELS + model).ok();
        return null;
    }

    /**
     * Trains with a seed, and clusters again with {@code auto} if requested.
     *
     * @param objective the objective of the model
     * @param seed the seed of training and clustering
     * @param count the number of clusters
     * @param auto whether to let the model decide the number as well
     * @return the result for {@code count} clusters and, if requested, the result for {@code auto}
     */
    List<Learned> run(String objective, long seed, int count, boolean auto) {
        String model = source + "-" + objective + "-" + seed;
        String encoded = model + "-encoded";
        try {
            rest.put(MODELS + model, definition(objective, seed, count)).ok();
            Trained trained = train(model, Map.of("mode", "full"));
            createIndex(encoded);
            rest.post(MODELS + model + "/_attach?wait_for_completion=true", Map.of("index", encoded))
                    .ok();
            Rest.Response copied = rest.post(
                            "/_reindex?refresh=true",
                            Map.of("source", Map.of("index", source), "dest", Map.of("index", encoded)))
                    .ok();
            if (!copied.listAt("failures").isEmpty()) {
                throw new IllegalStateException("documents could not be written: " + copied.at("failures.0"));
            }
            List<Learned> results = new ArrayList<>();
            results.add(read(encoded, trained));
            if (auto) {
                rest.put(MODELS + model, definition(objective, seed, "auto")).ok();
                results.add(read(encoded, train(model, Map.of("mode", "clusters", "force", true))));
            }
            return results;
        } finally {
            remove("/" + encoded, "/_ingest/pipeline/" + model, MODELS + model + "?force=true");
        }
    }

    /**
     * Deletes whatever exists under the paths. It ignores a node that is gone: nothing is left there, and the run
     * reports that failure elsewhere.
     */
    private void remove(String... paths) {
        for (String path : paths) {
            try {
                rest.delete(path);
            } catch (UncheckedIOException e) {
                progress.step(String.format(Locale.ROOT, "  %s", e.getMessage()));
            }
        }
    }

    private void createIndex(String index) {
        rest.delete("/" + index);
        Map<String, Object> properties = new HashMap<>();
        properties.put(LABEL, Map.of("type", "keyword"));
        corpus.fields().forEach(field -> properties.put(field.name(), Map.of("type", "text")));
        rest.put(
                        "/" + index,
                        Map.of(
                                "settings", Map.of("number_of_shards", 1, "number_of_replicas", 0),
                                "mappings", Map.of("properties", properties)))
                .ok();
    }

    /** The plugin's defaults, except for the settings of the command line, the objective, the seed and the count. */
    Map<String, Object> definition(String objective, long seed, Object count) {
        Map<String, Object> definition = new HashMap<>();
        put(definition, "source.index", List.of(source));
        put(
                definition,
                "source.fields",
                corpus.fields().stream().map(SourceField::toString).toList());
        if (options.preset() != null) {
            definition.put("preset", options.preset());
        }
        definition.put("target_field", LATENT);
        put(definition, "vae.objective", objective);
        put(definition, "vae.seed", seed);
        put(definition, "clusters.count", count);
        options.settings().forEach((path, value) -> put(definition, path, value));
        return definition;
    }

    /**
     * The result of a training.
     *
     * @param silhouette the silhouette that the generation reports
     * @param seconds the time from the request to the end, reading included
     */
    private record Trained(double silhouette, double seconds) {}

    private Trained train(String model, Map<String, Object> body) {
        long generation = rest.post(MODELS + model + "/_train", body).ok().longAt("generation");
        long reported = System.nanoTime();
        while (true) {
            Rest.Response status = rest.get(MODELS + model + "/_training").ok();
            String phase = String.valueOf(status.at("phase"));
            if (status.longAt("generation") >= generation || phase.equals("failed") || phase.equals("cancelled")) {
                if (phase.equals("done")) {
                    Object silhouette = generation(model, generation).get("silhouette");
                    return new Trained(
                            silhouette instanceof Number number ? number.doubleValue() : Double.NaN,
                            status.longAt("elapsed_ms") / 1000.0);
                }
                if (phase.equals("failed") || phase.equals("cancelled")) {
                    throw new IllegalStateException("training " + phase + ": " + status.at("error"));
                }
            }
            if (System.nanoTime() - reported > REPORT.toNanos()) {
                reported = System.nanoTime();
                progress.step(String.format(
                        Locale.ROOT,
                        "  %s: %s, epoch %s of %s",
                        model,
                        phase,
                        status.at("epoch"),
                        status.at("epochs")));
            }
            try {
                Thread.sleep(POLL.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        }
    }

    /** The metrics of a generation. */
    private Map<?, ?> generation(String model, long number) {
        for (Object each : rest.get(MODELS + model).ok().listAt("generations")) {
            Map<?, ?> generation = (Map<?, ?>) each;
            if (((Number) generation.get("generation")).longValue() == number
                    && generation.get("metrics") instanceof Map<?, ?> metrics) {
                return metrics;
            }
        }
        return Map.of();
    }

    private Learned read(String index, Trained trained) {
        Map<String, Object> byLabel =
                Map.of("terms", Map.of("field", LABEL, "size", corpus.labels().size()));
        Rest.Response response = rest.post(
                        "/" + index + "/_search",
                        Map.of(
                                "size",
                                0,
                                "aggs",
                                Map.of(
                                        "labels",
                                        byLabel,
                                        "topics",
                                        Map.of(
                                                "latent_clusters",
                                                Map.of("field", LATENT, "size", 1000, "terms", TopWords.COUNT),
                                                "aggs",
                                                Map.of("labels", byLabel)))))
                .ok();
        Map<String, Long> leftOut = counts(response.mapAt("aggregations.labels"));
        List<Learned.Found> clusters = new ArrayList<>();
        for (Object each : response.listAt("aggregations.topics.buckets")) {
            Map<?, ?> bucket = (Map<?, ?>) each;
            Map<String, Long> labels = counts((Map<?, ?>) bucket.get("labels"));
            labels.forEach((label, count) -> leftOut.merge(label, -count, Long::sum));
            List<String> terms = new ArrayList<>();
            for (Object term : (List<?>) bucket.get("terms")) {
                terms.add(String.valueOf(((Map<?, ?>) term).get("term")));
            }
            clusters.add(new Learned.Found(
                    String.valueOf(bucket.get("key")),
                    String.valueOf(bucket.get("label")),
                    terms,
                    ((Number) bucket.get("doc_count")).longValue(),
                    labels));
        }
        return new Learned(clusters, leftOut, trained.silhouette(), trained.seconds());
    }

    private static Map<String, Long> counts(Map<?, ?> terms) {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (Object each : (List<?>) terms.get("buckets")) {
            Map<?, ?> bucket = (Map<?, ?>) each;
            counts.put(String.valueOf(bucket.get("key")), ((Number) bucket.get("doc_count")).longValue());
        }
        return counts;
    }

    /** Deletes the corpus from the node. */
    @Override
    public void close() {
        remove("/" + source);
    }
}
