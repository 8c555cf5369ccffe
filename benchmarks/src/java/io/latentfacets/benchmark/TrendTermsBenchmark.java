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
import io.latentfacets.vae.Decoder;
import io.latentfacets.vae.Latents;
import io.latentfacets.vae.VaeWeights;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.lucene.util.VectorUtil;

/**
 * Compares ways to find the words that set the documents of a cluster in one interval of time apart from those in its
 * other intervals. The words are found on one random half of the documents and judged on the other: how many of them
 * occur in a larger share of the interval's documents than of the cluster's others there, in how many such documents
 * they occur at all, and how much larger the share is. The ways: the decoder at the mean latent of the interval's
 * documents against the decoder at that of the cluster, by p·ln(p/q); the same among the words that the sample has; and
 * counting in how many documents of a sample each word occurs, by p·ln(p/q) and by the log-likelihood ratio, and both.
 *
 * <p>Arguments: a file of JSON lines (or .gz), its text fields separated by commas, its date field (ISO), a directory
 * for the engine's libraries, one that keeps trained networks, the number of clusters, days an interval, the number of
 * words, sizes of samples of an interval's documents separated by commas.
 */
public final class TrendTermsBenchmark {
    private static final int FEWEST = 10;

    private final List<Bow> bows = new ArrayList<>();
    private final List<byte[]> stored = new ArrayList<>();
    private final List<Long> intervals = new ArrayList<>();

    private TrendTermsBenchmark() {}

    /** A cluster's documents in one interval, by half. */
    private record Cell(int cluster, List<Integer> found, List<Integer> judged) {}

    /** Chooses words: ids of the vocabulary, best first. */
    @FunctionalInterface
    private interface Way {
        int[] words(Cell cell, List<Cell> cluster, int sample, int most);
    }

    public static void main(String[] args) throws IOException {
        InferenceEngine engine = new InferenceEngine(Path.of(args[3]).toAbsolutePath(), 1);
        engine.start();
        engine.requireAvailable();
        Path directory = Files.createTempDirectory("trend-terms-benchmark");
        try (Corpus corpus = EncodeBenchmark.read(
                Path.of(args[0]), args[1].split(",", -1), TextOptions.DEFAULTS.vocabularySize(), directory)) {
            VaeWeights weights = TrainedNetwork.of(corpus, 42, engine, Path.of(args[4]));
            TrendTermsBenchmark benchmark = new TrendTermsBenchmark();
            benchmark.read(corpus, weights, engine, Path.of(args[0]), args[2], Integer.parseInt(args[6]));
            Decoder decoder = new Decoder(weights);
            int vocabulary = corpus.vocabulary().size();
            benchmark.run(
                    Integer.parseInt(args[5]),
                    Integer.parseInt(args[7]),
                    Arrays.stream(args[8].split(",", -1))
                            .mapToInt(Integer::parseInt)
                            .toArray(),
                    benchmark.ways(decoder, vocabulary),
                    corpus);
        } finally {
            try (DirectoryStream<Path> left = Files.newDirectoryStream(directory)) {
                for (Path file : left) {
                    Files.delete(file);
                }
            }
            Files.delete(directory);
        }
    }

    private Map<String, Way> ways(Decoder decoder, int vocabulary) {
        Map<String, Way> ways = new LinkedHashMap<>();
        ways.put("decoder", (cell, all, sample, most) -> decoded(decoder, cell, all, false, sample, most));
        ways.put(
                "decoder, words of the sample",
                (cell, all, sample, most) -> decoded(decoder, cell, all, true, sample, most));
        for (double prior : new double[] {1, 10, 30}) {
            ways.put(
                    "counts, p·ln(p/q), prior " + prior,
                    (cell, all, sample, most) -> counted(null, cell, all, vocabulary, prior, 0, sample, most));
        }
        for (double least : new double[] {0, 3.3, 5.4, 8, 12}) {
            ways.put(
                    "counts, ratio of at least " + least,
                    (cell, all, sample, most) -> counted(null, cell, all, vocabulary, 0, least, sample, most));
        }
        ways.put(
                "counts, ratio of at least 5.4, more probable to the decoder",
                (cell, all, sample, most) -> counted(decoder, cell, all, vocabulary, 0, 5.4, sample, most));
        ways.put(
                "counts, prior 10, ratio of at least 5.4",
                (cell, all, sample, most) -> counted(null, cell, all, vocabulary, 10, 5.4, sample, most));
        ways.put(
                "counts, prior 10, ratio of at least 3.3, more probable to the decoder",
                (cell, all, sample, most) -> counted(decoder, cell, all, vocabulary, 10, 3.3, sample, most));
        return ways;
    }

