/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import io.latentfacets.engine.InferenceEngine;
import io.latentfacets.neighbors.Diversity;
import io.latentfacets.neighbors.Rocchio;
import io.latentfacets.text.Bow;
import io.latentfacets.text.Corpus;
import io.latentfacets.text.TextOptions;
import io.latentfacets.vae.Latents;
import io.latentfacets.vae.VaeWeights;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.Fields;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.FSDirectory;
import org.opensearch.common.lucene.search.MoreLikeThisQuery;

/**
 * Measures recommendations: of the ten documents that are found with a few examples, how many belong to the examples'
 * class, or thread (the subject without "Re:"). It compares ways to combine the examples' latents with one example
 * alone and with core's {@code more_like_this} on the same examples, then ways to use examples against, then MMR. No
 * example is among the results of any way.
 *
 * <p>Arguments: a file of JSON lines (or .gz) with the fields {@code subject}, {@code body} and {@code label}, the
 * number of trials, a directory for the engine's libraries, and a directory that keeps the trained network.
 */
public final class RecommendBenchmark {
    private static final int K = 10;
    private static final int SEED = 42;
    private static final int LEAST_OF_THREAD = 15;
    /** Core's words a document may be found by: its default of 25, and more. */
    private static final int[] MLT_TERMS = {25, 100};

    private static final String[] TEXTS = {"subject", "body"};

    private final List<byte[]> latents;
    private final float[][] units;
    private final IndexSearcher searcher;
    private final PrintStream out;
    private final Random random = new Random(SEED);

    private RecommendBenchmark(List<byte[]> latents, IndexSearcher searcher, PrintStream out) {
        this.latents = latents;
        this.units = latents.stream()
                .map(latent -> latent == null ? null : Latents.dequantize(latent))
                .toArray(float[][]::new);
        this.searcher = searcher;
        this.out = out;
    }

    public static void main(String[] args) throws IOException {
        Path file = Path.of(args[0]);
        int trials = Integer.parseInt(args[1]);
        List<Map<String, Object>> lines = JsonLines.read(file);
        InferenceEngine engine = new InferenceEngine(Path.of(args[2]).toAbsolutePath(), 1);
        engine.start();
        engine.requireAvailable();
        Path directory = Files.createTempDirectory("recommend-benchmark");
        List<byte[]> latents;
        try (Corpus corpus = EncodeBenchmark.read(file, TEXTS, TextOptions.DEFAULTS.vocabularySize(), directory)) {
            VaeWeights weights = TrainedNetwork.of(corpus, SEED, engine, Path.of(args[3]));
            List<Bow> bows = new ArrayList<>(corpus.size());
            for (int doc = 0; doc < corpus.size(); doc++) {
                bows.add(corpus.get(doc));
            }
            latents = TrainedNetwork.encode(weights, bows, engine);
        }
        Path index = Files.createTempDirectory("recommend-index");
        try (FSDirectory stored = FSDirectory.open(index)) {
            index(stored, lines);
            try (DirectoryReader reader = DirectoryReader.open(stored)) {
                RecommendBenchmark benchmark = new RecommendBenchmark(latents, new IndexSearcher(reader), System.out);
                Map<String, List<Integer>> classes = groups(lines, latents, line -> (String) line.get("label"), K + 5);
                Map<String, List<Integer>> threads =
                        groups(lines, latents, RecommendBenchmark::thread, LEAST_OF_THREAD);
                for (Map.Entry<String, Map<String, List<Integer>>> each :
                        Map.of("class", classes, "thread", threads).entrySet()) {
                    benchmark.compare(each.getKey(), each.getValue(), trials);
                    benchmark.against(each.getKey(), each.getValue(), trials);
                }
                benchmark.interests(classes, trials);
                benchmark.diversity(classes, lines, trials);
            }
            for (String left : stored.listAll()) {
                stored.deleteFile(left);
            }
        }
        Files.delete(index);
        Files.delete(directory);
    }

