/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.latentfacets.cluster.ClusterOptions;
import io.latentfacets.cluster.Measures;
import io.latentfacets.cluster.fit.Clusterer;
import io.latentfacets.engine.InferenceEngine;
import io.latentfacets.text.Bow;
import io.latentfacets.text.Corpus;
import io.latentfacets.text.CorpusBuilder;
import io.latentfacets.text.FieldText;
import io.latentfacets.text.TextOptions;
import io.latentfacets.vae.Encoder;
import io.latentfacets.vae.Input;
import io.latentfacets.vae.Latents;
import io.latentfacets.vae.VaeOptions;
import io.latentfacets.vae.VaeWeights;
import io.latentfacets.vae.training.EpochReport;
import io.latentfacets.vae.training.TrainingListener;
import io.latentfacets.vae.training.VaeTrainer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.lucene.analysis.en.EnglishAnalyzer;

/**
 * Measures how well the clusters of each objective agree with labels that no training saw, and which label-free
 * measures a restart could choose by. It reads the documents that have exactly one label, that being among the most
 * frequent ones, trains on them, encodes them, stores the latents as bytes and divides them into as many clusters as
 * there are labels.
 *
 * <p>Prints a table row per training: normalised mutual information and accuracy against the labels; then the
 * label-free measures (held-out contrastive loss, silhouette, and the mean mutual information with the clusters of the
 * other seeds); and the CPU seconds of the training, on one thread.
 *
 * <p>Arguments: a file of JSON lines (or .gz), its text fields separated by commas, the field of the labels, how many
 * labels, the vocabulary size, objectives separated by commas ({@code name} or {@code name@beta}), seeds separated by
 * commas, a directory for the engine's libraries.
 */
public final class ObjectiveBenchmark {

    private record Document(List<FieldText> texts, String label) {}

    private record Run(int[] clusters, double heldOut, double silhouette, double seconds) {}

    private final Corpus corpus;
    private final int[] truth;
    private final int labels;
    private final InferenceEngine engine;

    private ObjectiveBenchmark(Corpus corpus, int[] truth, int labels, InferenceEngine engine) {
        this.corpus = corpus;
        this.truth = truth;
        this.labels = labels;
        this.engine = engine;
    }

    public static void main(String[] args) throws IOException {
        InferenceEngine engine = new InferenceEngine(Path.of(args[7]).toAbsolutePath(), 1);
        engine.start();
        engine.requireAvailable();
        List<Document> documents =
                mostFrequent(read(Path.of(args[0]), args[1].split(",", -1), args[2]), Integer.parseInt(args[3]));
        Map<String, Integer> numbers = new HashMap<>();
        int[] truth = documents.stream()
                .mapToInt(document -> numbers.computeIfAbsent(document.label(), label -> numbers.size()))
                .toArray();
        long[] seeds =
                Arrays.stream(args[6].split(",", -1)).mapToLong(Long::parseLong).toArray();
        Path directory = Files.createTempDirectory("objective-benchmark");
        PrintStream out = System.out;
        try (Corpus corpus = corpus(documents, Integer.parseInt(args[4]), directory)) {
            out.printf(
                    "%d documents, %d labels, V = %d, device %s, PyTorch %s%n",
                    corpus.size(), numbers.size(), corpus.vocabulary().size(), engine.device(), engine.version());
            out.println("| objective | seed | NMI | accuracy | held-out loss | silhouette | agreement | s |");
            out.println("|---|---|---|---|---|---|---|---|");
            ObjectiveBenchmark benchmark = new ObjectiveBenchmark(corpus, truth, numbers.size(), engine);
            for (String objective : args[5].split(",", -1)) {
                benchmark.measure(objective, seeds, out);
            }
        }
        Files.deleteIfExists(directory);
    }

    private void measure(String objective, long[] seeds, PrintStream out) {
        List<Run> runs = new ArrayList<>();
        for (long seed : seeds) {
            runs.add(run(objective, seed));
        }
        double nmiSum = 0;
        double accuracySum = 0;
        for (int i = 0; i < runs.size(); i++) {
            Run run = runs.get(i);
            double agreement = 0;
            for (int j = 0; j < runs.size(); j++) {
                agreement += i == j ? 0 : Measures.nmi(runs.get(j).clusters, run.clusters) / (runs.size() - 1);
            }
            double nmi = Measures.nmi(truth, run.clusters);
            double accuracy = Measures.accuracy(truth, run.clusters);
            nmiSum += nmi;
            accuracySum += accuracy;
            out.printf(
                    "| %s | %d | %.3f | %.3f | %.4f | %.4f | %.3f | %.0f |%n",
                    objective, seeds[i], nmi, accuracy, run.heldOut, run.silhouette, agreement, run.seconds);
        }
        out.printf(
                "| %s | mean | %.3f | %.3f | | | | |%n", objective, nmiSum / seeds.length, accuracySum / seeds.length);
    }

