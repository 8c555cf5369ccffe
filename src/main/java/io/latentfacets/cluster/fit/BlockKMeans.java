/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.fit;

import io.latentfacets.arithmetic.Kernel;
import io.latentfacets.arithmetic.Kernels;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.apache.lucene.util.VectorUtil;

/**
 * Lloyd's k-means of points of unit length with greedy k-means++ seeds, best of several starts, as {@link KMeans} has
 * it, several times as fast. It keeps points in blocks, dimension by dimension, so that one instruction serves many
 * points, and moves the sums of clusters only by the points that change theirs. It compares scores in steps of 2⁻²², so
 * that points within a step of a border may go to the other side than with {@code KMeans}; the lowest cluster of a tie
 * wins. The result depends only on the arguments and the state of the random generator. Not thread-safe; an object
 * serves any number of runs.
 */
final class BlockKMeans {
    /** Squared distances below this are rounding: the points are equal. */
    private static final double SAME = 1e-6;

    /** The largest number of clusters: a key holds the cluster in its low bits. */
    static final int MAX_COUNT = 127;

    /** The number of points in a block: 64 kB with 64 dimensions, which the second cache holds. */
    private static final int BLOCK = 256;

    private static final int CLUSTER_BITS = 7;
    private static final int CLUSTER_MASK = (1 << CLUSTER_BITS) - 1;
    /** Scores are from −1.5 to 1. */
    private static final float STEPS = 1 << 22;

    /** The number of dot products between two checks: a few milliseconds. */
    private static final int CHECK_EVERY = 1 << 18;

    private final float[][] points;
    private final float[] weights;
    /** The points of each block, {@code [blocks][dims][row]}, and zeros behind them. */
    private final float[][] blocks;

    private final double squares;
    /** The number of points of each block but the last. */
    private final int stride;

    private final int row;
    /** The score of each point of a block with each vector, {@code [vectors][row]}. */
    private float[] scores = new float[0];

    private final Kernel kernel = Kernels.best();
    private final int[] best;
    private final int[] keys;
    private final Runnable checkCancelled;

    /**
     * @param points the points, {@code [points][dims]}, of unit length, at least one; neither changed nor copied
     * @param weights the weight of each point, above 0
     * @param checkCancelled a callback, called many times a second, that throws to stop
     */
    BlockKMeans(float[][] points, float[] weights, Runnable checkCancelled) {
        this.points = points;
        this.weights = weights;
        this.checkCancelled = checkCancelled;
        this.keys = new int[points.length];
        int dims = points[0].length;
        blocks = new float[(points.length + BLOCK - 1) / BLOCK][];
        stride = (points.length + blocks.length - 1) / blocks.length;
        row = Kernel.padded(stride);
        best = new int[stride];
        double sum = 0;
        for (int b = 0; b < blocks.length; b++) {
            int from = b * stride;
            float[] block = new float[dims * row];
            for (int p = 0; p < size(b); p++) {
                float[] point = points[from + p];
                for (int i = 0; i < dims; i++) {
                    block[i * row + p] = point[i];
                }
                sum += weights[from + p] * (double) VectorUtil.dotProduct(point, point);
            }
            blocks[b] = block;
        }
        squares = sum;
    }

    /**
     * Divides the points from the best of several seeds.
     *
     * @param starts the number of starts
     * @param passes the largest number of passes of one start
     * @param trials the number of candidates for each seed; 1 is plain k-means++
     * @param count the requested number of clusters, up to {@link #MAX_COUNT}; the result has fewer if there are fewer
     *     distinct points
     * @param random the source of the seeds
     */
    KMeans.Result run(int starts, int passes, int trials, int count, SplittableRandom random) {
        KMeans.Result best = null;
        for (int start = 0; start < starts; start++) {
            KMeans.Result result = refine(seeds(count, trials, random), passes);
            if (best == null
                    || result.centers().length > best.centers().length
                    || (result.centers().length == best.centers().length && result.inertia() < best.inertia())) {
                best = result;
            }
        }
        return best;
    }

