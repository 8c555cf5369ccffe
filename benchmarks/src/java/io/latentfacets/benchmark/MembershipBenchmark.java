/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import io.latentfacets.cluster.ClusterOptions;
import io.latentfacets.cluster.Partition;
import io.latentfacets.cluster.fit.Clusterer;
import io.latentfacets.engine.InferenceEngine;
import io.latentfacets.text.Bow;
import io.latentfacets.text.BowSource;
import io.latentfacets.text.Corpus;
import io.latentfacets.text.TextOptions;
import io.latentfacets.vae.Latents;
import io.latentfacets.vae.VaeWeights;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.lucene.util.VectorUtil;

/**
 * Finds the temperature of memberships: the softmax over clusters of a score divided by the temperature. It is best
 * where the memberships say most about the true class of documents. Half of the labelled documents, drawn at random,
 * give the share of each class in each cluster; of the other half the log-likelihood of the class is measured, whose
 * probability is the sum over clusters of membership × share. Three scores are compared: the rule's own score; the
 * cosine to the centroid; and the rule's score divided by the spread of its directions, their root mean square distance
 * from their mean, so that it does not depend on the unit of the rule.
 *
 * <p>Arguments: a file of JSON lines (or .gz), its text fields separated by commas, the field of the label, a directory
 * for the engine's libraries, one that keeps trained networks, the seeds, the numbers of clusters, and whether words
 * take part in the division.
 */
public final class MembershipBenchmark {
    private static final double[] GRID = {
        0.005, 0.01, 0.02, 0.03, 0.04, 0.05, 0.07, 0.1, 0.14, 0.2, 0.3, 0.5, 0.7, 1, 1.4, 2, 3, 5, 7, 10, 20
    };
    private static final int FEWEST = 60;

    private final PrintStream out = System.out;
    private final List<float[]> units = new ArrayList<>();
    private final List<Bow> bows = new ArrayList<>();
    private final List<Integer> classes = new ArrayList<>();

    private MembershipBenchmark() {}

