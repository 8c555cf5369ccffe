/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import io.latentfacets.classify.regression.ClassifierTrainer;
import io.latentfacets.classify.regression.DocumentFeatures;
import io.latentfacets.classify.regression.Examples;
import io.latentfacets.classify.regression.FeatureRow;
import io.latentfacets.classify.regression.LinearClassifier;
import io.latentfacets.engine.InferenceEngine;
import io.latentfacets.text.Bow;
import io.latentfacets.text.Corpus;
import io.latentfacets.text.TextOptions;
import io.latentfacets.vae.Encoder;
import io.latentfacets.vae.Input;
import io.latentfacets.vae.Latents;
import io.latentfacets.vae.VaeWeights;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Measures classifiers by the features they see and the number of labelled documents. The network is trained on all
 * documents without their labels, with the default options, as in an index. Then some documents of each class get their
 * labels, and all others are the test. The row “TF-IDF” is the same regression, with its strength chosen the same way,
 * on the words and phrases of the vocabulary alone. The last column is the time of one document: features and classes.
 *
 * <p>Arguments: a file of JSON lines (or .gz), its text fields separated by commas, the field of the label, a directory
 * for the engine's libraries, one that keeps the trained network, the numbers of labelled documents a class separated
 * by commas (below 1: a share of all), the number of seeds, and optionally a regular expression of the rows.
 */
public final class ClassifierBenchmark {
    private static final int BATCH = 256;
    private static final int NETWORK_SEED = 42;

    private final List<Bow> bows = new ArrayList<>();
    private final List<byte[]> stored = new ArrayList<>();
    private final List<float[]> means = new ArrayList<>();
    private final List<Integer> labels = new ArrayList<>();
    private final PrintStream out = System.out;
    private int classes;

    private ClassifierBenchmark() {}

    /** Features of one document. */
    @FunctionalInterface
    private interface Features {
        FeatureRow row(int doc);
    }

    public static void main(String[] args) throws IOException {
        InferenceEngine engine = new InferenceEngine(Path.of(args[3]).toAbsolutePath(), 1);
        engine.start();
        engine.requireAvailable();
        Path kept = Path.of(args[4]);
        Files.createDirectories(kept);
        Path directory = Files.createTempDirectory("classifier-benchmark");
        ClassifierBenchmark benchmark = new ClassifierBenchmark();
        try (Corpus corpus = EncodeBenchmark.read(
                Path.of(args[0]), args[1].split(",", -1), TextOptions.DEFAULTS.vocabularySize(), directory)) {
            VaeWeights weights = TrainedNetwork.of(corpus, NETWORK_SEED, engine, kept);
            benchmark.read(corpus, weights, engine, labels(Path.of(args[0]), args[2]));
            int dims = weights.latentDims();
            DocumentFeatures both = new DocumentFeatures(DocumentFeatures.Kind.LATENT_WORDS, dims, corpus.vocabulary());
            Map<String, Features> features = new TreeMap<>();
            int seeds = Integer.parseInt(args[6]);
            features.put("TF-IDF", doc -> words(both.row(benchmark.stored.get(doc), benchmark.bows.get(doc)), dims));
            features.put("latent (float)", doc -> FeatureRow.dense(unit(benchmark.means.get(doc))));
            features.put("latent (stored)", doc -> FeatureRow.dense(Latents.dequantize(benchmark.stored.get(doc))));
            features.put("latent (mean)", doc -> FeatureRow.dense(benchmark.means.get(doc)));
            features.put("latent+words", doc -> both.row(benchmark.stored.get(doc), benchmark.bows.get(doc)));
            benchmark.out.printf(
                    "%,d documents, %d classes%n| labelled | features | accuracy | macro F1 | own estimate | ECE | own ECE | C | s | µs |%n"
                            + "|---|---|---|---|---|---|---|---|---|---|%n",
                    benchmark.labels.size(), benchmark.classes);
            for (String labelled : args[5].split(",", -1)) {
                for (Map.Entry<String, Features> each : features.entrySet()) {
                    if (args.length <= 7 || each.getKey().matches(args[7])) {
                        benchmark.row(
                                Double.parseDouble(labelled), each.getKey(), each.getValue(), both.columns(), seeds);
                    }
                }
            }
        } finally {
            try (DirectoryStream<Path> left = Files.newDirectoryStream(directory)) {
                for (Path file : left) {
                    Files.delete(file);
                }
            }
            Files.delete(directory);
        }
    }

    private static List<String> labels(Path file, String field) throws IOException {
        return JsonLines.read(file).stream()
                .map(line -> {
                    List<?> all = line.get(field) instanceof List<?> several
                            ? several
                            : line.get(field) == null ? List.of() : List.of(line.get(field));
                    return all.size() == 1 ? all.get(0).toString() : null;
                })
                .toList();
    }

    private void read(Corpus corpus, VaeWeights weights, InferenceEngine engine, List<String> names) {
        Map<String, Integer> sizes = new TreeMap<>();
        names.stream().filter(name -> name != null).forEach(name -> sizes.merge(name, 1, Integer::sum));
        List<String> kept =
                sizes.keySet().stream().filter(name -> sizes.get(name) >= 60).toList();
        classes = kept.size();
        try (Encoder encoder = new Encoder(weights, engine.djlDevice())) {
            for (int from = 0; from < corpus.size(); from += BATCH) {
                List<Bow> batch = new ArrayList<>();
                for (int doc = from; doc < Math.min(corpus.size(), from + BATCH); doc++) {
                    int label = names.get(doc) == null ? -1 : kept.indexOf(names.get(doc));
                    if (!corpus.get(doc).isEmpty() && label >= 0) {
                        batch.add(corpus.get(doc));
                        labels.add(label);
                    }
                }
                if (batch.isEmpty()) {
                    continue;
                }
                bows.addAll(batch);
                for (float[] mean : encoder.encode(Input.of(batch))) {
                    means.add(mean);
                    stored.add(Latents.quantize(mean));
                }
            }
        }
    }

