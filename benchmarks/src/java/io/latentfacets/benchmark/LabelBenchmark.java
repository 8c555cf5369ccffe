/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import io.latentfacets.cluster.ClusterLabel;
import io.latentfacets.cluster.ClusterOptions;
import io.latentfacets.cluster.ClusterTerm;
import io.latentfacets.cluster.Measures;
import io.latentfacets.cluster.Partition;
import io.latentfacets.cluster.fit.Clusterer;
import io.latentfacets.cluster.label.LabelOptions;
import io.latentfacets.cluster.label.Labeler;
import io.latentfacets.engine.InferenceEngine;
import io.latentfacets.text.Bow;
import io.latentfacets.text.Corpus;
import io.latentfacets.text.TextOptions;
import io.latentfacets.vae.Decoder;
import io.latentfacets.vae.Encoder;
import io.latentfacets.vae.Input;
import io.latentfacets.vae.Latents;
import io.latentfacets.vae.VaeWeights;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.util.FixedBitSet;

/**
 * Measures the quality of the labels. It trains with the default options, and clusters and labels as the plugin does.
 * For every number of clusters and every seed it prints the diversity of the ten best words per cluster (distinct ones
 * over all) and their coherence (NPMI over the documents of the whole corpus), then every phrase (empty for none) with
 * its ten words.
 *
 * <p>Arguments: a file of JSON lines (or .gz), its text fields, numbers of clusters and seeds, each separated by
 * commas, a directory for the engine's libraries, and optionally a directory that keeps trained networks, so that
 * labelling can be repeated without training.
 */
public final class LabelBenchmark {
    private static final int TOP_TERMS = 10;
    private static final int ENCODE_BATCH = 1024;

    private final Corpus corpus;
    private final InferenceEngine engine;
    private final PrintStream out;
    private final Map<String, Integer> bySurface = new HashMap<>();
    private final Map<Integer, FixedBitSet> occurrences = new HashMap<>();

    private LabelBenchmark(Corpus corpus, InferenceEngine engine, PrintStream out) {
        this.corpus = corpus;
        this.engine = engine;
        this.out = out;
        for (int id = corpus.vocabulary().size() - 1; id >= 0; id--) {
            bySurface.put(corpus.vocabulary().surface(id), id);
        }
    }