    private Run run(String objective, long seed) {
        String[] nameAndBeta = objective.split("@", -1);
        double beta =
                nameAndBeta.length > 1 ? Double.parseDouble(nameAndBeta[1]) : VaeOptions.defaultBeta(nameAndBeta[0]);
        double[] heldOut = {Double.NaN};
        TrainingListener listener = new TrainingListener() {
            @Override
            public void epoch(EpochReport report) {
                // only the kept epoch counts
            }

            @Override
            public void checkCancelled() {
                // never cancelled
            }

            @Override
            public void kept(double heldOutLoss) {
                heldOut[0] = heldOutLoss;
            }
        };
        long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        Clusterer clusterer = new Clusterer(new ClusterOptions(labels, 42));
        VaeWeights weights = new VaeTrainer(options(nameAndBeta[0], beta, seed), engine.djlDevice(), 1, clusterer)
                .train(corpus, corpus.vocabulary(), listener);
        double seconds = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start) / 1e9;
        float[][] latents = latents(weights);
        int[] clusters = clusterer.cluster(latents, () -> {}).assign(latents);
        return new Run(clusters, heldOut[0], Measures.silhouette(latents, clusters), seconds);
    }

    private static VaeOptions options(String objective, double beta, long seed) {
        return VaeOptions.builder().objective(objective).seed(seed).beta(beta).build();
    }

    private float[][] latents(VaeWeights weights) {
        float[][] latents = new float[corpus.size()][];
        try (Encoder encoder = new Encoder(weights, engine.djlDevice())) {
            for (int from = 0; from < latents.length; from += 256) {
                List<Bow> batch = new ArrayList<>();
                for (int i = from; i < Math.min(from + 256, latents.length); i++) {
                    batch.add(corpus.get(i));
                }
                float[][] means = encoder.encode(Input.of(batch));
                for (int i = 0; i < means.length; i++) {
                    byte[] stored = Latents.quantize(means[i]);
                    latents[from + i] = stored == null ? new float[means[i].length] : Latents.dequantize(stored);
                }
            }
        }
        return latents;
    }

    private static List<Document> mostFrequent(List<Document> documents, int labels) {
        Map<String, Integer> counts = new HashMap<>();
        documents.forEach(document -> counts.merge(document.label(), 1, Integer::sum));
        List<String> kept = counts.keySet().stream()
                .sorted(Comparator.comparing((String label) -> -counts.get(label))
                        .thenComparing(label -> label))
                .limit(labels)
                .toList();
        return documents.stream()
                .filter(document -> kept.contains(document.label()))
                .toList();
    }

    private static List<Document> read(Path file, String[] fields, String labelField) throws IOException {
        List<Document> documents = new ArrayList<>();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(open(file), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonObject json = JsonParser.parseString(line).getAsJsonObject();
                List<FieldText> texts = new ArrayList<>();
                for (String field : fields) {
                    String text = json.has(field) ? json.get(field).getAsString() : "";
                    if (!text.isBlank()) {
                        texts.add(new FieldText(1, text));
                    }
                }
                String label = onlyLabel(json.get(labelField));
                if (label != null && !texts.isEmpty()) {
                    documents.add(new Document(texts, label));
                }
            }
        }
        return documents;
    }

    private static String onlyLabel(JsonElement value) {
        if (value == null || value.isJsonNull()) {
            return null;
        }
        if (value instanceof JsonArray several) {
            return several.size() == 1 ? several.get(0).getAsString() : null;
        }
        return value.getAsString();
    }

    private static InputStream open(Path file) throws IOException {
        InputStream in = Files.newInputStream(file);
        return file.toString().endsWith(".gz") ? new GZIPInputStream(in) : in;
    }

    private static Corpus corpus(List<Document> documents, int vocabularySize, Path directory) throws IOException {
        TextOptions d = TextOptions.DEFAULTS;
        TextOptions options =
                new TextOptions(d.analyzer(), vocabularySize, d.minDocFreq(), d.maxDocRatio(), false, d.exclude());
        try (CorpusBuilder builder = new CorpusBuilder(new EnglishAnalyzer(), options, directory)) {
            for (Document document : documents) {
                builder.add(document.texts());
            }
            return builder.build();
        }
    }
}
