/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.fit;

import io.latentfacets.cluster.LinearRule;
import io.latentfacets.cluster.Points;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.lucene.util.VectorUtil;

/**
 * Changes a division so that each of some subjects has a cluster of its own. Points that show a subject say where it
 * is: their mean takes the points that are nearer to it than to the mean of the others of their cluster. That mean
 * stays where it is while those of the clusters move, and the points that show a subject stay with it, so that no
 * subject drifts into its neighbour. Where what is left of a cluster is the same subject by the graph of nearest
 * neighbours, it joins. Then a rule is fitted. docs/adr/0061 has what was measured. For a single use; not thread-safe.
 */
final class GuidedDivision {
    /** How much the modularity must rise for the rest of a cluster to join a subject. */
    private static final double GAIN = 0.002;

    /**
     * Of a smaller part of the graph, so much less must the modularity rise: no joining gains more than twice the
     * volume of the smaller part, so what is left of a small subject could never join. A tenth of a group of 5 %, as
     * less is not left of a cluster: so this changes nothing for such groups, on which the gain was measured.
     */
    private static final double SMALL = 0.005;

    /** The least part of the share of points with a term of a subject in what joins it. */
    private static final double ALIKE = 0.25;

    /** The number of times that points change between subjects and clusters. */
    private static final int PASSES = 5;

    /** What is left of a cluster is none if it is a smaller part of it. */
    private static final double LEAST_LEFT = 0.1;

    private final float[][] points;
    private final float[][] space;
    private final RuleFitter fitter;
    private final int[] sample;
    private final NeighborGraph graph;

    /**
     * A subject.
     *
     * @param points the points that show it, at least one
     * @param withTerms the points that have one of its terms; empty if it has none
     * @param former the cluster of the division that goes on from the one which the subject had before; −1 for none
     */
    record Shown(int[] points, BitSet withTerms, int former) {}

    /**
     * What came of it.
     *
     * @param rule a rule whose first clusters are those of the subjects that have one, in their order; null if none has
     * @param subjects the subjects that have a cluster, ascending
     */
    record Result(LinearRule rule, int[] subjects) {}

    /**
     * An attempt at a division with some subjects.
     *
     * @param rule the division; null if there is none
     * @param unfit if so, the subject that is the reason
     */
    private record Attempt(LinearRule rule, int unfit) {}

    /** Improves the cluster of each point by the words; keeps the number of clusters. */
    @FunctionalInterface
    interface Polish {
        int[] apply(int[] labels, int count);
    }

    /**
     * @param points the points that rules are fitted on, {@code [points][dims]}, unit length
     * @param seed the seed of the sample that judges
     * @param checkCancelled a callback that throws to stop
     */
    GuidedDivision(float[][] points, long seed, Runnable checkCancelled) {
        this.points = points;
        this.fitter = new RuleFitter(points, 1, new SplittableRandom(seed), checkCancelled);
        this.space = fitter.space();
        this.sample = Points.sampleRows(points, RuleSelector.MAX_POINTS, seed);
        float[][] drawn = new float[sample.length][];
        Arrays.setAll(drawn, i -> points[sample[i]]);
        this.graph = new NeighborGraph(drawn, RuleSelector.NEIGHBORS, checkCancelled);
    }

    /**
     * Guides a division. A subject that a rule gives no point, as where the points that show it lie scattered, has no
     * cluster: then the division is guided anew without it. There are two clusters at least if the division has two.
     *
     * @param rule the division
     * @param most the largest number of clusters, at least that of the subjects; 0 for any
     * @param shown the points that show each subject, at least one each, none twice
     * @param polish improves the division
     */
    Result guided(LinearRule rule, int most, List<Shown> shown, Polish polish) {
        int[] found = rule.assign(points);
        List<Integer> kept =
                new ArrayList<>(IntStream.range(0, shown.size()).boxed().toList());
        while (!kept.isEmpty()) {
            Attempt attempt = attempt(
                    found, rule.count(), most, kept.stream().map(shown::get).toList(), polish);
            if (attempt.rule != null) {
                return new Result(
                        attempt.rule, kept.stream().mapToInt(Integer::intValue).toArray());
            }
            kept.remove(attempt.unfit);
        }
        return new Result(null, new int[0]);
    }

