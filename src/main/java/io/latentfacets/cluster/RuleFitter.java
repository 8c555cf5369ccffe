/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

import java.util.SplittableRandom;

/**
 * Finds the linear rule that divides points into a given number of clusters. The best kind of rule that the points
 * allow is used: a tied Gaussian mixture started from k-means in whitened space; that k-means, if a component of the
 * mixture starves; spherical k-means where there are too few points for a covariance.
 */
final class RuleFitter {
    private static final int PASSES = 60;
    private static final int SEEDING_TRIALS = 4;
    private static final int MICRO_PASSES = 12;
    private static final int MIN_MICRO = 50;
    private static final int MAX_MICRO = 300;
    private static final int POINTS_PER_MICRO = 50;

    /** A covariance needs several points per dimension even when it is shrunk, and a mixture several per component. */
    private static final int MIN_POINTS_PER_DIMENSION = 8;

    private static final int MIN_POINTS_PER_CLUSTER = 10;

    private final float[][] points;
    private final int starts;
    private final SplittableRandom random;
    private final Runnable checkCancelled;
    private final Whitening whitening;
    private final float[][] whitened;

    /**
     * @param points unit length, at least one
     * @param starts of each k-means
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

    /** @return a rule of count clusters, none of them empty; fewer if there are fewer distinct points */
    LinearRule fit(int count) {
        if (whitened != null && points.length >= MIN_POINTS_PER_CLUSTER * count) {
            KMeans.Result start =
                    new KMeans(false, starts, PASSES, SEEDING_TRIALS, checkCancelled).run(whitened, count, random);
            int found = start.centers().length;
            TiedMixture.Rule mixture = new TiedMixture(whitened, start.labels(), found).fit(checkCancelled);
            if (mixture != null) {
                LinearRule rule = fold(mixture.directions(), mixture.biases());
                if (rule.usesAll(points)) {
                    return rule;
                }
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

    /** Nearest center in whitened space: |x − μ|² is smallest where x·μ − ½|μ|² is largest. */
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
