/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import io.latentfacets.cluster.ClusterLabel;
import io.latentfacets.cluster.Measures;
import io.latentfacets.cluster.fit.ResultClusterer;
import io.latentfacets.cluster.label.LabelOptions;
import io.latentfacets.cluster.label.Labeler;
import io.latentfacets.engine.InferenceEngine;
import io.latentfacets.text.Bow;
import io.latentfacets.text.Corpus;
import io.latentfacets.text.CorpusBuilder;
import io.latentfacets.text.FieldText;
import io.latentfacets.text.TextOptions;
import io.latentfacets.vae.Decoder;
import io.latentfacets.vae.Encoder;
import io.latentfacets.vae.Input;
import io.latentfacets.vae.Latents;
import io.latentfacets.vae.VaeWeights;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.lucene.analysis.en.EnglishAnalyzer;

/**
 * Compares clusters of search results with labels that no method saw. For every query of a file (one word each), the
 * plugin's results scope, TF-IDF and LSA with k-means, and Carrot2's three algorithms divide the documents with that
 * word into ten clusters, on the same hits in the same process. It prints the NMI with the labels and the time that a
 * caller would wait. The plugin's time covers clustering and naming: the latents exist before a search comes. Carrot2's
 * time covers analysis, clustering and naming, because its input is text.
 *
 * <p>Arguments: a file of JSON lines (or .gz), its text fields by comma, the file of queries, seeds by comma, a
 * directory for the engine's libraries and one that keeps trained networks; then, optionally, names of other methods by
 * comma, which are then the only ones to run ({@code ours} is the plugin's). Documents that a method leaves out are
 * scored as one more cluster; the column <em>clustered</em> shows the share that it does not leave out.
 */
public final class ResultSetBenchmark {
    private static final int CLUSTERS = 10;
    private static final int TERMS = 8;
    private static final int BATCH = 1024;
    private static final int ROUNDS = 2;

    /** The name of the plugin's own method. */
    private static final String OURS = "ours";

    private static final int LARGE_ROUNDS = 41;
    private static final int LARGE_WARM = 4;

    private final Bags bags;
    private final int[] truth;
    private final PrintStream out;

    private ResultSetBenchmark(Bags bags, int[] truth, PrintStream out) {
        this.bags = bags;
        this.truth = truth;
        this.out = out;
    }

    /** The results of one method over all queries. */
    private static final class Row {
        private final List<Double> nmi = new ArrayList<>();
        private final List<Double> millis = new ArrayList<>();
        private final List<Double> clustered = new ArrayList<>();
        private final List<Double> clusters = new ArrayList<>();

        void add(int[] truth, int[] predicted, double took) {
            nmi.add(Measures.nmi(truth, Scores.withRest(predicted)));
            clustered.add((double) Arrays.stream(predicted).filter(c -> c >= 0).count() / predicted.length);
            clusters.add((double)
                    Arrays.stream(predicted).filter(c -> c >= 0).distinct().count());
            millis.add(took);
        }

        private static double mean(List<Double> values) {
            return values.stream().mapToDouble(d -> d).average().orElse(0);
        }

        String line(String title) {
            return "| %s | %.3f | %.3f | %.1f | %.1f |"
                    .formatted(title, mean(nmi), mean(clustered), mean(clusters), mean(millis));
        }
    }

    @FunctionalInterface
    private interface Method {
        int[] cluster(int[] hits) throws IOException;
    }