    private float[][] seeds(int count, int trials, SplittableRandom random) {
        float[] distances = new float[points.length];
        Arrays.fill(distances, Float.POSITIVE_INFINITY);
        float[][] seeds = new float[Math.min(count, points.length)][];
        seeds[0] = points[random.nextInt(points.length)].clone();
        float[][] candidates = {seeds[0]};
        float[][] nearer = new float[trials + 1][points.length];
        double sum = nearer(candidates, distances, nearer)[0];
        float[] swap = distances;
        distances = nearer[0];
        nearer[0] = swap;
        candidates = new float[trials][];
        for (int s = 1; s < seeds.length; s++) {
            checkCancelled.run();
            if (sum <= 0) {
                return Arrays.copyOf(seeds, s);
            }
            for (int t = 0; t < trials; t++) {
                candidates[t] = points[draw(distances, random.nextDouble() * sum)];
            }
            double[] sums = nearer(candidates, distances, nearer);
            int kept = 0;
            for (int t = 1; t < trials; t++) {
                kept = sums[t] < sums[kept] ? t : kept;
            }
            seeds[s] = candidates[kept].clone();
            sum = sums[kept];
            swap = distances;
            distances = nearer[kept];
            nearer[kept] = swap;
        }
        return seeds;
    }

    /**
     * Writes, for each of some seeds, the squared distance of each point to its nearest seed, with this one as a
     * further seed. Returns the weighted sums of these distances.
     *
     * @param into one row per seed, overwritten
     */
    private double[] nearer(float[][] seeds, float[] distances, float[][] into) {
        double[] sums = new double[seeds.length];
        float[] flat = flat(seeds);
        float[] offsets = new float[seeds.length];
        Arrays.fill(offsets, -1);
        for (int b = 0; b < blocks.length; b++) {
            score(b, flat, offsets);
            for (int t = 0; t < seeds.length; t++) {
                sums[t] += nearer(b, scores, t * row, distances, into[t]);
            }
        }
        return sums;
    }

    private double nearer(int block, float[] of, int at, float[] distances, float[] into) {
        int from = block * stride;
        int size = size(block);
        double sum = 0;
        for (int p = 0; p < size; p++) {
            float distance = -2 * of[at + p];
            distance = Math.min(distances[from + p], distance > SAME ? distance : 0);
            into[from + p] = distance;
            sum += weights[from + p] * distance;
        }
        return sum;
    }

    /** The number of points in a block. */
    private int size(int block) {
        return Math.max(0, Math.min(stride, points.length - block * stride));
    }

    /** The point at which the running weighted sum of distances passes the target; never a point at distance 0. */
    private int draw(float[] distances, double target) {
        int last = -1;
        double running = 0;
        for (int i = 0; i < distances.length; i++) {
            if (distances[i] > 0) {
                last = i;
                running += weights[i] * distances[i];
                if (running > target) {
                    return i;
                }
            }
        }
        return last;
    }

    /**
     * Runs Lloyd's iterations from given centers.
     *
     * @param centers the centers to start from, {@code [count][dims]}, no longer than 1; overwritten
     */
    KMeans.Result refine(float[][] centers, int passes) {
        int[] labels = new int[points.length];
        Arrays.fill(labels, -1);
        Sums sums = new Sums(centers.length, points[0].length);
        for (int pass = 0; pass < passes; pass++) {
            assign(centers);
            int changed = move(labels, sums);
            repair(labels, sums);
            sums.centers(centers);
            // so few points that still change their cluster move the centers too little to matter
            if (changed <= points.length / 10_000) {
                break;
            }
        }
        return new KMeans.Result(centers, labels, sums.sizes, squares - sums.explained(centers));
    }

    /** Writes to keys, for each point, the step of the best score and the cluster that has it. */
    private void assign(float[][] centers) {
        float[] offsets = new float[centers.length];
        for (int c = 0; c < centers.length; c++) {
            offsets[c] = -.5f * VectorUtil.dotProduct(centers[c], centers[c]);
        }
        int stretch = Math.max(1, CHECK_EVERY / stride / centers.length);
        float[] flat = flat(centers);
        for (int b = 0; b < blocks.length; b++) {
            if (b % stretch == 0) {
                checkCancelled.run();
            }
            score(b, flat, offsets);
            Arrays.fill(best, Integer.MIN_VALUE);
            for (int c = 0; c < centers.length; c++) {
                keep(scores, c * row, best, CLUSTER_MASK - c);
            }
            System.arraycopy(best, 0, keys, b * stride, size(b));
        }
    }

