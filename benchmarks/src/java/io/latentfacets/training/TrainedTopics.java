/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import io.latentfacets.cluster.Clusters;
import io.latentfacets.cluster.fit.Clusterer;
import io.latentfacets.cluster.label.LabelOptions;
import io.latentfacets.drift.DriftReference;
import io.latentfacets.encode.EngineEncoder;
import io.latentfacets.encode.LatentEncoder;
import io.latentfacets.engine.InferenceEngine;
import io.latentfacets.model.definition.ModelDefinition;
import io.latentfacets.text.BowFactory;
import io.latentfacets.text.CorpusBuilder;
import io.latentfacets.text.FieldText;
import io.latentfacets.text.TextOptions;
import io.latentfacets.text.Vocabulary;
import io.latentfacets.training.progress.Undisturbed;
import io.latentfacets.training.progress.WorkerTask;
import io.latentfacets.vae.Decoder;
import io.latentfacets.vae.VaeWeights;
import io.latentfacets.vae.projection.Projection;
import io.latentfacets.vae.projection.ProjectionTrainer;
import io.latentfacets.vae.training.EpochReport;
import io.latentfacets.vae.training.TrainingListener;
import io.latentfacets.vae.training.VaeTrainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.util.IOUtils;
import org.opensearch.core.tasks.TaskId;

/** What the plugin's own training makes of documents, without a server. Immutable. */
public record TrainedTopics(
        Analyzer analyzer, Vocabulary vocabulary, VaeWeights weights, Clusters clusters, DriftReference reference) {

    /**
     * Trains with the definition's defaults.
     *
     * @param documents the fields of each document
     * @param options what differs from the defaults, as in the body of a model
     * @param seed of the documents' hashes, which choose the held-out ones
     */
    public static TrainedTopics train(
            InferenceEngine engine, List<List<FieldText>> documents, Map<String, Object> options, int seed)
            throws IOException {
        Map<String, Object> body = new HashMap<>(options);
        body.put("source", Map.of("index", "docs", "fields", List.of("body")));
        ModelDefinition definition = ModelDefinition.fromMap("m", body);
        Analyzer analyzer = new EnglishAnalyzer();
        Path directory = Files.createTempDirectory("trained-topics");
        WorkerTask task = new WorkerTask(
                1, "transport", "train", TaskId.EMPTY_TASK_ID, Map.of(), "m", 1, "node", new Undisturbed());
        try (CleanEnd end = new CleanEnd();
                CorpusBuilder builder = new CorpusBuilder(analyzer, definition.text(), directory)) {
            List<String> ids = new ArrayList<>();
            long[] hashes = new long[documents.size()];
            int[] rows = new int[documents.size()];
            Arrays.setAll(rows, row -> row);
            Random random = new Random(seed);
            for (int i = 0; i < documents.size(); i++) {
                builder.add(documents.get(i));
                ids.add("document-" + i);
                hashes[i] = random.nextLong();
            }
            try (TrainingCorpus corpus = TrainingCorpus.of(builder.build(), rows, null, ids, hashes, null)) {
                VaeWeights weights = new VaeTrainer(
                                definition.vae(), engine.djlDevice(), 2, new Clusterer(definition.clusters()))
                        .train(corpus, corpus.vocabulary(), new Quiet(end));
                try (LatentEncoder encoder = EngineEncoder.of(engine, weights)) {
                    ClusterPhase.Result found = new ClusterPhase(
                                    corpus,
                                    null,
                                    0,
                                    Beginning.Continuity.NONE,
                                    mapping(engine, definition, null, end::check),
                                    task)
                            .run(
                                    encoder,
                                    new Decoder(weights),
                                    definition.clusters(),
                                    new LabelOptions(List.of(), LabelOptions.MAX_TERMS));
                    return new TrainedTopics(
                            analyzer, corpus.vocabulary(), weights, found.clusters(), found.drift(corpus, null));
                }
            }
        } finally {
            IOUtils.rm(directory);
        }
    }

    /** Reads documents as ingest does. */
    BowFactory bows() {
        return new BowFactory(analyzer, vocabulary, TextOptions.DEFAULTS);
    }

    /** What makes the map of a new encoder, which follows the former one; null for none. */
    static ClusterPhase.Mapping mapping(InferenceEngine engine, ModelDefinition definition, Projection former) {
        return mapping(engine, definition, former, () -> {});
    }

    /** @param step called before each step of the map's training, on its thread */
    static ClusterPhase.Mapping mapping(
            InferenceEngine engine, ModelDefinition definition, Projection former, Runnable step) {
        return new ClusterPhase.Mapping(
                new ProjectionTrainer(engine.djlDevice(), definition.vae().seed(), step), former, false);
    }

    /** Ignores the events of a training and never cancels it. */
    record Quiet(CleanEnd end) implements TrainingListener {
        @Override
        public void epoch(EpochReport report) {}

        @Override
        public void checkCancelled() {
            end.check();
        }
    }
}