    public static void main(String[] args) throws IOException {
        InferenceEngine engine = new InferenceEngine(Path.of(args[4]).toAbsolutePath(), 1);
        engine.start();
        engine.requireAvailable();
        Path networks = Files.createDirectories(Path.of(args[5]));
        Path directory = Files.createTempDirectory("result-sets");
        QualityOptions options = QualityOptions.parse(new String[] {args[0], "--fields", args[1]});
        LabeledCorpus corpus = LabeledCorpus.of("results", JsonLines.read(Path.of(args[0])), options);
        int[] truth = corpus.documents().stream()
                .mapToInt(LabeledCorpus.Document::label)
                .toArray();
        List<String> queries = Files.readAllLines(Path.of(args[2])).stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
        ResultSetBenchmark benchmark = new ResultSetBenchmark(Bags.of(corpus, directory), truth, System.out);
        List<int[]> hits = queries.stream().map(benchmark::hits).toList();
        benchmark.head(queries, hits);
        List<String> methods = args.length > 6 ? List.of(args[6].split(",", -1)) : List.of();
        boolean ours = methods.isEmpty() || methods.contains(OURS);
        for (String seed : ours ? args[3].split(",", -1) : new String[0]) {
            VaeWeights weights = network(corpus, Integer.parseInt(seed), engine, directory, networks);
            byte[][] latents = benchmark.latents(weights, engine);
            benchmark.ours(Integer.parseInt(seed), queries, hits, weights, latents);
            benchmark.large(Integer.parseInt(seed), weights, latents);
        }
        benchmark.others(hits, methods);
    }

    private static VaeWeights network(
            LabeledCorpus corpus, int seed, InferenceEngine engine, Path directory, Path networks) throws IOException {
        try (CorpusBuilder builder = new CorpusBuilder(new EnglishAnalyzer(), TextOptions.DEFAULTS, directory)) {
            for (LabeledCorpus.Document document : corpus.documents()) {
                List<FieldText> texts = document.texts(corpus.fields());
                builder.add(texts);
            }
            try (Corpus built = builder.build()) {
                return TrainedNetwork.of(built, seed, engine, networks);
            }
        }
    }

    /** The documents with the word: the hits of a match query. */
    private int[] hits(String query) {
        return bags.documentsOf(bags.ids(query).get(0));
    }

    private void head(List<String> queries, List<int[]> hits) {
        int[] sizes = hits.stream().mapToInt(h -> h.length).sorted().toArray();
        out.printf(
                "%d queries, %d to %d hits, %d clusters%n%n",
                queries.size(), sizes[0], sizes[sizes.length - 1], CLUSTERS);
        out.println("| method | NMI | clustered | clusters | ms a query |");
        out.println("|---|---|---|---|---|");
    }

    private void ours(int seed, List<String> queries, List<int[]> hits, VaeWeights weights, byte[][] latents)
            throws IOException {
        Decoder decoder = new Decoder(weights);
        Labeler labeler = new Labeler(new LabelOptions(List.of(), TERMS));
        List<String> labels = new ArrayList<>();
        for (int count : new int[] {CLUSTERS, ResultClusterer.AUTO}) {
            String title = "results scope, seed " + seed + (count == CLUSTERS ? "" : ", auto");
            run(title, hits, documents -> cluster(count, documents, latents, decoder, labeler, labels));
        }
        if (labels.size() >= queries.size()) {
            for (int q = 0; q < queries.size(); q++) {
                System.err.println(queries.get(q) + ": " + labels.get(q));
            }
        }
    }

    /** Divides all documents, as a search does that matches many, and prints what the steps take. */
    private void large(int seed, VaeWeights weights, byte[][] latents) {
        Decoder decoder = new Decoder(weights);
        Labeler labeler = new Labeler(new LabelOptions(List.of(), TERMS));
        int[] usable = IntStream.range(0, latents.length)
                .filter(doc -> latents[doc] != null)
                .toArray();
        byte[][] points = Arrays.stream(usable).mapToObj(doc -> latents[doc]).toArray(byte[][]::new);
        int[] labels = Arrays.stream(usable).map(doc -> truth[doc]).toArray();
        int[] ones = new int[points.length];
        Arrays.fill(ones, 1);
        for (int count : new int[] {CLUSTERS, ResultClusterer.AUTO}) {
            double[] divide = new double[LARGE_ROUNDS];
            double[] name = new double[LARGE_ROUNDS];
            ResultClusterer.Result result = null;
            for (int round = -LARGE_WARM; round < LARGE_ROUNDS; round++) {
                long start = cpuNanos();
                result = new ResultClusterer(count, () -> {}).cluster(points, ones);
                long divided = cpuNanos();
                name(result, decoder, labeler);
                if (round >= 0) {
                    divide[round] = (divided - start) / 1e6;
                    name[round] = (cpuNanos() - divided) / 1e6;
                }
            }
            int[] predicted =
                    Arrays.stream(points).mapToInt(result.codebook()::assign).toArray();
            out.printf(
                    "| all %,d, seed %d%s | %.3f | 1.000 | %.1f | %.1f CPU to divide, %.1f to name |%n",
                    points.length,
                    seed,
                    count == CLUSTERS ? "" : ", auto",
                    Measures.nmi(labels, predicted),
                    (double) result.codebook().count(),
                    FacetSpeedBenchmark.median(divide),
                    FacetSpeedBenchmark.median(name));
        }
    }

    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private List<ClusterLabel> name(ResultClusterer.Result result, Decoder decoder, Labeler labeler) {
        float[][] words = new float[result.codebook().count()][];
        for (int c = 0; c < words.length; c++) {
            words[c] = decoder.logProbabilities(result.codebook().centroid(c));
        }
        return labeler.labelWithin(
                words,
                Arrays.stream(result.sizes()).asDoubleStream().toArray(),
                decoder.logProbabilities(result.mean()),
                bags.vocabulary());
    }