    private static void keep(float[] scores, int at, int[] best, int cluster) {
        for (int p = 0; p < best.length; p++) {
            best[p] = Math.max(best[p], ((int) (scores[at + p] * STEPS) << CLUSTER_BITS) | cluster);
        }
    }

    /** Writes to scores the product of each point of a block with each vector, plus that vector's offset. */
    private void score(int block, float[] vectors, float[] offsets) {
        if (scores.length < offsets.length * row) {
            scores = new float[offsets.length * row];
        }
        for (int c = 0; c < offsets.length; c++) {
            Arrays.fill(scores, c * row, (c + 1) * row, offsets[c]);
        }
        int dims = points[0].length;
        kernel.multiply(vectors, 0, dims, 1, blocks[block], 0, row, scores, 0, row, offsets.length, row, dims);
    }

    private static float[] flat(float[][] vectors) {
        int dims = vectors[0].length;
        float[] flat = new float[vectors.length * dims];
        for (int c = 0; c < vectors.length; c++) {
            System.arraycopy(vectors[c], 0, flat, c * dims, dims);
        }
        return flat;
    }

    /** Takes the labels from the keys, and the points that have other ones than before into their sums. */
    private int move(int[] labels, Sums sums) {
        int changed = 0;
        for (int i = 0; i < labels.length; i++) {
            int label = CLUSTER_MASK - (keys[i] & CLUSTER_MASK);
            if (label != labels[i]) {
                if (labels[i] >= 0) {
                    sums.add(labels[i], points[i], -weights[i], -1);
                }
                sums.add(label, points[i], weights[i], 1);
                labels[i] = label;
                changed++;
            }
        }
        return changed;
    }

    /** An empty cluster takes over the point that fits its own cluster worst. */
    private void repair(int[] labels, Sums sums) {
        for (int c = 0; c < sums.sizes.length; c++) {
            if (sums.sizes[c] > 0) {
                continue;
            }
            int worst = -1;
            for (int i = 0; i < labels.length; i++) {
                if (sums.sizes[labels[i]] > 1 && (worst < 0 || keys[i] < keys[worst])) {
                    worst = i;
                }
            }
            if (worst >= 0) {
                sums.add(labels[worst], points[worst], -weights[worst], -1);
                sums.add(c, points[worst], weights[worst], 1);
                labels[worst] = c;
                keys[worst] = Integer.MAX_VALUE;
            }
        }
    }

    /** The weighted sums of the points of clusters. */
    private static final class Sums {
        private final double[][] sums;
        private final double[] totals;
        private final int[] sizes;

        Sums(int count, int dims) {
            sums = new double[count][dims];
            totals = new double[count];
            sizes = new int[count];
        }

        void add(int cluster, float[] point, double weight, int one) {
            double[] sum = sums[cluster];
            for (int j = 0; j < sum.length; j++) {
                sum[j] += weight * point[j];
            }
            totals[cluster] += weight;
            sizes[cluster] += one;
        }

        /** Writes the means; a cluster without points keeps its center. */
        void centers(float[][] centers) {
            for (int c = 0; c < sizes.length; c++) {
                for (int j = 0; j < centers[c].length && sizes[c] > 0; j++) {
                    centers[c][j] = (float) (sums[c][j] / totals[c]);
                }
            }
        }

        /** By how much less the squared distances to these centers add up to than the squared lengths. */
        double explained(float[][] centers) {
            double explained = 0;
            for (int c = 0; c < sizes.length; c++) {
                for (int j = 0; j < centers[c].length; j++) {
                    explained += (2 * sums[c][j] - totals[c] * centers[c][j]) * centers[c][j];
                }
            }
            return explained;
        }
    }
}
