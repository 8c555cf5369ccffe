/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import io.latentfacets.cluster.ClusterLabel;
import io.latentfacets.cluster.Clusters;
import io.latentfacets.cluster.CountCurve;
import io.latentfacets.cluster.Partition;
import io.latentfacets.cluster.StableKeys;
import io.latentfacets.drift.DriftWindow;
import io.latentfacets.engine.InferenceEngine;
import io.latentfacets.text.BowFactory;
import io.latentfacets.text.Corpus;
import io.latentfacets.text.FieldText;
import io.latentfacets.text.ReadDocument;
import io.latentfacets.text.TextOptions;
import io.latentfacets.vae.Encoder;
import io.latentfacets.vae.Input;
import io.latentfacets.vae.Latents;
import io.latentfacets.vae.VaeOptions;
import io.latentfacets.vae.VaeWeights;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.lucene.analysis.en.EnglishAnalyzer;

/**
 * Measures what the statistics of drift add to the encoding of a document, by the number of clusters: the CPU time of
 * the thread for analysing and encoding the documents in batches of 256, and for counting them in a window. The network
 * is untrained and the clusters are random; the arithmetic is the same.
 *
 * <p>Arguments: as for {@link EncodeBenchmark}.
 */
public final class DriftBenchmark {
    private static final int BATCH = 256;
    private static final int ROUNDS = 7;
    private static final int[] CLUSTERS = {20, 100, 500, 1000};

    private DriftBenchmark() {}

    public static void main(String[] args) throws IOException {
        Path directory = Files.createTempDirectory("drift-benchmark");
        InferenceEngine engine = new InferenceEngine(Path.of(args[3]).toAbsolutePath(), 1);
        engine.start();
        engine.requireAvailable();
        PrintStream out = System.out;
        String[] fields = args[1].split(",", -1);
        List<List<FieldText>> texts = EncodeBenchmark.texts(Path.of(args[0]), fields);
        try (Corpus corpus = EncodeBenchmark.read(Path.of(args[0]), fields, Integer.parseInt(args[2]), directory)) {
            VaeOptions options = VaeOptions.DEFAULTS;
            VaeWeights weights = VaeWeights.initial(
                    corpus.vocabulary().inputWeights(),
                    corpus.vocabulary().logUnigram(),
                    options.hiddenDims(),
                    options.latentDims(),
                    options.seed());
            BowFactory bows = new BowFactory(new EnglishAnalyzer(), corpus.vocabulary(), TextOptions.DEFAULTS);
            try (Encoder encoder = new Encoder(weights, engine.djlDevice())) {
                List<byte[]> latents = new ArrayList<>();
                double encoding = best(texts.size(), () -> {
                    latents.clear();
                    encode(encoder, bows, texts, latents);
                });
                out.printf("%d documents; analysis and encoding %.1f µs a document%n%n", texts.size(), encoding);
                out.println("| clusters | statistics, µs a document | share of analysis and encoding |");
                out.println("|---|---|---|");
                for (int count : CLUSTERS) {
                    Clusters clusters = clusters(count, options.latentDims());
                    DriftWindow window = new DriftWindow(clusters, null);
                    double counting = best(latents.size(), () -> {
                        for (int from = 0; from < latents.size(); from += BATCH) {
                            DriftWindow.Adder adder = window.adder(clusters);
                            for (byte[] latent : latents.subList(from, Math.min(from + BATCH, latents.size()))) {
                                adder.add(
                                        latent,
                                        0.1,
                                        () -> new DriftWindow.Origin("i", "1", List.of()),
                                        1,
                                        (unit, cluster) -> {});
                            }
                        }
                    });
                    out.printf("| %,d | %.2f | %.1f %% |%n", count, counting, 100 * counting / encoding);
                }
            }
        }
        Files.deleteIfExists(directory);
    }

    private static void encode(Encoder encoder, BowFactory bows, List<List<FieldText>> texts, List<byte[]> latents) {
        List<Input> batch = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            ReadDocument read = bows.read(texts.get(i));
            batch.add(new Input(read.bow(), null));
            if (batch.size() == BATCH || i == texts.size() - 1) {
                for (float[] mean : encoder.encode(batch)) {
                    byte[] latent = Latents.quantize(mean);
                    if (latent != null) {
                        latents.add(latent);
                    }
                }
                batch.clear();
            }
        }
    }

    private static Clusters clusters(int count, int dims) {
        Random random = new Random(7);
        float[][] centroids = new float[count][dims];
        for (float[] centroid : centroids) {
            double square = 0;
            for (int i = 0; i < dims; i++) {
                centroid[i] = (float) random.nextGaussian();
                square += centroid[i] * centroid[i];
            }
            for (int i = 0; i < dims; i++) {
                centroid[i] /= (float) Math.sqrt(square);
            }
        }
        Partition partition = new Partition(centroids, centroids, new float[count], CountCurve.NONE);
        StableKeys keys = StableKeys.renew(List.of(), 0, new int[0], new int[0], count);
        return Clusters.describe(
                partition,
                Collections.nCopies(count, ClusterLabel.NONE),
                keys,
                centroids,
                IntStream.range(0, count).mapToObj(Integer::toString).toList());
    }

    /** The best of the rounds, in microseconds of CPU time of this thread a document. */
    private static double best(int documents, Runnable work) {
        double[] times = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            work.run();
            times[round] = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start) / 1e3 / documents;
        }
        return Arrays.stream(times).min().orElseThrow();
    }
}
