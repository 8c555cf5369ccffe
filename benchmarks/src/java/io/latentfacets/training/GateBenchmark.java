/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import io.latentfacets.benchmark.JsonLines;
import io.latentfacets.cluster.Clusters;
import io.latentfacets.cluster.fit.Clusterer;
import io.latentfacets.cluster.label.LabelOptions;
import io.latentfacets.encode.EngineEncoder;
import io.latentfacets.encode.LatentEncoder;
import io.latentfacets.engine.InferenceEngine;
import io.latentfacets.model.Decision;
import io.latentfacets.model.Generation;
import io.latentfacets.model.GenerationInfo;
import io.latentfacets.model.definition.ModelDefinition;
import io.latentfacets.text.BowFactory;
import io.latentfacets.text.CorpusBuilder;
import io.latentfacets.text.FieldText;
import io.latentfacets.training.progress.Undisturbed;
import io.latentfacets.training.progress.WorkerTask;
import io.latentfacets.vae.Decoder;
import io.latentfacets.vae.Input;
import io.latentfacets.vae.Latents;
import io.latentfacets.vae.VaeWeights;
import io.latentfacets.vae.training.EpochReport;
import io.latentfacets.vae.training.TrainingListener;
import io.latentfacets.vae.training.VaeTrainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.util.IOUtils;
import org.opensearch.core.tasks.TaskId;

/**
 * Measures by how much the figures of {@link QualityGate} differ between trainings that are equally good, and what
 * worse ones have. Prints one line for each pair of an old and a new generation.
 */
public final class GateBenchmark {

    private final InferenceEngine engine;
    private final List<String> texts;
    private final Analyzer analyzer = new EnglishAnalyzer();

    private GateBenchmark(InferenceEngine engine, List<String> texts) {
        this.engine = engine;
        this.texts = texts;
    }

    /** Arguments: the engine's cache, a file of JSON lines (gzip) with {@code body}, the number of documents, seeds. */
    public static void main(String[] args) throws Exception {
        InferenceEngine engine = new InferenceEngine(Path.of(args[0]), 1);
        engine.start();
        engine.requireAvailable();
        int documents = Integer.parseInt(args[2]);
        int seeds = Integer.parseInt(args[3]);
        GateBenchmark benchmark = new GateBenchmark(engine, read(Path.of(args[1])));
        int half = documents / 2;
        List<Generation> same = new ArrayList<>();
        for (int seed = 1; seed <= seeds; seed++) {
            for (Generation old : new ArrayList<>(same)) {
                benchmark.compare("another seed", definition("auto", "auto", 100 + seed), 0, documents, old);
            }
            same.add(benchmark.compare("first", definition("auto", "auto", seed), 0, documents, null));
        }
        for (int seed = 1; seed <= seeds; seed++) {
            Generation old = same.get(seed - 1);
            benchmark.compare(
                    "half of the documents are new", definition("auto", "auto", 200 + seed), half, documents, old);
        }
        benchmark.compare("one epoch", definition("1", "auto", 301), 0, documents, same.get(0));
        benchmark.compare("100 clusters", definition("auto", "100", 302), 0, documents, same.get(0));
        benchmark.compare("3 clusters", definition("auto", "3", 303), 0, documents, same.get(0));
    }

    private static List<String> read(Path file) throws IOException {
        List<String> texts = new ArrayList<>();
        for (Map<String, Object> document : JsonLines.read(file)) {
            texts.add(document.getOrDefault("subject", "") + "\n" + document.get("body"));
        }
        // the file may be sorted by subject
        SplittableRandom random = new SplittableRandom(42);
        for (int i = texts.size() - 1; i > 0; i--) {
            texts.set(i, texts.set(random.nextInt(i + 1), texts.get(i)));
        }
        return texts;
    }

    private static ModelDefinition definition(String epochs, String clusters, int seed) {
        Map<String, Object> vae = new LinkedHashMap<>(Map.of("seed", seed));
        if (!epochs.equals("auto")) {
            vae.put("epochs", Integer.valueOf(epochs));
        }
        return ModelDefinition.fromMap(
                "m",
                Map.of(
                        "source",
                        Map.of("index", "docs", "fields", List.of("body")),
                        "vae",
                        vae,
                        "clusters",
                        Map.of("count", clusters.equals("auto") ? clusters : Integer.valueOf(clusters))));
    }