    private static void index(FSDirectory directory, List<Map<String, Object>> lines) throws IOException {
        FieldType vectors = new FieldType(TextField.TYPE_NOT_STORED);
        vectors.setStoreTermVectors(true);
        vectors.freeze();
        try (IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig(new EnglishAnalyzer()))) {
            for (Map<String, Object> line : lines) {
                Document document = new Document();
                for (String field : TEXTS) {
                    document.add(new Field(field, (String) line.get(field), vectors));
                }
                writer.addDocument(document);
            }
            writer.forceMerge(1);
        }
    }

    private interface Grouping {
        String of(Map<String, Object> line);
    }

    private static String thread(Map<String, Object> line) {
        return ((String) line.get("subject"))
                .strip()
                .toLowerCase(Locale.ROOT)
                .replaceFirst("^((re|fwd)\\s*:\\s*)+", "")
                .strip();
    }

    /** The documents with a latent by group, without groups that are too small. */
    private static Map<String, List<Integer>> groups(
            List<Map<String, Object>> lines, List<byte[]> latents, Grouping grouping, int least) {
        Map<String, List<Integer>> groups = new TreeMap<>();
        for (int doc = 0; doc < lines.size(); doc++) {
            if (latents.get(doc) != null) {
                groups.computeIfAbsent(grouping.of(lines.get(doc)), name -> new ArrayList<>())
                        .add(doc);
            }
        }
        groups.values().removeIf(docs -> docs.size() < least);
        groups.remove("");
        return groups;
    }

    private interface Way {
        /** The found documents, best first, without those left out. */
        List<Integer> find(List<Integer> like, List<Integer> unlike, Set<Integer> without) throws IOException;
    }

    /** The hit rate: the share of the ten found that belong to the group. */
    private static double hits(List<Integer> found, Set<Integer> members) {
        return found.stream().limit(K).filter(members::contains).count() / (double) K;
    }

    private List<Integer> draw(List<Integer> members, int count) {
        List<Integer> shuffled = new ArrayList<>(members);
        Collections.shuffle(shuffled, random);
        return List.copyOf(shuffled.subList(0, count));
    }

    private List<List<Integer>> draws(Map<String, List<Integer>> groups, int trials) {
        List<List<Integer>> all = List.copyOf(groups.values());
        return IntStream.range(0, trials)
                .mapToObj(trial -> all.get(trial % all.size()))
                .toList();
    }

    private void compare(String what, Map<String, List<Integer>> groups, int trials) throws IOException {
        Map<String, Way> ways = new LinkedHashMap<>();
        ways.put("mean of unit vectors (`latent_neighbors`)", (like, unlike, without) -> nearest(mean(like), without));
        ways.put("greatest similarity", (like, unlike, without) -> best(score(like, false), without, K));
        ways.put("sum of ranks, 1 / (60 + rank)", (like, unlike, without) -> fused(like, without));
        ways.put("mean of cubed similarities", (like, unlike, without) -> best(score(like, true), without, K));
        for (int terms : MLT_TERMS) {
            ways.put(
                    "`more_like_this`, " + terms + " terms",
                    (like, unlike, without) -> mlt(like, unlike, without, terms, terms == MLT_TERMS[0] ? 2 : 1));
        }
        int[] counts = {1, 3, 5};
        Map<String, double[]> rates = new LinkedHashMap<>();
        List<List<Integer>> draws = draws(groups, trials);
        for (int c = 0; c < counts.length; c++) {
            for (List<Integer> members : draws) {
                List<Integer> like = draw(members, counts[c]);
                for (Map.Entry<String, Way> way : ways.entrySet()) {
                    List<Integer> found = way.getValue().find(like, List.of(), Set.copyOf(like));
                    rates.computeIfAbsent(way.getKey(), name -> new double[counts.length])[c] +=
                            hits(found, Set.copyOf(members)) / draws.size();
                }
            }
        }
        out.printf("%nHit rate at 10 by %s, %d of them, %d trials%n%n", what, groups.size(), trials);
        out.println("| way | one like | 3 likes | 5 likes |");
        out.println("|---|---|---|---|");
        rates.forEach((way, rate) -> out.printf("| %s | %.3f | %.3f | %.3f |%n", way, rate[0], rate[1], rate[2]));
    }

    /** A reader likes three and dislikes up to three of the wrong ones among the first twenty found. */
    private void against(String what, Map<String, List<Integer>> groups, int trials) throws IOException {
        Map<String, Way> ways = new LinkedHashMap<>();
        for (double share : new double[] {0, 0.1, 0.25, 0.5, 0.75, 1}) {
            ways.put(
                    "`latent_neighbors`, γ = " + share,
                    (like, unlike, without) ->
                            nearest(Rocchio.combine(examples(like), examples(unlike), share), without));
        }
        for (double share : new double[] {0, 0.1, 0.25}) {
            ways.put(
                    "greatest similarity, each like moved by γ = " + share,
                    (like, unlike, without) -> best(
                            greatest(like.stream()
                                    .map(doc -> Rocchio.combine(examples(List.of(doc)), examples(unlike), share))
                                    .toList()),
                            without,
                            K));
        }
        ways.put("likes less the greatest similarity to an unlike, halved", (like, unlike, without) -> {
            float[] scores = score(like, false);
            float[] other = score(unlike, false);
            for (int doc = 0; doc < scores.length; doc++) {
                scores[doc] -= other[doc] / 2;
            }
            return best(scores, without, K);
        });
        ways.put("`more_like_this` without `unlike`", (like, unlike, without) -> mlt(like, List.of(), without, 25, 2));
        ways.put("`more_like_this` with `unlike`", (like, unlike, without) -> mlt(like, unlike, without, 25, 2));
        Map<String, Double> rates = new LinkedHashMap<>();
        int counted = 0;
        for (List<Integer> members : draws(groups, trials)) {
            List<Integer> like = draw(members, 3);
            Set<Integer> own = Set.copyOf(members);
            List<Integer> wrong = best(scores(mean(like)), Set.copyOf(like), 2 * K).stream()
                    .filter(doc -> !own.contains(doc))
                    .limit(3)
                    .toList();
            if (wrong.isEmpty()) {
                continue;
            }
            counted++;
            Set<Integer> without = new HashSet<>(like);
            without.addAll(wrong);
            for (Map.Entry<String, Way> way : ways.entrySet()) {
                rates.merge(way.getKey(), hits(way.getValue().find(like, wrong, without), own), Double::sum);
            }
        }
        out.printf("%nWith examples against, by %s, %d of %d trials that found wrong ones%n%n", what, counted, trials);
        out.println("| way | hit rate at 10 |");
        out.println("|---|---|");
        int all = counted;
        rates.forEach((way, rate) -> out.printf("| %s | %.3f |%n", way, rate / all));
    }

    /** A reader of two classes likes two documents of each. */
    private void interests(Map<String, List<Integer>> groups, int trials) throws IOException {
        Map<String, Way> ways = new LinkedHashMap<>();
        ways.put("mean of unit vectors", (like, unlike, without) -> nearest(mean(like), without));
        ways.put("greatest similarity", (like, unlike, without) -> best(score(like, false), without, K));
        ways.put("mean of cubed similarities", (like, unlike, without) -> best(score(like, true), without, K));
        ways.put("sum of ranks, 1 / (60 + rank)", (like, unlike, without) -> fused(like, without));
        ways.put("`more_like_this`, 25 terms", (like, unlike, without) -> mlt(like, unlike, without, 25, 2));
        Map<String, double[]> rates = new LinkedHashMap<>();
        List<List<Integer>> all = List.copyOf(groups.values());
        for (int trial = 0; trial < trials; trial++) {
            List<List<Integer>> two = new ArrayList<>(all);
            Collections.shuffle(two, random);
            List<Integer> like = new ArrayList<>(draw(two.get(0), 2));
            like.addAll(draw(two.get(1), 2));
            for (Map.Entry<String, Way> way : ways.entrySet()) {
                List<Integer> found = way.getValue().find(like, List.of(), Set.copyOf(like));
                double first = hits(found, Set.copyOf(two.get(0)));
                double second = hits(found, Set.copyOf(two.get(1)));
                double[] sums = rates.computeIfAbsent(way.getKey(), name -> new double[2]);
                sums[0] += (first + second) / trials;
                sums[1] += Math.min(first, second) / trials;
            }
        }
        out.printf("%nTwo likes of each of two classes, %d trials%n%n", trials);
        out.println("| way | hit rate at 10 | of the class with fewer hits |");
        out.println("|---|---|---|");
        rates.forEach((way, rate) -> out.printf("| %s | %.3f | %.3f |%n", way, rate[0], rate[1]));
    }

    private void diversity(Map<String, List<Integer>> groups, List<Map<String, Object>> lines, int trials) {
        out.printf("%nMMR, 3 likes of a class, %d trials%n%n", trials);
        out.println("| candidates | diversity | hit rate at 10 | threads among the 10 | mean cosine between two |");
        out.println("|---|---|---|---|---|");
        List<List<Integer>> draws = draws(groups, trials);
        List<List<Integer>> likes =
                draws.stream().map(members -> draw(members, 3)).toList();
        for (int candidates : new int[] {50, 100, 200}) {
            for (double diversity : new double[] {0, 0.1, 0.2, 0.3, 0.5, 0.7, 1}) {
                double hits = 0;
                double threads = 0;
                double cosines = 0;
                for (int trial = 0; trial < draws.size(); trial++) {
                    List<Integer> like = likes.get(trial);
                    float[] scores = scores(mean(like));
                    List<Integer> best = best(scores, Set.copyOf(like), candidates);
                    float[] relevance = new float[best.size()];
                    float[][] points = new float[best.size()][];
                    for (int i = 0; i < relevance.length; i++) {
                        relevance[i] = (1 + scores[best.get(i)]) / 2;
                        points[i] = units[best.get(i)];
                    }
                    List<Integer> found = Diversity.choose(relevance, points, K, diversity, () -> {}).stream()
                            .map(choice -> best.get(choice.candidate()))
                            .toList();
                    hits += hits(found, Set.copyOf(draws.get(trial)));
                    threads += found.stream()
                            .map(doc -> thread(lines.get(doc)))
                            .collect(Collectors.toSet())
                            .size();
                    cosines += between(found);
                }
                out.printf(
                        "| %d | %.1f | %.3f | %.2f | %.3f |%n",
                        candidates, diversity, hits / trials, threads / trials, cosines / trials);
            }
        }
    }

    private double between(List<Integer> found) {
        double sum = 0;
        for (int a : found) {
            for (int b : found) {
                sum += a == b ? 0 : dot(units[a], units[b]);
            }
        }
        return sum / found.size() / (found.size() - 1);
    }

    private List<Rocchio.Example> examples(List<Integer> docs) {
        return docs.stream()
                .map(doc -> new Rocchio.Example(latents.get(doc), 1))
                .toList();
    }

    private byte[] mean(List<Integer> like) {
        return Rocchio.combine(examples(like), List.of(), 0);
    }

    private List<Integer> nearest(byte[] latent, Set<Integer> without) {
        return best(scores(latent), without, K);
    }

    private float[] scores(byte[] latent) {
        float[] unit = Latents.dequantize(latent);
        float[] scores = new float[units.length];
        for (int doc = 0; doc < scores.length; doc++) {
            scores[doc] = units[doc] == null ? Float.NEGATIVE_INFINITY : dot(unit, units[doc]);
        }
        return scores;
    }

    /** The greatest similarity to any of the examples, or the mean of the cubes, which favours what one is near to. */
    private float[] score(List<Integer> examples, boolean cubes) {
        float[] scores = new float[units.length];
        Arrays.fill(scores, cubes ? 0 : Float.NEGATIVE_INFINITY);
        for (int example : examples) {
            float[] own = scores(latents.get(example));
            for (int doc = 0; doc < scores.length; doc++) {
                scores[doc] = cubes
                        ? scores[doc] + own[doc] * own[doc] * own[doc] / examples.size()
                        : Math.max(scores[doc], own[doc]);
            }
        }
        return scores;
    }

    private float[] greatest(List<byte[]> asked) {
        float[] scores = new float[units.length];
        Arrays.fill(scores, Float.NEGATIVE_INFINITY);
        for (byte[] latent : asked) {
            float[] own = scores(latent);
            for (int doc = 0; doc < scores.length; doc++) {
                scores[doc] = Math.max(scores[doc], own[doc]);
            }
        }
        return scores;
    }

    private List<Integer> fused(List<Integer> like, Set<Integer> without) {
        float[] scores = new float[units.length];
        for (int example : like) {
            List<Integer> found = best(scores(latents.get(example)), without, 10 * K);
            for (int rank = 0; rank < found.size(); rank++) {
                scores[found.get(rank)] += 1f / (61 + rank);
            }
        }
        return best(scores, without, K);
    }

    private static List<Integer> best(float[] scores, Set<Integer> without, int k) {
        return IntStream.range(0, scores.length)
                .filter(doc -> !without.contains(doc))
                .boxed()
                .sorted(Comparator.comparingDouble(doc -> -scores[doc]))
                .limit(k)
                .toList();
    }

    private static float dot(float[] one, float[] other) {
        float dot = 0;
        for (int i = 0; i < one.length; i++) {
            dot += one[i] * other[i];
        }
        return dot;
    }

    /** Core's query with its defaults: words that are twice in the examples, in five documents, a third must match. */
    private List<Integer> mlt(List<Integer> like, List<Integer> unlike, Set<Integer> without, int terms, int least)
            throws IOException {
        MoreLikeThisQuery query = new MoreLikeThisQuery();
        query.setMoreLikeFields(TEXTS);
        query.setAnalyzer(new EnglishAnalyzer());
        query.setMaxQueryTerms(terms);
        query.setMinTermFrequency(least);
        query.setMinDocFreq(5);
        query.setLikeFields(fields(like));
        if (!unlike.isEmpty()) {
            query.setUnlikeFields(fields(unlike));
        }
        List<Integer> found = new ArrayList<>();
        for (ScoreDoc hit : searcher.search(query, K + without.size()).scoreDocs) {
            if (!without.contains(hit.doc)) {
                found.add(hit.doc);
            }
        }
        return found;
    }

    private Fields[] fields(List<Integer> docs) throws IOException {
        List<Fields> fields = new ArrayList<>();
        for (int doc : docs) {
            fields.add(searcher.getIndexReader().termVectors().get(doc));
        }
        return fields.toArray(Fields[]::new);
    }
}
