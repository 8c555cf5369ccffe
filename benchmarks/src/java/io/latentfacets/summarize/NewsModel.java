/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.summarize;

import io.latentfacets.benchmark.JsonLines;
import io.latentfacets.encode.EncoderService;
import io.latentfacets.encode.EngineEncoder;
import io.latentfacets.encode.SentenceRanker;
import io.latentfacets.engine.InferenceEngine;
import io.latentfacets.model.Generation;
import io.latentfacets.model.GenerationInfo;
import io.latentfacets.model.InMemoryGenerations;
import io.latentfacets.text.FieldText;
import io.latentfacets.text.SourceField;
import io.latentfacets.text.TextOptions;
import io.latentfacets.training.TrainedTopics;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.opensearch.core.common.breaker.NoopCircuitBreaker;

/**
 * What the plugin makes of a file of posts with subject and body, without a server. Thread-safe.
 *
 * @param encoders encode with the generation
 */
public record NewsModel(Generation generation, EncoderService encoders) {

    private static final int CLUSTERS = 20;

    /** The posts of a file of JSON lines (or .gz), with the subject above the body. */
    public static List<SentenceRanker.Document> documents(Path file) throws IOException {
        List<SentenceRanker.Document> documents = new ArrayList<>();
        for (Map<String, Object> line : JsonLines.read(file)) {
            documents.add(new SentenceRanker.Document(
                    "news",
                    Integer.toString(documents.size()),
                    Map.of("body", line.getOrDefault("subject", "") + "\n\n" + line.get("body"))));
        }
        return documents;
    }

    /** Reads documents; never cancelled. */
    public Summarizer summarizer() {
        return new Summarizer(encoders, generation, () -> {});
    }

    /**
     * Trains with the defaults and twenty clusters.
     *
     * @param directory keeps trained generations; null for none
     */
    public static NewsModel of(
            InferenceEngine engine, List<SentenceRanker.Document> documents, int seed, Path directory)
            throws IOException {
        Path file = directory == null ? null : directory.resolve("generation-" + seed);
        Generation generation;
        if (file != null && Files.exists(file)) {
            try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
                generation = Generation.readFrom(in);
            }
        } else {
            generation = trained(engine, documents, seed);
            if (file != null) {
                try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
                    generation.writeTo(out);
                }
            }
        }
        InMemoryGenerations generations = new InMemoryGenerations();
        generations.put(generation).activate("news", seed);
        return new NewsModel(
                generation,
                new EncoderService(
                        EngineEncoder.on(engine),
                        name -> new EnglishAnalyzer(),
                        generations,
                        new NoopCircuitBreaker("latent")));
    }

    private static Generation trained(InferenceEngine engine, List<SentenceRanker.Document> documents, int seed)
            throws IOException {
        TrainedTopics trained = TrainedTopics.train(
                engine,
                documents.stream()
                        .map(document -> List.of(
                                new FieldText(1, (String) document.source().get("body"))))
                        .toList(),
                Map.of("vae", Map.of("seed", seed), "clusters", Map.of("count", CLUSTERS)),
                seed);
        return new Generation(
                new GenerationInfo("news", seed, seed, documents.size(), 1, "cpu", Map.of()),
                TextOptions.DEFAULTS,
                List.of(new SourceField("body", 1)),
                trained.vocabulary(),
                trained.weights(),
                trained.clusters());
    }
}