    private void read(Corpus corpus, VaeWeights weights, InferenceEngine engine, Path file, String date, int days)
            throws IOException {
        List<Map<String, Object>> lines = JsonLines.read(file);
        List<Bow> all = new ArrayList<>();
        for (int doc = 0; doc < corpus.size(); doc++) {
            all.add(corpus.get(doc));
        }
        List<byte[]> latents = TrainedNetwork.encode(weights, all, engine);
        for (int doc = 0; doc < all.size(); doc++) {
            if (latents.get(doc) != null && lines.get(doc).get(date) != null) {
                bows.add(all.get(doc));
                stored.add(latents.get(doc));
                intervals.add(Instant.parse(lines.get(doc).get(date).toString()).getEpochSecond() / (86_400L * days));
            }
        }
    }

    private void run(int clusters, int most, int[] samples, Map<String, Way> ways, Corpus corpus) {
        float[][] units = stored.stream().map(Latents::dequantize).toArray(float[][]::new);
        Partition partition =
                new Clusterer(new ClusterOptions(clusters, 42)).cluster(units, BowSource.of(bows), () -> {});
        Map<Integer, Map<Long, Cell>> cells = new TreeMap<>();
        SplittableRandom random = new SplittableRandom(3);
        for (int doc = 0; doc < units.length; doc++) {
            int cluster = partition.assign(units[doc]);
            Cell cell = cells.computeIfAbsent(cluster, key -> new TreeMap<>())
                    .computeIfAbsent(
                            intervals.get(doc), key -> new Cell(cluster, new ArrayList<>(), new ArrayList<>()));
            (random.nextBoolean() ? cell.found() : cell.judged()).add(doc);
        }
        System.out.printf("%,d documents, %d clusters, %d words%n", units.length, partition.count(), most);
        System.out.println(
                "| way | sample | intervals | words | occur more | occur at all | share more, points | ms |");
        System.out.println("|---|---|---|---|---|---|---|---|");
        for (int sample : samples) {
            for (Map.Entry<String, Way> way : ways.entrySet()) {
                row(way.getKey(), way.getValue(), sample, most, cells, corpus);
            }
        }
    }

    private void row(String name, Way way, int sample, int most, Map<Integer, Map<Long, Cell>> cells, Corpus corpus) {
        int judged = 0;
        double more = 0;
        double occur = 0;
        double gain = 0;
        int words = 0;
        long nanos = 0;
        String example = "";
        for (Map<Long, Cell> byTime : cells.values()) {
            List<Cell> all = List.copyOf(byTime.values());
            for (Cell cell : all) {
                if (cell.found().size() < FEWEST || cell.judged().size() < FEWEST || all.size() < 2) {
                    continue;
                }
                long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
                int[] chosen = way.words(cell, all, sample, most);
                nanos += ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;
                judged++;
                if (judged == 40) {
                    example = Arrays.stream(chosen)
                            .mapToObj(id -> corpus.vocabulary().surface(id))
                            .toList()
                            .toString();
                }
                for (int id : chosen) {
                    double in = share(cell.judged(), id);
                    List<Integer> others = new ArrayList<>();
                    all.stream().filter(each -> !each.equals(cell)).forEach(each -> others.addAll(each.judged()));
                    double out = share(others, id);
                    more += in > out ? 1 : 0;
                    occur += in > 0 ? 1 : 0;
                    gain += in - out;
                    words++;
                }
            }
        }
        System.out.printf(
                "| %s | %d | %d | %.1f | %.3f | %.3f | %.1f | %.2f | %s%n",
                name,
                sample,
                judged,
                (double) words / judged,
                more / words,
                occur / words,
                100 * gain / words,
                nanos / 1e6 / judged,
                example);
    }