    private int[] cluster(
            int count, int[] hits, byte[][] latents, Decoder decoder, Labeler labeler, List<String> labels) {
        int[] usable = Arrays.stream(hits).filter(doc -> latents[doc] != null).toArray();
        byte[][] points = Arrays.stream(usable).mapToObj(doc -> latents[doc]).toArray(byte[][]::new);
        int[] ones = new int[points.length];
        Arrays.fill(ones, 1);
        ResultClusterer.Result result = new ResultClusterer(count, () -> {}).cluster(points, ones);
        List<ClusterLabel> found = name(result, decoder, labeler);
        StringBuilder shown = new StringBuilder();
        for (int c = 0; c < found.size(); c++) {
            shown.append(result.sizes()[c])
                    .append(' ')
                    .append(found.get(c).text())
                    .append(" | ");
        }
        labels.add(shown.toString());
        return Arrays.stream(hits)
                .map(doc -> latents[doc] == null ? -1 : result.codebook().assign(latents[doc]))
                .toArray();
    }

    /**
     * Runs the other methods.
     *
     * @param hits the hits of each query
     * @param methods the names of the methods to run; empty: all
     */
    private void others(List<int[]> hits, List<String> methods) throws IOException {
        List<Baseline> all = List.of(
                new TfIdfKMeans(),
                new LsaKMeans(),
                new Carrot2Baseline.Lingo(),
                new Carrot2Baseline.BisectingKMeans(null),
                new Carrot2Baseline.SuffixTree());
        for (Baseline each : all) {
            if (methods.isEmpty() || methods.contains(each.name())) {
                run(each.title(), hits, documents -> each.fit(bags.part(documents), CLUSTERS, 42)
                        .clusters());
            }
        }
    }

    /** Records the last of a few rounds; the others warm up. */
    private void run(String title, List<int[]> hits, Method method) throws IOException {
        Row row = new Row();
        for (int round = 0; round < ROUNDS; round++) {
            row = new Row();
            for (int[] documents : hits) {
                long start = System.nanoTime();
                int[] clusters = method.cluster(documents);
                double took = (System.nanoTime() - start) / 1e6;
                row.add(Arrays.stream(documents).map(doc -> truth[doc]).toArray(), clusters, took);
            }
        }
        out.println(row.line(title));
    }

    /** The latents as stored; null for documents without words. */
    private byte[][] latents(VaeWeights weights, InferenceEngine engine) {
        byte[][] latents = new byte[bags.size()][];
        try (Encoder encoder = new Encoder(weights, engine.djlDevice())) {
            for (int from = 0; from < latents.length; from += BATCH) {
                List<Bow> batch = IntStream.range(from, Math.min(from + BATCH, latents.length))
                        .mapToObj(bags::bow)
                        .toList();
                float[][] means = encoder.encode(Input.of(batch));
                for (int i = 0; i < means.length; i++) {
                    latents[from + i] = Latents.quantize(means[i]);
                }
            }
        }
        return latents;
    }
}
