/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.fit;

import io.latentfacets.cluster.Points;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.apache.lucene.util.VectorUtil;

/**
 * Lloyd's k-means, Euclidean or spherical, with greedy k-means++ seeds (Arthur and Vassilvitskii, 2007), best of
 * several starts. A cluster that runs empty takes over the point that fits its own cluster worst. The result depends
 * only on the arguments and the state of the random generator. Immutable and thread-safe.
 */
final class KMeans {
    /** Squared distances below this part of a seed's squared length are rounding: the points are equal. */
    private static final double SAME = 1e-6;

    /** The number of dot products between two checks: some ten milliseconds. */
    private static final int CHECK_EVERY = 1 << 20;

    private final boolean spherical;
    private final int starts;
    private final int iterations;
    private final int seedingTrials;
    private final Runnable checkCancelled;

    /**
     * @param centers the centers, {@code [count][dims]}, unit length if spherical
     * @param labels the cluster of each point
     * @param sizes the number of points of each cluster, at least 1
     * @param inertia the weighted sum of squared distances to the own center
     */
    record Result(float[][] centers, int[] labels, int[] sizes, double inertia) {}

    /**
     * @param spherical whether to scale centers to unit length; the points must then have unit length
     * @param starts the number of starts
     * @param iterations the largest number of passes of one start
     * @param seedingTrials the number of candidates for each seed; 1 is plain k-means++
     * @param checkCancelled a callback, called many times a second, that throws to stop
     */
    KMeans(boolean spherical, int starts, int iterations, int seedingTrials, Runnable checkCancelled) {
        this.spherical = spherical;
        this.starts = starts;
        this.iterations = iterations;
        this.seedingTrials = seedingTrials;
        this.checkCancelled = checkCancelled;
    }

    /**
     * @param points the points, {@code [points][dims]}, at least one; not changed
     * @param count the requested number of clusters; the result has fewer if there are fewer distinct points
     * @param random the source of the seeds
     */
    Result run(float[][] points, int count, SplittableRandom random) {
        return run(points, ones(points.length), count, random);
    }

    /**
     * {@link #run(float[][], int, SplittableRandom)} with weighted points.
     *
     * @param weights the weight of each point, above 0
     */
    Result run(float[][] points, float[] weights, int count, SplittableRandom random) {
        Result best = null;
        for (int start = 0; start < starts; start++) {
            Result result = refine(points, weights, seeds(points, weights, count, random));
            if (best == null
                    || result.centers.length > best.centers.length
                    || (result.centers.length == best.centers.length && result.inertia < best.inertia)) {
                best = result;
            }
        }
        return best;
    }

    static float[] ones(int count) {
        float[] ones = new float[count];
        Arrays.fill(ones, 1);
        return ones;
    }

    private float[][] seeds(float[][] points, float[] weights, int count, SplittableRandom random) {
        int n = points.length;
        float[] norms = squaredLengths(points);
        double[] distances = new double[n];
        Arrays.fill(distances, Double.POSITIVE_INFINITY);
        float[][] seeds = new float[Math.min(count, n)][];
        int first = random.nextInt(n);
        double sum = nearer(points, weights, norms, first, distances, distances);
        seeds[0] = points[first].clone();
        double[] trial = new double[n];
        double[] kept = new double[n];
        for (int s = 1; s < seeds.length; s++) {
            checkCancelled.run();
            if (sum <= 0) {
                return Arrays.copyOf(seeds, s);
            }
            double keptSum = Double.POSITIVE_INFINITY;
            int keptPoint = -1;
            for (int t = 0; t < seedingTrials; t++) {
                int candidate = draw(distances, weights, random.nextDouble() * sum);
                double candidateSum = nearer(points, weights, norms, candidate, distances, trial);
                if (candidateSum < keptSum) {
                    keptSum = candidateSum;
                    keptPoint = candidate;
                    double[] swap = kept;
                    kept = trial;
                    trial = swap;
                }
            }
            seeds[s] = points[keptPoint].clone();
            System.arraycopy(kept, 0, distances, 0, n);
            sum = keptSum;
        }
        return seeds;
    }

    /**
     * Writes to target the squared distance of each point to its nearest seed, with this point as a further seed.
     * Returns the weighted sum of these distances.
     */
    private static double nearer(
            float[][] points, float[] weights, float[] norms, int seed, double[] distances, double[] target) {
        double sum = 0;
        for (int i = 0; i < points.length; i++) {
            double d = norms[i] + norms[seed] - 2 * VectorUtil.dotProduct(points[i], points[seed]);
            d = Math.min(distances[i], d > SAME * norms[seed] ? d : 0);
            target[i] = d;
            sum += weights[i] * d;
        }
        return sum;
    }