    public static void main(String[] args) throws IOException {
        int[] counts = numbers(args[2]);
        int[] seeds = numbers(args[3]);
        InferenceEngine engine = new InferenceEngine(Path.of(args[4]).toAbsolutePath(), 1);
        engine.start();
        engine.requireAvailable();
        Path directory = Files.createTempDirectory("label-benchmark");
        int vocabularySize = TextOptions.DEFAULTS.vocabularySize();
        try (Corpus corpus =
                EncodeBenchmark.read(Path.of(args[0]), args[1].split(",", -1), vocabularySize, directory)) {
            new LabelBenchmark(corpus, engine, System.out)
                    .run(counts, seeds, args.length > 5 ? Path.of(args[5]) : directory);
        }
        try (DirectoryStream<Path> left = Files.newDirectoryStream(directory)) {
            for (Path file : left) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }

    private static int[] numbers(String list) {
        return Arrays.stream(list.split(",", -1)).mapToInt(Integer::parseInt).toArray();
    }

    private void run(int[] counts, int[] seeds, Path directory) throws IOException {
        double[][] diversity = new double[counts.length][seeds.length];
        double[][] coherence = new double[counts.length][seeds.length];
        for (int s = 0; s < seeds.length; s++) {
            VaeWeights weights = TrainedNetwork.of(corpus, seeds[s], engine, directory);
            float[][] latents = latents(weights);
            Decoder decoder = new Decoder(weights);
            for (int k = 0; k < counts.length; k++) {
                List<List<String>> top = label(latents, decoder, counts[k], seeds[s]);
                diversity[k][s] = Measures.diversity(top);
                coherence[k][s] = coherence(top);
            }
        }
        out.println("| clusters | diversity, mean | by seed | NPMI, mean | by seed |");
        out.println("|---|---|---|---|---|");
        for (int k = 0; k < counts.length; k++) {
            out.printf("| %d | %s | %s |%n", counts[k], row(diversity[k]), row(coherence[k]));
        }
    }

    private static String row(double[] bySeed) {
        StringBuilder row = new StringBuilder(
                "%.3f |".formatted(Arrays.stream(bySeed).average().orElse(0)));
        for (double value : bySeed) {
            row.append(" %.3f".formatted(value));
        }
        return row.toString();
    }

    private List<List<String>> label(float[][] latents, Decoder decoder, int count, int seed) {
        Partition partition = new Clusterer(new ClusterOptions(count, seed)).cluster(latents, () -> {});
        double[] shares = new double[partition.count()];
        for (int doc = 0; doc < latents.length; doc++) {
            if (!corpus.get(doc).isEmpty()) {
                shares[partition.assign(latents[doc])] += 1.0 / latents.length;
            }
        }
        float[][] logProbabilities = new float[partition.count()][];
        for (int c = 0; c < partition.count(); c++) {
            logProbabilities[c] = decoder.logProbabilities(partition.centroids()[c]);
        }
        List<ClusterLabel> labels =
                new Labeler(LabelOptions.DEFAULTS).label(logProbabilities, shares, corpus.vocabulary(), List.of());
        out.printf("%d clusters, seed %d%n", count, seed);
        List<List<String>> top = labels.stream()
                .map(label -> label.terms().stream()
                        .limit(TOP_TERMS)
                        .map(ClusterTerm::term)
                        .toList())
                .toList();
        count(top.stream().map(this::ids).toList());
        for (int c = 0; c < top.size(); c++) {
            out.printf(
                    "  %5.3f %6.3f  %s | %s%n",
                    shares[c], coherence(List.of(top.get(c))), labels.get(c).phrase(), String.join(", ", top.get(c)));
        }
        out.println();
        return top;
    }

    /** The latents as an index stores them: of unit length after quantisation, zero for documents without words. */
    private float[][] latents(VaeWeights weights) {
        float[][] latents = new float[corpus.size()][weights.latentDims()];
        try (Encoder encoder = new Encoder(weights, engine.djlDevice())) {
            for (int from = 0; from < corpus.size(); from += ENCODE_BATCH) {
                List<Bow> batch = new ArrayList<>();
                for (int doc = from; doc < Math.min(from + ENCODE_BATCH, corpus.size()); doc++) {
                    batch.add(corpus.get(doc));
                }
                float[][] means = encoder.encode(Input.of(batch));
                for (int i = 0; i < means.length; i++) {
                    byte[] quantized = Latents.quantize(means[i]);
                    if (quantized != null) {
                        latents[from + i] = Latents.dequantize(quantized);
                    }
                }
            }
        }
        return latents;
    }

    private double coherence(List<List<String>> topics) {
        List<int[]> ids = topics.stream().map(this::ids).toList();
        count(ids);
        return Measures.npmiCoherence(ids, new Measures.CoOccurrence() {
            @Override
            public long documents() {
                return corpus.size();
            }

            @Override
            public long documents(int term) {
                return occurrences.get(term).cardinality();
            }

            @Override
            public long documents(int first, int second) {
                return FixedBitSet.intersectionCount(occurrences.get(first), occurrences.get(second));
            }
        });
    }

    private int[] ids(List<String> terms) {
        return terms.stream().mapToInt(bySurface::get).toArray();
    }

    /** Finds the documents of those words that no earlier call has looked up. */
    private void count(List<int[]> topics) {
        Map<Integer, FixedBitSet> unknown = new HashMap<>();
        topics.forEach(ids -> Arrays.stream(ids)
                .filter(id -> !occurrences.containsKey(id))
                .forEach(id -> unknown.put(id, new FixedBitSet(corpus.size()))));
        for (int doc = 0; doc < corpus.size() && !unknown.isEmpty(); doc++) {
            for (int id : corpus.get(doc).ids()) {
                FixedBitSet documents = unknown.get(id);
                if (documents != null) {
                    documents.set(doc);
                }
            }
        }
        occurrences.putAll(unknown);
    }
}