    private static FeatureRow words(FeatureRow both, int dims) {
        int length = both.ids().length;
        return new FeatureRow(
                Arrays.copyOfRange(both.ids(), dims, length), Arrays.copyOfRange(both.values(), dims, length));
    }

    private static float[] unit(float[] mean) {
        double squares = 0;
        for (float component : mean) {
            squares += component * component;
        }
        float[] unit = mean.clone();
        for (int i = 0; i < unit.length; i++) {
            unit[i] /= (float) Math.sqrt(squares);
        }
        return unit;
    }

    private void row(double labelled, String name, Features features, int columns, int seeds) {
        double[][] runs = new double[8][seeds];
        for (int seed = 0; seed < seeds; seed++) {
            boolean[] train = drawn(labelled, seed);
            List<FeatureRow> rows = new ArrayList<>();
            List<int[]> own = new ArrayList<>();
            for (int doc = 0; doc < train.length; doc++) {
                if (train[doc]) {
                    rows.add(features.row(doc));
                    own.add(new int[] {labels.get(doc)});
                }
            }
            long start = System.nanoTime();
            ClassifierTrainer.Trained trained = ClassifierTrainer.train(
                    new Examples(rows, columns, own.toArray(int[][]::new), classes, false), () -> {});
            runs[6][seed] = (System.nanoTime() - start) / 1e9;
            score(trained.classifier(), train, features, seed, runs);
            runs[7][seed] = micros(trained.classifier(), features);
            runs[2][seed] = trained.quality().accuracy();
            runs[4][seed] = trained.quality().calibrationError();
            runs[5][seed] = trained.strength();
        }
        out.printf(
                "| %s | %s | %s | %s | %s | %s | %s | %.1f | %.1f | %.1f |%n",
                labelled < 1 ? "%.0f %%".formatted(100 * labelled) : "%.0f a class".formatted(labelled),
                name,
                mean(runs[0]),
                mean(runs[1]),
                mean(runs[2]),
                mean(runs[3]),
                mean(runs[4]),
                Arrays.stream(runs[5]).average().orElse(0),
                Arrays.stream(runs[6]).average().orElse(0),
                Arrays.stream(runs[7]).average().orElse(0));
    }

    /** The time to make the features of a document and to classify it, in microseconds of the thread's CPU. */
    private double micros(LinearClassifier classifier, Features features) {
        double best = Double.POSITIVE_INFINITY;
        double sum = 0;
        for (int pass = 0; pass < 5; pass++) {
            long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            for (int doc = 0; doc < labels.size(); doc++) {
                sum += classifier.probabilities(features.row(doc))[0];
            }
            long took = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;
            best = Math.min(best, took / 1e3 / labels.size());
        }
        if (Double.isNaN(sum)) {
            throw new IllegalStateException("a probability is no number");
        }
        return best;
    }

    private void score(LinearClassifier classifier, boolean[] train, Features features, int seed, double[][] runs) {
        int[][] confusion = new int[classes][classes];
        double[] said = new double[10];
        int[] right = new int[10];
        int all = 0;
        for (int doc = 0; doc < train.length; doc++) {
            if (train[doc]) {
                continue;
            }
            double[] probabilities = classifier.probabilities(features.row(doc));
            int best = 0;
            for (int i = 1; i < classes; i++) {
                best = probabilities[i] > probabilities[best] ? i : best;
            }
            confusion[labels.get(doc)][best]++;
            int bin = Math.min(9, (int) (10 * probabilities[best]));
            said[bin] += probabilities[best];
            right[bin] += best == labels.get(doc) ? 1 : 0;
            all++;
        }
        double f1 = 0;
        for (int label = 0; label < classes; label++) {
            int sum = 0;
            for (int other = 0; other < classes; other++) {
                sum += confusion[label][other] + confusion[other][label];
            }
            f1 += 2.0 * confusion[label][label] / Math.max(1, sum) / classes;
        }
        for (int bin = 0; bin < 10; bin++) {
            runs[3][seed] += Math.abs(said[bin] - right[bin]) / all;
        }
        runs[0][seed] = (double) Arrays.stream(right).sum() / all;
        runs[1][seed] = f1;
    }

    /** Which documents have a label: a number of each class, or a share of all. */
    private boolean[] drawn(double labelled, int seed) {
        List<Integer> order = new ArrayList<>();
        for (int doc = 0; doc < labels.size(); doc++) {
            order.add(doc);
        }
        Collections.shuffle(order, new Random(seed));
        boolean[] train = new boolean[labels.size()];
        int[] taken = new int[classes];
        for (int i = 0; i < order.size(); i++) {
            int label = labels.get(order.get(i));
            train[order.get(i)] = labelled < 1 ? i < labelled * order.size() : taken[label]++ < labelled;
        }
        return train;
    }

    private static String mean(double[] runs) {
        double mean = Arrays.stream(runs).average().orElse(0);
        double squares = Arrays.stream(runs).map(x -> (x - mean) * (x - mean)).sum();
        return "%.3f ± %.3f".formatted(mean, Math.sqrt(squares / Math.max(1, runs.length - 1)));
    }
}
