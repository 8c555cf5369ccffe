/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.fit;

import io.latentfacets.cluster.LinearRule;
import io.latentfacets.cluster.Points;
import java.util.BitSet;
import java.util.SplittableRandom;

/**
 * Finds the linear rule that divides points into a given number of clusters. It uses the best kind of rule that the
 * points allow. The first choice is a tied Gaussian mixture that starts from k-means in whitened space. If a component
 * of the mixture loses all its points, that k-means itself is the rule. If there are too few points for a covariance,
 * or that k-means leaves a cluster empty too, spherical k-means is the rule. Not thread-safe.
 */
final class RuleFitter {
    private static final int PASSES = 60;
    private static final int SEEDING_TRIALS = 4;
    private static final int MICRO_PASSES = 12;
    private static final int MIN_MICRO = 50;
    private static final int MAX_MICRO = 300;
    private static final int POINTS_PER_MICRO = 50;

    /** The number of micro-clusters per cluster that merging starts with; {@link #MAX_MERGED} bounds its time. */
    private static final int MICRO_PER_CLUSTER = 8;

    private static final int MAX_MERGED = 200;
    private static final int MIN_POINTS_PER_MICRO = 5;
    private static final int MERGED_PASSES = 30;

    /** A covariance needs several points per dimension, even if it is shrunk. */
    private static final int MIN_POINTS_PER_DIMENSION = 8;

    /** A mixture needs several points per component. */
    private static final int MIN_POINTS_PER_CLUSTER = 10;

    private final float[][] points;
    private final int starts;
    private final SplittableRandom random;
    private final Runnable checkCancelled;
    private final Whitening whitening;
    private final float[][] whitened;

    /**
     * What came of fitting a rule to a division.
     *
     * @param rule the rule; null if a cluster is or becomes empty
     * @param unused if so, the last such cluster; −1 otherwise
     */
    record Fit(LinearRule rule, int unused) {}

    /**
     * @param points the points, {@code [points][dims]}, unit length, at least one
     * @param starts the number of starts of the k-means of {@link #fit}
     * @param random the source of all seeds
     * @param checkCancelled a callback that throws to stop
     */
    RuleFitter(float[][] points, int starts, SplittableRandom random, Runnable checkCancelled) {
        this.points = points;
        this.starts = starts;
        this.random = random;
        this.checkCancelled = checkCancelled;
        whitening = whitening();
        whitened = whitening == null ? null : whitening.apply(points);
    }

    private Whitening whitening() {
        int n = points.length;
        if (n < MIN_POINTS_PER_DIMENSION * points[0].length) {
            return null;
        }
        int micro = Math.max(MIN_MICRO, Math.min(MAX_MICRO, n / POINTS_PER_MICRO));
        KMeans kMeans = new KMeans(false, 1, MICRO_PASSES, 1, checkCancelled);
        KMeans.Result result = kMeans.run(points, micro, random);
        return result.centers().length < micro ? null : Whitening.fit(points, result);
    }

    /** The points in whitened space, or as they are if there are too few for one; read-only. */
    float[][] space() {
        return whitened == null ? points : whitened;
    }

    /** Whether there are enough points for a mixture of {@code count} components. */
    boolean fitsMixtures(int count) {
        return whitened != null && points.length >= MIN_POINTS_PER_CLUSTER * count;
    }

    /** @return a rule of {@code count} clusters, none of them empty; fewer if there are fewer distinct points */
    LinearRule fit(int count) {
        if (fitsMixtures(count)) {
            KMeans.Result start =
                    new KMeans(false, starts, PASSES, SEEDING_TRIALS, checkCancelled).run(whitened, count, random);
            LinearRule mixture = mixture(start.labels(), start.centers().length);
            if (mixture != null) {
                return mixture;
            }
            LinearRule rule = nearest(start.centers());
            if (rule.usesAll(points)) {
                return rule;
            }
        }
        float[][] centers = new KMeans(true, starts, PASSES, SEEDING_TRIALS, checkCancelled)
                .run(points, count, random)
                .centers();
        return new LinearRule(centers, new float[centers.length]);
    }

    /** Fits spherical k-means from one start; the rule has fewer clusters if there are fewer distinct points. */
    LinearRule fitSpherical(int count) {
        float[][] centers = new KMeans(true, 1, PASSES, 1, checkCancelled)
                .run(points, count, random)
                .centers();
        return new LinearRule(centers, new float[centers.length]);
    }