    private Attempt attempt(int[] found, int clusters, int most, List<Shown> shown, Polish polish) {
        int subjects = shown.size();
        int least = Math.min(2, clusters);
        int[] labels = split(found, clusters, shown);
        int count = join(labels, shown, compact(labels, subjects, subjects + clusters), most, least);
        while (count >= least) {
            int[] polished = polish.apply(labels, count);
            hold(polished, shown);
            RuleFitter.Fit fit = fitter.fit(polished, count);
            if (fit.rule() != null || fit.unused() < subjects) {
                return new Attempt(fit.rule(), fit.unused());
            }
            // this cluster would be empty, as where the division cut a group into pieces: it joins another
            merge(labels, likest(labels, fit.unused(), subjects, count), fit.unused());
            count = compact(labels, subjects, count);
        }
        return new Attempt(null, weakest(shown));
    }

    /** The subject that the fewest points show, the last one of equals. */
    private static int weakest(List<Shown> shown) {
        int weakest = 0;
        for (int s = 1; s < shown.size(); s++) {
            weakest = shown.get(s).points().length <= shown.get(weakest).points().length ? s : weakest;
        }
        return weakest;
    }

    /** The subjects are the first clusters, those of the division follow; some may be empty. */
    private int[] split(int[] found, int clusters, List<Shown> shown) {
        int subjects = shown.size();
        int[] labels = Arrays.stream(found).map(label -> label + subjects).toArray();
        int[] sizes = sizes(labels, subjects + clusters);
        int[] own = labels.clone();
        hold(labels, shown);
        float[][] fixed = Arrays.copyOf(means(labels, subjects), subjects);
        for (int s = 0; s < subjects; s++) {
            if (goesOn(shown.get(s), found)) {
                // else what is nearer to the rest would leave a former cluster of the subject, anew at each training
                merge(own, s, shown.get(s).former() + subjects);
            }
        }
        int[] split = own.clone();
        hold(split, shown);
        for (int pass = 0; pass < PASSES; pass++) {
            float[][] means = means(split, subjects + clusters);
            System.arraycopy(fixed, 0, means, 0, subjects);
            split = nearest(own, means, subjects);
            hold(split, shown);
        }
        leave(split, sizes, subjects);
        return split;
    }

    /** Whether at least half of the points that show a subject are in its former cluster: it may mean another now. */
    private static boolean goesOn(Shown subject, int[] found) {
        return subject.former() >= 0
                && 2
                                * Arrays.stream(subject.points())
                                        .filter(i -> found[i] == subject.former())
                                        .count()
                        >= subject.points().length;
    }

    /** The nearest of the subjects and the own cluster of each point. */
    private int[] nearest(int[] own, float[][] means, int subjects) {
        float[] halves = halves(means);
        int[] nearest = own.clone();
        for (int i = 0; i < nearest.length; i++) {
            float best = VectorUtil.dotProduct(space[i], means[nearest[i]]) - halves[nearest[i]];
            for (int s = 0; s < subjects; s++) {
                float score = VectorUtil.dotProduct(space[i], means[s]) - halves[s];
                if (score > best) {
                    best = score;
                    nearest[i] = s;
                }
            }
        }
        return nearest;
    }

    /** Half the squared length of each mean: |x − μ|² is smallest where x·μ − ½|μ|² is largest. */
    private static float[] halves(float[][] means) {
        float[] halves = new float[means.length];
        for (int c = 0; c < means.length; c++) {
            halves[c] = VectorUtil.dotProduct(means[c], means[c]) / 2;
        }
        return halves;
    }

    /** Gives the few points that are left of a cluster to the nearest other. */
    private void leave(int[] labels, int[] former, int subjects) {
        int[] sizes = sizes(labels, former.length);
        float[][] means = means(labels, former.length);
        float[] halves = halves(means);
        for (int i = 0; i < labels.length; i++) {
            if (!stays(labels[i], sizes, former, subjects)) {
                int best = -1;
                float most = Float.NEGATIVE_INFINITY;
                for (int c = 0; c < means.length; c++) {
                    float score = VectorUtil.dotProduct(space[i], means[c]) - halves[c];
                    if (score > most && stays(c, sizes, former, subjects)) {
                        most = score;
                        best = c;
                    }
                }
                labels[i] = best;
            }
        }
    }

    private static boolean stays(int cluster, int[] sizes, int[] former, int subjects) {
        return cluster < subjects || (sizes[cluster] > 0 && sizes[cluster] >= LEAST_LEFT * former[cluster]);
    }

    private static void hold(int[] labels, List<Shown> shown) {
        for (int s = 0; s < shown.size(); s++) {
            for (int row : shown.get(s).points()) {
                labels[row] = s;
            }
        }
    }

