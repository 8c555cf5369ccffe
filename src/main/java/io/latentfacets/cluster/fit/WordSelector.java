/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.fit;

import io.latentfacets.cluster.LinearRule;
import io.latentfacets.cluster.Measures;
import io.latentfacets.cluster.bottleneck.InformationBottleneck;
import io.latentfacets.cluster.bottleneck.WordShares;
import io.latentfacets.text.BowSource;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Selects a rule by the words of the documents whose latents the points are, and by the points. Fits several rules of
 * several kinds and keeps the best one by a sum of three terms, of which none is right everywhere: how much its
 * clusters tell about the words, less a penalty for their entropy ({@link InformationBottleneck#objective}); the
 * silhouette of the points; and the {@linkplain NeighborGraph#normalizedCut normalised cut} of their graph. Then a pass
 * of the information bottleneck improves its division, and a rule is fitted to the improved one. docs/adr/0046 has what
 * was measured.
 *
 * <p>The candidates are fitted and judged on a sample. At most {@link #MAX_POLISHED} points are improved, fewer if
 * their documents are long: their words take at most 24 MB, and 16 bytes for each word and cluster. For a single use;
 * not thread-safe.
 */
final class WordSelector {
    /** The largest number of points that are improved. */
    static final int MAX_POLISHED = 20_000;

    /** The largest number of different words of documents, summed over the documents: 6 bytes each. */
    static final long MAX_ENTRIES = 4L << 20;

    /** Without a penalty, clusters of equal size win where the subjects are of very different sizes. */
    private static final double PENALTY = .3;

    /** The weight of the mean share of a cluster's edges that leave it. */
    private static final double CUT = .5;

    /** More passes move away from what a linear rule can express. */
    private static final int PASSES = 1;

    /** The part of the points that must have words: a rule for all cannot be selected by the words of few. */
    private static final double LEAST_WITH_WORDS = .5;

    /**
     * The heap that the words take at most, in bytes: those of the documents, and those of the clusters.
     *
     * @param documents the number of documents
     * @param terms the number of vocabulary entries
     * @param clusters the number of clusters
     */
    static long bytes(long documents, long terms, long clusters) {
        long entries = Math.min(MAX_ENTRIES, Math.min(documents, MAX_POLISHED) * terms);
        long kept = Math.min(terms, WordShares.MOST_WORDS);
        return entries * (Character.BYTES + Float.BYTES)
                + kept * Math.min(clusters, RuleSelector.MANY) * 2L * Double.BYTES;
    }

    private final float[][] points;
    private final BowSource words;
    private final SplittableRandom random;
    private final Runnable checkCancelled;

    /**
     * @param points the points, {@code [points][dims]}, unit length, at least one
     * @param words the words of the document of each point
     * @param random the source of the samples and of all seeds
     * @param checkCancelled a callback that throws to stop
     */
    WordSelector(float[][] points, BowSource words, SplittableRandom random, Runnable checkCancelled) {
        this.points = points;
        this.words = words;
        this.random = random;
        this.checkCancelled = checkCancelled;
    }

    /** @return a rule of {@code count} clusters, none of them empty; null if there are too few words or points */
    LinearRule select(int count) {
        if (count > RuleSelector.MANY) {
            return null;
        }
        int[] polished = affordable(sample(points.length, MAX_POLISHED));
        int[] judged = Arrays.copyOf(polished, Math.min(polished.length, RuleSelector.MAX_POINTS));
        WordShares shares = WordShares.of(words, judged);
        LinearRule best = best(judged, shares, count);
        if (best == null) {
            return null;
        }
        return polish(
                best, polished, judged.length == polished.length ? shares : WordShares.of(words, polished), count);
    }

    /** Improves the division of a rule by the words; returns the rule itself if there are too few words. */
    LinearRule polished(LinearRule rule) {
        if (rule.count() > RuleSelector.MANY) {
            return rule;
        }
        int[] rows = affordable(sample(points.length, MAX_POLISHED));
        WordShares shares = WordShares.of(words, rows);
        return haveWords(shares, rule.count()) ? polish(rule, rows, shares, rule.count()) : rule;
    }

    /**
     * Improves a division of the points by their words; returns the division itself if there are too few words.
     *
     * @param labels the cluster of each point
     */
    int[] polish(int[] labels, int count) {
        if (count > RuleSelector.MANY) {
            return labels;
        }
        int[] rows = affordable(sample(points.length, MAX_POLISHED));
        WordShares shares = WordShares.of(words, rows);
        if (!haveWords(shares, count)) {
            return labels;
        }
        int[] clusters = new InformationBottleneck(shares, PENALTY, checkCancelled)
                .polish(Arrays.stream(rows).map(row -> labels[row]).toArray(), count, PASSES, random.split())
                .clusters();
        int[] polished = labels.clone();
        for (int i = 0; i < rows.length; i++) {
            polished[rows[i]] = clusters[i];
        }
        return polished;
    }

    /** Whether enough points have words for {@code count} clusters. */
    private static boolean haveWords(WordShares shares, int count) {
        long withWords = IntStream.range(0, shares.size())
                .filter(i -> !shares.isEmpty(i))
                .count();
        return withWords >= LEAST_WITH_WORDS * shares.size() && withWords >= count;
    }

    private LinearRule best(int[] rows, WordShares shares, int count) {
        if (!haveWords(shares, count)) {
            return null;
        }
        float[][] sample = pick(rows);
        InformationBottleneck judge = new InformationBottleneck(shares, PENALTY, checkCancelled);
        NeighborGraph graph = new NeighborGraph(sample, RuleSelector.NEIGHBORS, checkCancelled);
        RuleFitter fitter = new RuleFitter(sample, 1, random, checkCancelled);
        boolean mixtures = fitter.fitsMixtures(count);
        int candidates = RuleSelector.candidates(count) * (mixtures ? 3 : 2);
        LinearRule best = null;
        double most = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < candidates; i++) {
            LinearRule rule =
                    switch (mixtures ? i % 3 : 0) {
                        case 0 -> fitter.fitSpherical(count);
                        case 1 -> fitter.fitFromKMeans(count);
                        default -> fitter.fitFromMerging(count);
                    };
            if (rule == null || rule.count() < count || !rule.usesAll(sample)) {
                continue;
            }
            int[] clusters = rule.assign(sample);
            double score = judge.objective(clusters, count)
                    + Measures.silhouette(sample, clusters)
                    - CUT * graph.normalizedCut(clusters, count) / count;
            if (score > most) {
                most = score;
                best = rule;
            }
        }
        return best;
    }

    /** Returns the rule itself if none fits the improved division. */
    private LinearRule polish(LinearRule rule, int[] rows, WordShares shares, int count) {
        float[][] taken = pick(rows);
        int[] clusters = new InformationBottleneck(shares, PENALTY, checkCancelled)
                .polish(rule.assign(taken), count, PASSES, random.split())
                .clusters();
        LinearRule fitted = new RuleFitter(taken, 1, random, checkCancelled).continued(clusters, count);
        return fitted == null ? rule : fitted;
    }

    /** The first rows, as many as their words allow. */
    private int[] affordable(int[] rows) {
        long entries = 0;
        for (int i = 0; i < rows.length; i++) {
            entries += words.get(rows[i]).size();
            if (entries > MAX_ENTRIES) {
                return Arrays.copyOf(rows, i);
            }
        }
        return rows;
    }

    /** A random sample, in random order. */
    private int[] sample(int of, int most) {
        int[] rows = new int[of];
        Arrays.setAll(rows, i -> i);
        int n = Math.min(of, most);
        for (int i = 0; i < n; i++) {
            int j = i + random.nextInt(of - i);
            int swap = rows[i];
            rows[i] = rows[j];
            rows[j] = swap;
        }
        return Arrays.copyOf(rows, n);
    }

    private float[][] pick(int[] rows) {
        float[][] picked = new float[rows.length][];
        Arrays.setAll(picked, i -> points[rows[i]]);
        return picked;
    }
}
