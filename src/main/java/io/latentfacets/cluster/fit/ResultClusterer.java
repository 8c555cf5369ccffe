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
 * Divides the results of one search into clusters, fast enough for a search request. Runs k-means on the unit latents
 * without whitening (Euclidean, k-means++, best of several starts): the starts on a part of the latents, the last
 * passes on all. Deterministic: equal latents in the same order give equal clusters. Stateless and thread-safe;
 * computes on the calling thread.
 */
public final class ResultClusterer {
    /** The count with which the number of clusters is chosen from the data. */
    public static final int AUTO = 0;

    /** The largest number of clusters of one search. */
    public static final int MAX_COUNT = 100;

    /** The largest number of latents that the starts use; the best start is finished on all latents. */
    static final int MAX_START = 4000;

    /**
     * The least number of starts. Few latents get more starts at the same cost, because a good start is rarer there.
     */
    private static final int LEAST_STARTS = 6;

    private static final int MOST_STARTS = 64;
    private static final int STARTED_LATENTS = 20_000;
    private static final int MOST_PLAIN_STARTS = 400;
    private static final int PLAIN_STARTED_LATENTS = 8_000;
    private static final int SEEDING_TRIALS = 4;
    private static final int PASSES = 60;

    /** Passes of a start on a part of the latents; the best start goes on until it stands still. */
    private static final int PART_PASSES = 10;

    /** Few passes suffice on all latents: the centers found on a part are nearly right. */
    private static final int FINISHING_PASSES = 12;

    /** The effort of choosing a number: each number that is tried costs one k-means per draw, so it is small. */
    private static final CountChooser.Effort EFFORT = new CountChooser.Effort(2, 600, 25);

    private static final int TRIAL_STARTS = 2;
    private static final int TRIAL_PASSES = 12;

    /** The number of latents between two checks. */
    private static final int CHECK_EVERY = 1 << 13;

    /** The number of latents that are assigned at once. */
    private static final int BLOCK = 1 << 7;

    private static final long SEED = 0x6c61_7465_6e74L;

    private final int count;
    private final Runnable checkCancelled;

    /**
     * A division of results.
     *
     * @param codebook the centroids, the largest cluster first
     * @param sizes the summed weight of the latents in each cluster, at least 1
     * @param mean the mean of all unit latents, {@code [dims]}, at most of unit length
     */
    public record Result(Codebook codebook, long[] sizes, float[] mean) {}

    /**
     * @param count the number of clusters, 2 to {@link #MAX_COUNT}, or {@link #AUTO}
     * @param checkCancelled a callback, called many times a second, that throws to stop
     */
    public ResultClusterer(int count, Runnable checkCancelled) {
        this.count = count;
        this.checkCancelled = checkCancelled;
    }

    /**
     * @param latents the latents, int8 {@code [documents][dims]}, at least one, none all zero; their order must not
     *     depend on how shards delivered them, and the first ones must be a random sample
     * @param weights the number of occurrences of each latent, at least 1
     * @return the requested number of clusters; fewer if there are fewer distinct directions, or if no latent is
     *     nearest to a rounded centroid
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
        BlockKMeans kMeans = new BlockKMeans(first, firstWeights, checkCancelled);
        boolean part = first.length < points.length;
        int passes = part ? PART_PASSES : PASSES;
        KMeans.Result found = kMeans.run(starts, passes, SEEDING_TRIALS, wanted, random);
        // Greedy k-means++ picks nearly the same seeds in every start. On few latents that repeats one local optimum,
        // so plain seeds are tried as well.
        int plain = Math.min(MOST_PLAIN_STARTS, PLAIN_STARTED_LATENTS / first.length);
        if (plain > 0) {
            KMeans.Result other = kMeans.run(plain, passes, 1, wanted, random);
            boolean better = other.centers().length >= found.centers().length && other.inertia() < found.inertia();
            found = better ? other : found;
        }
        if (part) {
            found = kMeans.refine(found.centers(), PASSES);
            found = new BlockKMeans(points, floatWeights, checkCancelled).refine(found.centers(), FINISHING_PASSES);
        }
        float[] mean = mean(points, floatWeights);
        return ordered(Codebook.quantize(found.centers(), mean), latents, weights, mean);
    }

    private int choose(float[][] points) {
        CountChooser chooser = new CountChooser(
                SEED,
                EFFORT,
                (sample, random) -> {
                    BlockKMeans kMeans = new BlockKMeans(sample, KMeans.ones(sample.length), checkCancelled);
                    return wanted -> rule(kMeans.run(TRIAL_STARTS, TRIAL_PASSES, 1, wanted, random)
                            .centers());
                },
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

    /** Assigns the latents by the rounded centroids, which shards will use, and orders the clusters by their size. */
    private Result ordered(Codebook codebook, byte[][] latents, int[] weights, float[] mean) {
        long[] sizes = new long[codebook.count()];
        Codebook.BlockAssigner assigner = codebook.assigner();
        byte[] block = new byte[BLOCK * codebook.dims()];
        int[] clusters = new int[BLOCK];
        for (int from = 0; from < latents.length; from += BLOCK) {
            if (from % CHECK_EVERY == 0) {
                checkCancelled.run();
            }
            int size = Math.min(BLOCK, latents.length - from);
            for (int i = 0; i < size; i++) {
                System.arraycopy(latents[from + i], 0, block, i * codebook.dims(), codebook.dims());
            }
            assigner.assign(block, size, clusters);
            for (int i = 0; i < size; i++) {
                sizes[clusters[i]] += weights[from + i];
            }
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

    /** The coordinates of the clusters on a map of their own, {@code [count][2]}: see {@link ClusterMap#place}. */
    public static float[][] places(Codebook codebook) {
        float[][] centroids = new float[codebook.count()][];
        for (int c = 0; c < centroids.length; c++) {
            centroids[c] = codebook.centroid(c);
        }
        return ClusterMap.place(centroids);
    }
}