    /** The point at which the running weighted sum of distances passes the target; never a point at distance 0. */
    private static int draw(double[] distances, float[] weights, double target) {
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
     * @param centers the centers to start from, {@code [count][dims]}; overwritten
     */
    Result refine(float[][] points, float[] weights, float[][] centers) {
        int n = points.length;
        float[] norms = squaredLengths(points);
        int[] labels = new int[n];
        Arrays.fill(labels, -1);
        float[] fits = new float[n];
        int[] sizes = new int[centers.length];
        double inertia = 0;
        for (int iteration = 0; iteration < iterations; iteration++) {
            int changed = assign(points, centers, labels, fits, sizes);
            repair(labels, norms, fits, sizes);
            update(points, weights, labels, sizes, centers);
            // so few points that still change their cluster move the centers too little to matter
            if (changed <= n / 10_000) {
                break;
            }
        }
        for (int i = 0; i < n; i++) {
            inertia += weights[i] * squaredDistance(points[i], centers[labels[i]]);
        }
        return new Result(centers, labels, sizes, inertia);
    }

    private int assign(float[][] points, float[][] centers, int[] labels, float[] fits, int[] sizes) {
        float[] offsets = new float[centers.length];
        for (int c = 0; c < centers.length; c++) {
            offsets[c] = spherical ? 0 : 0.5f * VectorUtil.dotProduct(centers[c], centers[c]);
        }
        Arrays.fill(sizes, 0);
        int changed = 0;
        int stretch = Math.max(1, CHECK_EVERY / centers.length);
        for (int i = 0; i < points.length; i++) {
            if (i % stretch == 0) {
                checkCancelled.run();
            }
            int best = 0;
            float bestFit = Float.NEGATIVE_INFINITY;
            for (int c = 0; c < centers.length; c++) {
                float fit = VectorUtil.dotProduct(points[i], centers[c]) - offsets[c];
                if (fit > bestFit) {
                    bestFit = fit;
                    best = c;
                }
            }
            changed += labels[i] == best ? 0 : 1;
            labels[i] = best;
            fits[i] = bestFit;
            sizes[best]++;
        }
        return changed;
    }

    static void repair(int[] labels, float[] norms, float[] fits, int[] sizes) {
        for (int c = 0; c < sizes.length; c++) {
            if (sizes[c] > 0) {
                continue;
            }
            int worst = -1;
            for (int i = 0; i < labels.length; i++) {
                // half the squared distance to the own center is |x|²/2 − fit, up to a constant
                if (sizes[labels[i]] > 1 && (worst < 0 || norms[i] / 2 - fits[i] > norms[worst] / 2 - fits[worst])) {
                    worst = i;
                }
            }
            if (worst >= 0) {
                sizes[labels[worst]]--;
                labels[worst] = c;
                sizes[c] = 1;
                fits[worst] = Float.POSITIVE_INFINITY;
            }
        }
    }

    private void update(float[][] points, float[] weights, int[] labels, int[] sizes, float[][] centers) {
        int dims = points[0].length;
        double[][] sums = new double[centers.length][dims];
        double[] totals = new double[centers.length];
        for (int i = 0; i < points.length; i++) {
            double[] sum = sums[labels[i]];
            float[] point = points[i];
            double weight = weights[i];
            totals[labels[i]] += weight;
            for (int j = 0; j < dims; j++) {
                sum[j] += weight * point[j];
            }
        }
        for (int c = 0; c < centers.length; c++) {
            if (sizes[c] == 0) {
                continue;
            }
            float[] center = new float[dims];
            for (int j = 0; j < dims; j++) {
                center[j] = (float) (sums[c][j] / totals[c]);
            }
            // members that cancel out have no mean direction: the cluster keeps its center
            if (!spherical || Points.normalize(center)) {
                centers[c] = center;
            }
        }
    }

    private static float[] squaredLengths(float[][] points) {
        float[] norms = new float[points.length];
        for (int i = 0; i < norms.length; i++) {
            norms[i] = VectorUtil.dotProduct(points[i], points[i]);
        }
        return norms;
    }

    private static double squaredDistance(float[] a, float[] b) {
        return VectorUtil.squareDistance(a, b);
    }
}