    /** Trains on documents {@code from} to {@code from + count} and compares with an older generation. */
    private Generation compare(String what, ModelDefinition definition, int from, int count, Generation old)
            throws IOException {
        Path directory = Files.createTempDirectory("gate-benchmark");
        WorkerTask task = new WorkerTask(
                1, "transport", "train", TaskId.EMPTY_TASK_ID, Map.of(), "m", 2, "node", new Undisturbed());
        try (TrainingCorpus corpus = corpus(definition, from, count, old, directory)) {
            double[] heldOut = {Double.NaN};
            VaeWeights weights = new VaeTrainer(
                            definition.vae(), engine.djlDevice(), 1, new Clusterer(definition.clusters()))
                    .train(corpus, corpus.vocabulary(), listener(heldOut));
            try (LatentEncoder encoder = EngineEncoder.of(engine, weights)) {
                Clusters before = old == null ? null : old.clusters();
                ClusterPhase.Result found = new ClusterPhase(
                                corpus,
                                before,
                                0,
                                Beginning.Continuity.NONE,
                                TrainedTopics.mapping(engine, definition, old == null ? null : old.projection()),
                                task)
                        .run(
                                encoder,
                                new Decoder(weights),
                                definition.clusters(),
                                new LabelOptions(List.of(), LabelOptions.MAX_TERMS));
                Map<String, Double> metrics = QualityGate.measure(corpus, found, heldOut[0]);
                if (old != null) {
                    QualityGate.comparePerplexity(corpus, found, weights, old, definition.text(), metrics);
                }
                Decision decision = QualityGate.decide(
                        "m", 2, TrainMode.FULL, what, old == null ? 0 : 1, QualityGate.growth(found), false, metrics);
                print(what, metrics, decision, found);
                return new Generation(
                        new GenerationInfo("m", 1, 0, count, 1, "cpu", metrics),
                        definition.text(),
                        definition.source().fields(),
                        corpus.vocabulary(),
                        weights,
                        found.clusters());
            }
        } finally {
            IOUtils.rm(directory);
        }
    }

    private static void print(String what, Map<String, Double> metrics, Decision decision, ClusterPhase.Result found) {
        StringBuilder line = new StringBuilder(what + ": " + decision.verdict().key() + ", "
                + found.clusters().infos().size() + " clusters");
        metrics.forEach((name, value) -> line.append(String.format(Locale.ROOT, ", %s %.3f", name, value)));
        Map<String, Integer> events = new TreeMap<>();
        found.lineage().forEach(each -> events.merge(each.event().key(), 1, Integer::sum));
        System.out.println(line + ", " + events);
    }

    private static TrainingListener listener(double[] heldOut) {
        return new TrainingListener() {
            @Override
            public void epoch(EpochReport report) {}

            @Override
            public void kept(double heldOutLoss) {
                heldOut[0] = heldOutLoss;
            }

            @Override
            public void checkCancelled() {}
        };
    }

    private TrainingCorpus corpus(ModelDefinition definition, int from, int count, Generation old, Path directory)
            throws IOException {
        List<String> ids = new ArrayList<>(count);
        long[] hashes = new long[count];
        int[] rows = new int[count];
        Arrays.setAll(rows, row -> row);
        List<Input> inputs = new ArrayList<>();
        BowFactory bows = old == null ? null : new BowFactory(analyzer, old.vocabulary(), old.text());
        try (CorpusBuilder builder = new CorpusBuilder(analyzer, definition.text(), directory)) {
            for (int i = 0; i < count; i++) {
                List<FieldText> text = List.of(new FieldText(1, texts.get(from + i)));
                builder.add(text);
                ids.add("document-" + (from + i));
                hashes[i] = new SplittableRandom(from + i).nextLong();
                if (bows != null) {
                    inputs.add(Input.of(bows.bow(text)));
                }
            }
            return TrainingCorpus.of(builder.build(), rows, null, ids, hashes, encoded(inputs, old));
        }
    }

    private List<byte[]> encoded(List<Input> inputs, Generation old) {
        if (old == null) {
            return null;
        }
        List<byte[]> latents = new ArrayList<>();
        try (LatentEncoder encoder = EngineEncoder.of(engine, old.weights())) {
            for (int from = 0; from < inputs.size(); from += 256) {
                List<Input> batch = inputs.subList(from, Math.min(from + 256, inputs.size()));
                float[][] means = encoder.encode(batch);
                for (int i = 0; i < batch.size(); i++) {
                    latents.add(batch.get(i).isEmpty() ? null : Latents.quantize(means[i]));
                }
            }
        }
        return latents;
    }
}