    public static void main(String[] args) throws IOException {
        InferenceEngine engine = new InferenceEngine(Path.of(args[3]).toAbsolutePath(), 1);
        engine.start();
        engine.requireAvailable();
        Path kept = Path.of(args[4]);
        Files.createDirectories(kept);
        Path directory = Files.createTempDirectory("membership-benchmark");
        System.out.printf("| seed | clusters | spread | score | hard: nats | best τ | nats | highest | right | bins |%n"
                + "|---|---|---|---|---|---|---|---|---|---|%n");
        try (Corpus corpus = EncodeBenchmark.read(
                Path.of(args[0]), args[1].split(",", -1), TextOptions.DEFAULTS.vocabularySize(), directory)) {
            for (String seed : args[5].split(",", -1)) {
                VaeWeights weights = TrainedNetwork.of(corpus, Integer.parseInt(seed), engine, kept);
                MembershipBenchmark benchmark = new MembershipBenchmark();
                benchmark.read(corpus, weights, engine, labels(Path.of(args[0]), args[2]));
                for (String count : args[6].split(",", -1)) {
                    benchmark.rows(seed, Integer.parseInt(count), Boolean.parseBoolean(args[7]));
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

    /** The only label of each document; null for none or several. */
    private static List<String> labels(Path file, String field) throws IOException {
        List<String> labels = new ArrayList<>();
        for (Map<String, Object> line : JsonLines.read(file)) {
            Object value = line.get(field);
            List<?> all = value instanceof List<?> several ? several : value == null ? List.of() : List.of(value);
            labels.add(all.size() == 1 ? all.get(0).toString() : null);
        }
        return labels;
    }

    private void read(Corpus corpus, VaeWeights weights, InferenceEngine engine, List<String> labels) {
        Map<String, Integer> sizes = new TreeMap<>();
        labels.stream().filter(label -> label != null).forEach(label -> sizes.merge(label, 1, Integer::sum));
        List<String> names = sizes.keySet().stream()
                .filter(name -> sizes.get(name) >= FEWEST)
                .toList();
        List<Bow> all = new ArrayList<>();
        for (int doc = 0; doc < corpus.size(); doc++) {
            all.add(corpus.get(doc));
        }
        List<byte[]> stored = TrainedNetwork.encode(weights, all, engine);
        for (int doc = 0; doc < all.size(); doc++) {
            if (stored.get(doc) != null) {
                units.add(Latents.dequantize(stored.get(doc)));
                bows.add(all.get(doc));
                classes.add(labels.get(doc) == null ? -1 : names.indexOf(labels.get(doc)));
            }
        }
    }

    private void rows(String seed, int count, boolean words) {
        Partition partition = new Clusterer(new ClusterOptions(count, 42))
                .cluster(units.toArray(float[][]::new), words ? BowSource.of(bows) : null, () -> {});
        double spread = spread(partition.directions());
        row(seed, partition, spread, "rule", unit -> rule(partition, unit, 1));
        row(seed, partition, spread, "rule / spread", unit -> rule(partition, unit, spread));
        row(seed, partition, spread, "cosine", unit -> cosines(partition, unit));
    }

    @FunctionalInterface
    private interface Score {
        double[] of(float[] unit);
    }

    private static double spread(float[][] directions) {
        double squares = 0;
        for (int d = 0; d < directions[0].length; d++) {
            double mean = 0;
            for (float[] direction : directions) {
                mean += direction[d] / (double) directions.length;
            }
            for (float[] direction : directions) {
                squares += (direction[d] - mean) * (direction[d] - mean);
            }
        }
        return Math.sqrt(squares / directions.length);
    }

    private static double[] rule(Partition partition, float[] unit, double scale) {
        double[] scores = new double[partition.count()];
        for (int c = 0; c < scores.length; c++) {
            scores[c] = (VectorUtil.dotProduct(partition.directions()[c], unit)
                            + partition.biases()[c])
                    / scale;
        }
        return scores;
    }

    private static double[] cosines(Partition partition, float[] unit) {
        double[] scores = new double[partition.count()];
        for (int c = 0; c < scores.length; c++) {
            scores[c] = VectorUtil.dotProduct(partition.centroids()[c], unit);
        }
        return scores;
    }

    private void row(String seed, Partition partition, double spread, String name, Score score) {
        int kinds = new TreeSet<>(classes).last() + 1;
        SplittableRandom random = new SplittableRandom(7);
        double[][] shares = new double[partition.count()][kinds];
        List<Integer> rest = new ArrayList<>();
        for (int doc = 0; doc < units.size(); doc++) {
            int cluster = partition.assign(units.get(doc));
            if (classes.get(doc) >= 0) {
                if (random.nextBoolean()) {
                    shares[cluster][classes.get(doc)]++;
                } else {
                    rest.add(doc);
                }
            }
        }
        for (double[] share : shares) {
            double sum = 0;
            for (double each : share) {
                sum += each;
            }
            for (int k = 0; k < kinds; k++) {
                share[k] = (share[k] + 1.0 / kinds) / (sum + 1);
            }
        }
        double hard = 0;
        for (int doc : rest) {
            hard += Math.log(shares[partition.assign(units.get(doc))][classes.get(doc)]) / rest.size();
        }
        double best = Double.NEGATIVE_INFINITY;
        double chosen = 0;
        StringBuilder curve = new StringBuilder();
        for (double tau : GRID) {
            double nats = 0;
            for (int doc : rest) {
                double[] memberships = softmax(score.of(units.get(doc)), tau);
                double p = 0;
                for (int c = 0; c < memberships.length; c++) {
                    p += memberships[c] * shares[c][classes.get(doc)];
                }
                nats += Math.log(p) / rest.size();
            }
            curve.append(String.format(" %s:%.3f", tau, nats));
            if (nats > best) {
                best = nats;
                chosen = tau;
            }
        }
        out.printf(
                "| %s | %d | %.2f | %s | %.3f | %s | %.3f | %s |%s%n",
                seed,
                partition.count(),
                spread,
                name,
                hard,
                chosen,
                best,
                reliability(rest, shares, score, chosen),
                curve);
    }

    /** The mean highest membership, how often that cluster's most frequent class is right, and both by fifths. */
    private String reliability(List<Integer> rest, double[][] shares, Score score, double tau) {
        double[] said = new double[6];
        double[] expected = new double[6];
        double[] right = new double[6];
        int[] n = new int[6];
        for (int doc : rest) {
            double[] memberships = softmax(score.of(units.get(doc)), tau);
            int top = 0;
            for (int c = 1; c < memberships.length; c++) {
                top = memberships[c] > memberships[top] ? c : top;
            }
            int major = 0;
            for (int k = 1; k < shares[top].length; k++) {
                major = shares[top][k] > shares[top][major] ? k : major;
            }
            double p = 0;
            for (int c = 0; c < memberships.length; c++) {
                p += memberships[c] * shares[c][major];
            }
            for (int bin : new int[] {5, Math.min(4, (int) (memberships[top] * 5))}) {
                said[bin] += memberships[top];
                expected[bin] += p;
                right[bin] += classes.get(doc) == major ? 1 : 0;
                n[bin]++;
            }
        }
        StringBuilder bins = new StringBuilder();
        for (int bin = 0; bin < 5; bin++) {
            if (n[bin] > 0) {
                bins.append(String.format(
                        "%d: %.2f %.2f %.2f; ",
                        n[bin], said[bin] / n[bin], expected[bin] / n[bin], right[bin] / n[bin]));
            }
        }
        return String.format("%.3f / %.3f | %.3f | %s", said[5] / n[5], expected[5] / n[5], right[5] / n[5], bins);
    }

    private static double[] softmax(double[] scores, double tau) {
        double highest = Double.NEGATIVE_INFINITY;
        for (double score : scores) {
            highest = Math.max(highest, score);
        }
        double sum = 0;
        double[] memberships = new double[scores.length];
        for (int c = 0; c < scores.length; c++) {
            memberships[c] = Math.exp((scores[c] - highest) / tau);
            sum += memberships[c];
        }
        for (int c = 0; c < scores.length; c++) {
            memberships[c] /= sum;
        }
        return memberships;
    }
}