    /**
     * Fits a mixture from one plain k-means; null if it does not have exactly {@code count} components. Call only if
     * {@link #fitsMixtures} is true.
     */
    LinearRule fitFromKMeans(int count) {
        KMeans.Result start = new KMeans(false, 1, PASSES, 1, checkCancelled).run(whitened, count, random);
        return start.centers().length < count ? null : mixture(start.labels(), count);
    }

    /**
     * Fits a mixture from merged micro-clusters; null if it does not have exactly {@code count} components. Call only
     * if {@link #fitsMixtures} is true.
     */
    LinearRule fitFromMerging(int count) {
        int micro = Math.min(Math.max(MICRO_PER_CLUSTER * count, MIN_MICRO), Math.max(MAX_MERGED, 2 * count));
        micro = Math.min(micro, points.length / MIN_POINTS_PER_MICRO);
        if (micro < count) {
            return null;
        }
        KMeans.Result start = new KMeans(false, 1, MERGED_PASSES, 1, checkCancelled).run(whitened, micro, random);
        int found = start.centers().length;
        if (found < count) {
            return null;
        }
        int[] merged = new MicroMerger(whitened, start.labels(), found).merge(count, checkCancelled);
        int[] labels = new int[points.length];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = merged[start.labels()[i]];
        }
        return mixture(labels, count);
    }

    /** Fits a mixture that starts from a rule's division of these points; null if a cluster is or becomes empty. */
    LinearRule refine(LinearRule rule) {
        return fitsMixtures(rule.count()) && rule.usesAll(points) ? mixture(rule.assign(points), rule.count()) : null;
    }

    /**
     * Fits a rule to a division that is to stay; null if a cluster is or becomes empty.
     *
     * @param labels the cluster of each point, 0 to count − 1
     */
    LinearRule continued(int[] labels, int count) {
        return fit(labels, count).rule();
    }

    /** Fits a rule to a division like {@link #continued}, and says which cluster is the reason if there is none. */
    Fit fit(int[] labels, int count) {
        if (fitsMixtures(count)) {
            // without expectation steps, which would move the borders a little further with every generation
            TiedMixture.Rule mixture = new TiedMixture(whitened, labels, count).maximize();
            return mixture == null ? new Fit(null, count - 1) : used(fold(mixture.directions(), mixture.biases()));
        }
        float[][] centers = new float[count][points[0].length];
        for (int i = 0; i < points.length; i++) {
            for (int j = 0; j < points[i].length; j++) {
                centers[labels[i]][j] += points[i][j];
            }
        }
        for (int c = count - 1; c >= 0; c--) {
            if (!Points.normalize(centers[c])) {
                return new Fit(null, c);
            }
        }
        return used(new LinearRule(centers, new float[count]));
    }

    private Fit used(LinearRule rule) {
        BitSet used = new BitSet();
        for (int i = 0; i < points.length && used.cardinality() < rule.count(); i++) {
            used.set(rule.assign(points[i]));
        }
        int unused = used.previousClearBit(rule.count() - 1);
        return new Fit(unused < 0 ? rule : null, unused);
    }

    /** Fits a tied mixture that starts from a division; null if a component loses all its points. */
    private LinearRule mixture(int[] labels, int count) {
        TiedMixture.Rule mixture = new TiedMixture(whitened, labels, count).fit(checkCancelled);
        if (mixture == null) {
            return null;
        }
        LinearRule rule = fold(mixture.directions(), mixture.biases());
        return rule.usesAll(points) ? rule : null;
    }

    /** The rule of the nearest center in whitened space: |x − μ|² is smallest where x·μ − ½|μ|² is largest. */
    private LinearRule nearest(float[][] centers) {
        double[][] directions = new double[centers.length][whitened[0].length];
        double[] biases = new double[centers.length];
        for (int c = 0; c < centers.length; c++) {
            for (int j = 0; j < centers[c].length; j++) {
                directions[c][j] = centers[c][j];
                biases[c] -= directions[c][j] * directions[c][j] / 2;
            }
        }
        return fold(directions, biases);
    }

    private LinearRule fold(double[][] directions, double[] biases) {
        float[][] folded = new float[directions.length][];
        float[] floatBiases = new float[biases.length];
        for (int c = 0; c < folded.length; c++) {
            folded[c] = whitening.unmap(directions[c]);
            floatBiases[c] = (float) biases[c];
        }
        return new LinearRule(folded, floatBiases);
    }
}