    private double share(List<Integer> docs, int id) {
        int with = 0;
        for (int doc : docs) {
            with += Arrays.binarySearch(bows.get(doc).ids(), id) >= 0 ? 1 : 0;
        }
        return docs.isEmpty() ? 0 : (double) with / docs.size();
    }

    private float[] mean(List<Integer> docs) {
        float[] mean = new float[stored.get(0).length];
        for (int doc : docs) {
            float[] unit = Latents.dequantize(stored.get(doc));
            for (int d = 0; d < mean.length; d++) {
                mean[d] += unit[d];
            }
        }
        return VectorUtil.l2normalize(mean, false);
    }

    private int[] decoded(Decoder decoder, Cell cell, List<Cell> cluster, boolean present, int sample, int most) {
        List<Integer> all = new ArrayList<>();
        cluster.forEach(each -> all.addAll(each.found()));
        float[] here = decoder.logProbabilities(mean(cell.found()));
        float[] usual = decoder.logProbabilities(mean(all));
        int[] with = counts(first(cell.found(), sample), here.length);
        return best(
                IntStream.range(0, here.length)
                        .filter(id -> !present || with[id] > 1)
                        .toArray(),
                id -> Math.exp(here[id]) * (here[id] - usual[id]),
                most);
    }

    private static List<Integer> first(List<Integer> docs, int sample) {
        return docs.subList(0, Math.min(sample, docs.size()));
    }

    private int[] counts(List<Integer> docs, int vocabulary) {
        int[] with = new int[vocabulary];
        for (int doc : docs) {
            for (int id : bows.get(doc).ids()) {
                with[id]++;
            }
        }
        return with;
    }

    /**
     * @param decoder a word must be more probable to it at the interval's mean than at the cluster's; null for any word
     * @param prior the number of documents with the cluster's share of a word that are added to the interval's, for
     *     p·ln(p/q); 0 to rank by the likelihood ratio
     * @param leastRatio the least likelihood ratio of a word
     */
    private int[] counted(
            Decoder decoder,
            Cell cell,
            List<Cell> cluster,
            int vocabulary,
            double prior,
            double leastRatio,
            int sample,
            int most) {
        List<Integer> own = first(cell.found(), sample);
        List<Integer> others = new ArrayList<>();
        List<Integer> all = new ArrayList<>();
        cluster.forEach(each -> all.addAll(first(each.found(), sample)));
        cluster.stream().filter(each -> !each.equals(cell)).forEach(each -> others.addAll(first(each.found(), sample)));
        int[] with = counts(own, vocabulary);
        int[] without = counts(others, vocabulary);
        double n = own.size();
        double m = others.size();
        float[] here = decoder == null ? null : decoder.logProbabilities(mean(own));
        float[] usual = decoder == null ? null : decoder.logProbabilities(mean(all));
        return best(
                IntStream.range(0, vocabulary)
                        .filter(id -> with[id] > 1 && (decoder == null || here[id] > usual[id]))
                        .toArray(),
                id -> {
                    double share = (with[id] + without[id]) / (n + m);
                    double ratio = term(with[id], n, share) + term(without[id], m, share);
                    if (with[id] / n <= without[id] / m || ratio < leastRatio) {
                        return -1;
                    }
                    double p = (with[id] + prior * share) / (n + prior);
                    double q = (without[id] + .5) / (m + 1);
                    return prior == 0 ? ratio : p * Math.log(p / q);
                },
                most);
    }

    private static double term(double with, double n, double share) {
        return (with == 0 ? 0 : with * Math.log(with / (n * share)))
                + (with == n ? 0 : (n - with) * Math.log((n - with) / (n * (1 - share))));
    }

    private static int[] best(int[] ids, java.util.function.IntToDoubleFunction score, int most) {
        Map<Integer, Double> scores = new HashMap<>();
        Arrays.stream(ids).forEach(id -> scores.put(id, score.applyAsDouble(id)));
        return Arrays.stream(ids)
                .boxed()
                .filter(id -> scores.get(id) > 0)
                .sorted(Comparator.comparingDouble((Integer id) -> -scores.get(id)))
                .limit(most)
                .mapToInt(Integer::intValue)
                .toArray();
    }
}