    /** Joins clusters, unless there are only so many; returns how many there are then. */
    private int join(int[] labels, List<Shown> shown, int clusters, int most, int least) {
        int subjects = shown.size();
        int count = clusters;
        while (count > Math.max(subjects, least)) {
            int[] ofSample = ofSample(labels);
            double[][] gains = graph.gainsOfMerging(ofSample, count);
            keepApart(gains, labels, shown, count);
            int[] pair = best(enough(gains, graph.volumes(ofSample, count)), 0, subjects, subjects, count);
            if (pair == null && most > 0 && count > most) {
                pair = count - subjects > 1
                        ? best(gains, subjects, count, subjects, count)
                        : best(gains, 0, subjects, subjects, count);
                // clusters that the sample lacks gain nothing
                pair = pair == null ? new int[] {count - subjects > 1 ? count - 2 : 0, count - 1} : pair;
            }
            if (pair == null) {
                return count;
            }
            merge(labels, pair[0], pair[1]);
            count = compact(labels, subjects, count);
        }
        return count;
    }

    private int[] ofSample(int[] labels) {
        return Arrays.stream(sample).map(i -> labels[i]).toArray();
    }

    private static void merge(int[] labels, int into, int from) {
        for (int i = 0; i < labels.length; i++) {
            labels[i] = labels[i] == from ? into : labels[i];
        }
    }

    /** The cluster whose joining with another costs least: no subject, unless there are only those beside it. */
    private int likest(int[] labels, int cluster, int subjects, int count) {
        double[] gains = graph.gainsOfMerging(ofSample(labels), count)[cluster];
        int likest = -1;
        for (int c = count - subjects > 1 ? subjects : 0; c < count; c++) {
            if (c != cluster && (likest < 0 || gains[c] > gains[likest])) {
                likest = c;
            }
        }
        return likest;
    }

    /** The gains that are large enough for the rest of a cluster to join a subject; others are negative infinity. */
    static double[][] enough(double[][] gains, double[] volumes) {
        double[][] enough = new double[gains.length][gains.length];
        for (int a = 0; a < gains.length; a++) {
            for (int b = 0; b < gains.length; b++) {
                double part = Math.min(1, Math.min(volumes[a], volumes[b]) / SMALL);
                enough[a][b] = gains[a][b] > GAIN * part ? gains[a][b] : Double.NEGATIVE_INFINITY;
            }
        }
        return enough;
    }

    /** A cluster where the terms of a subject are much rarer than among its own points is another subject. */
    private static void keepApart(double[][] gains, int[] labels, List<Shown> shown, int count) {
        int[] sizes = sizes(labels, count);
        for (int s = 0; s < shown.size(); s++) {
            BitSet with = shown.get(s).withTerms();
            int[] have = new int[count];
            for (int i = with.nextSetBit(0); i >= 0; i = with.nextSetBit(i + 1)) {
                have[labels[i]]++;
            }
            double least = ALIKE * have[s] / sizes[s];
            for (int c = shown.size(); c < count; c++) {
                gains[s][c] = have[c] < least * sizes[c] ? Double.NEGATIVE_INFINITY : gains[s][c];
            }
        }
    }

    /** The pair of clusters whose joining gains most, the first from [fromA, toA); null if all gains are infinite. */
    private static int[] best(double[][] gains, int fromA, int toA, int fromB, int toB) {
        double highest = Double.NEGATIVE_INFINITY;
        int[] pair = null;
        for (int a = fromA; a < toA; a++) {
            for (int b = Math.max(a + 1, fromB); b < toB; b++) {
                if (gains[a][b] > highest) {
                    highest = gains[a][b];
                    pair = new int[] {a, b};
                }
            }
        }
        return pair;
    }

    /** Numbers the clusters that have points from 0; all subjects have some. Returns how many there are. */
    private static int compact(int[] labels, int subjects, int clusters) {
        int[] sizes = sizes(labels, clusters);
        int[] numbers = new int[clusters];
        int next = 0;
        for (int c = 0; c < clusters; c++) {
            numbers[c] = c < subjects || sizes[c] > 0 ? next++ : -1;
        }
        for (int i = 0; i < labels.length; i++) {
            labels[i] = numbers[labels[i]];
        }
        return next;
    }

    private static int[] sizes(int[] labels, int clusters) {
        int[] sizes = new int[clusters];
        for (int label : labels) {
            sizes[label]++;
        }
        return sizes;
    }

    /** The mean of each of the first clusters; zero for an empty one. */
    private float[][] means(int[] labels, int clusters) {
        float[][] means = new float[clusters][space[0].length];
        int[] sizes = new int[clusters];
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] < clusters) {
                sizes[labels[i]]++;
                for (int j = 0; j < space[i].length; j++) {
                    means[labels[i]][j] += space[i][j];
                }
            }
        }
        for (int c = 0; c < clusters; c++) {
            for (int j = 0; j < means[c].length; j++) {
                means[c][j] /= Math.max(1, sizes[c]);
            }
        }
        return means;
    }
}
