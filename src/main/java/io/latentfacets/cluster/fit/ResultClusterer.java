/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.fit;

import io.latentfacets.cluster.ClusterMap;
import io.latentfacets.cluster.Codebook;
import io.latentfacets.cluster.LinearRule;
import io.latentfacets.cluster.Points;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Divides the results of a search into clusters while somebody waits: k-means on the latents as they are (Euclidean on
 * unit vectors, k-means++, best of several starts), started on a part of them and finished on all. Deterministic: same
 * latents in the same order, same clusters. Stateless and thread-safe; computes on the calling thread.
 */
public final class ResultClusterer {
    /** The number of clusters is found by the data. */
    public static final int AUTO = 0;

    /** Most clusters of one result. */
    public static final int MAX_COUNT = 100;

    /** Starts are tried on so many latents, the best one is finished on all. */
    static final int MAX_START = 4000;

    /** Few latents are divided many times, which costs no more and finds what is a matter of luck in few. */
    private static final int LEAST_STARTS = 6;

    private static final int MOST_STARTS = 64;
    private static final int STARTED_LATENTS = 20_000;
    private static final int MOST_PLAIN_STARTS = 400;
    private static final int PLAIN_STARTED_LATENTS = 8_000;
    private static final int SEEDING_TRIALS = 4;
    private static final int PASSES = 60;

    /** What was found on a part is nearly right for all. */
    private static final int FINISHING_PASSES = 12;

    /** Looking for a number costs a k-means for each number that is tried. */
    private static final CountChooser.Effort EFFORT = new CountChooser.Effort(2, 600, 25);

    private static final int TRIAL_STARTS = 2;
    private static final long SEED = 0x6c61_7465_6e74L;

    private final int count;
    private final Runnable checkCancelled;

    /**
     * A division of results.
     *
     * @param codebook clusters by size, the largest first
     * @param sizes weight of the latents in each cluster, none 0
     * @param mean dims: of all latents, less than unit length
     */
    public record Result(Codebook codebook, long[] sizes, float[] mean) {}

    /**
     * @param count 2 to {@link #MAX_COUNT}, or {@link #AUTO}
     * @param checkCancelled called many times a second; throws to stop
     */
    public ResultClusterer(int count, Runnable checkCancelled) {
        this.count = count;
        this.checkCancelled = checkCancelled;
    }

    /**
     * @param latents at least one, int8[dims], none all zero, in an order that does not depend on how they came here;
     *     the first ones must be as good a sample as any
     * @param weights how often each occurs, at least 1
     * @return as many clusters as were asked for, or as there are distinct directions
     */
    public Result cluster(byte[][] latents, int[] weights) {
        float[][] points = new float[latents.length][];
        float[] floatWeights = new float[latents.length];
        for (int i = 0; i < points.length; i++) {
            points[i] = unit(latents[i]);
            floatWeights[i] = weights[i];
        }
        SplittableRandom random = new SplittableRandom(SEED);
        int wanted = count == AUTO ? choose(points) : count;
        float[][] first = points.length <= MAX_START ? points : Arrays.copyOf(points, MAX_START);
        float[] firstWeights = Arrays.copyOf(floatWeights, first.length);
        int starts = Math.max(LEAST_STARTS, Math.min(MOST_STARTS, STARTED_LATENTS / first.length));
        KMeans kMeans = new KMeans(false, starts, PASSES, SEEDING_TRIALS, checkCancelled);
        KMeans.Result found = kMeans.run(first, firstWeights, wanted, random);
        // choosy seeds are much the same every time, which among a handful of latents is once too often
        int plain = Math.min(MOST_PLAIN_STARTS, PLAIN_STARTED_LATENTS / first.length);
        if (plain > 0) {
            KMeans.Result other =
                    new KMeans(false, plain, PASSES, 1, checkCancelled).run(first, firstWeights, wanted, random);
            boolean better = other.centers().length >= found.centers().length && other.inertia() < found.inertia();
            found = better ? other : found;
        }
        if (first.length < points.length) {
            KMeans finish = new KMeans(false, 1, FINISHING_PASSES, 1, checkCancelled);
            found = finish.refine(points, floatWeights, found.centers());
        }
        float[] mean = mean(points, floatWeights);
        return ordered(Codebook.quantize(found.centers(), mean), latents, weights, mean);
    }

    private int choose(float[][] points) {
        CountChooser chooser = new CountChooser(
                SEED,
                EFFORT,
                (sample, random) -> wanted -> rule(new KMeans(false, TRIAL_STARTS, PASSES, 1, checkCancelled)
                        .run(sample, wanted, random)
                        .centers()),
                checkCancelled);
        return chooser.choose(points).chosen();
    }

    private static LinearRule rule(float[][] centers) {
        float[] biases = new float[centers.length];
        for (int c = 0; c < biases.length; c++) {
            double squares = 0;
            for (float component : centers[c]) {
                squares += component * component;
            }
            biases[c] = (float) (-squares / 2);
        }
        return new LinearRule(centers, biases);
    }

    /** Counts by the rounded centroids, which are what counts from here on, and orders by that. */
    private static Result ordered(Codebook codebook, byte[][] latents, int[] weights, float[] mean) {
        long[] sizes = new long[codebook.count()];
        for (int i = 0; i < latents.length; i++) {
            sizes[codebook.assign(latents[i])] += weights[i];
        }
        List<Integer> order = new ArrayList<>(IntStream.range(0, sizes.length)
                .filter(c -> sizes[c] > 0)
                .boxed()
                .toList());
        order.sort(Comparator.comparingLong((Integer c) -> -sizes[c]).thenComparing(c -> c));
        return new Result(
                codebook.pick(order), order.stream().mapToLong(c -> sizes[c]).toArray(), mean);
    }

    private static float[] mean(float[][] points, float[] weights) {
        double[] sum = new double[points[0].length];
        double total = 0;
        for (int i = 0; i < points.length; i++) {
            total += weights[i];
            for (int j = 0; j < sum.length; j++) {
                sum[j] += (double) weights[i] * points[i][j];
            }
        }
        float[] mean = new float[sum.length];
        for (int j = 0; j < mean.length; j++) {
            mean[j] = (float) (sum[j] / total);
        }
        return mean;
    }

    private static float[] unit(byte[] latent) {
        float[] unit = new float[latent.length];
        for (int j = 0; j < unit.length; j++) {
            unit[j] = latent[j];
        }
        Points.normalize(unit);
        return unit;
    }

    /** Places of clusters on a map of their own: see {@link io.latentfacets.cluster.ClusterInfo#x}. */
    public static float[][] places(Codebook codebook) {
        float[][] centroids = new float[codebook.count()][];
        for (int c = 0; c < centroids.length; c++) {
            centroids[c] = codebook.centroid(c);
        }
        return ClusterMap.place(centroids);
    }
}
