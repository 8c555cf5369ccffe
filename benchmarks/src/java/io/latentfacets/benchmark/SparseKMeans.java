/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Lloyd's k-means with greedy k-means++ seeding (Arthur and Vassilvitskii, 2007) on sparse rows, the best of several
 * starts: the algorithm and the defaults of scikit-learn. The k-means libraries for the JVM either need dense rows,
 * which take gigabytes here, or compare a sparse row with a center in time linear in the vocabulary.
 */
final class SparseKMeans {
    private static final int STARTS = 5;
    private static final int ITERATIONS = 200;

    private final SparseMatrix points;
    private final double[] squares;
    private final int count;

    /**
     * A clustering of points.
     *
     * @param points the points, one per row
     * @param count the number of clusters, at most the number of points
     */
    SparseKMeans(SparseMatrix points, int count) {
        this.points = points;
        this.count = count;
        this.squares = new double[points.rows()];
        for (int i = 0; i < squares.length; i++) {
            for (float value : points.values()[i]) {
                squares[i] += (double) value * value;
            }
        }
    }

    /** The cluster of each point. */
    int[] fit(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int[] best = null;
        double bestInertia = Double.POSITIVE_INFINITY;
        for (int start = 0; start < STARTS; start++) {
            int[] labels = new int[points.rows()];
            double inertia = lloyd(seeds(random), labels);
            if (inertia < bestInertia) {
                bestInertia = inertia;
                best = labels;
            }
        }
        return best;
    }

    /**
     * The initial centers, column-major {@code [columns][count]}: the values of one column are adjacent for all
     * centers.
     */
    private float[] seeds(SplittableRandom random) {
        float[] centers = new float[points.columns() * count];
        double[] distances = new double[points.rows()];
        Arrays.fill(distances, Double.POSITIVE_INFINITY);
        int trials = 2 + (int) Math.log(count);
        int seed = random.nextInt(points.rows());
        distances = nearer(seed, distances);
        put(seed, centers, 0);
        for (int c = 1; c < count; c++) {
            double sum = Arrays.stream(distances).sum();
            double[] kept = null;
            double keptSum = Double.POSITIVE_INFINITY;
            for (int t = 0; t < trials; t++) {
                int candidate = draw(distances, random.nextDouble() * sum);
                double[] then = nearer(candidate, distances);
                double thenSum = Arrays.stream(then).sum();
                if (thenSum < keptSum) {
                    keptSum = thenSum;
                    kept = then;
                    seed = candidate;
                }
            }
            put(seed, centers, c);
            distances = kept == null ? distances : kept;
        }
        return centers;
    }

    private void put(int point, float[] centers, int center) {
        for (int e = 0; e < points.ids()[point].length; e++) {
            centers[points.ids()[point][e] * count + center] = points.values()[point][e];
        }
    }

    private double[] nearer(int seed, double[] distances) {
        float[] dense = new float[points.columns()];
        for (int e = 0; e < points.ids()[seed].length; e++) {
            dense[points.ids()[seed][e]] = points.values()[seed][e];
        }
        double[] nearer = new double[distances.length];
        for (int i = 0; i < nearer.length; i++) {
            double dot = 0;
            for (int e = 0; e < points.ids()[i].length; e++) {
                dot += dense[points.ids()[i][e]] * points.values()[i][e];
            }
            nearer[i] = Math.min(distances[i], Math.max(0, squares[i] + squares[seed] - 2 * dot));
        }
        return nearer;
    }

    private static int draw(double[] weights, double target) {
        double running = 0;
        for (int i = 0; i < weights.length; i++) {
            running += weights[i];
            if (running > target) {
                return i;
            }
        }
        return weights.length - 1;
    }

    /** Runs Lloyd's iterations, writes the labels, and returns the sum of squared distances to the nearest center. */
    private double lloyd(float[] centers, int[] labels) {
        Arrays.fill(labels, -1);
        double[] distances = new double[points.rows()];
        double inertia = Double.POSITIVE_INFINITY;
        for (int iteration = 0; iteration < ITERATIONS; iteration++) {
            int changed = assign(centers, labels, distances);
            inertia = Arrays.stream(distances).sum();
            if (changed <= points.rows() / 10_000) {
                break;
            }
            update(centers, labels, distances);
        }
        return inertia;
    }

    private int assign(float[] centers, int[] labels, double[] distances) {
        double[] norms = new double[count];
        for (int i = 0; i < centers.length; i++) {
            norms[i % count] += (double) centers[i] * centers[i];
        }
        float[] dots = new float[count];
        int changed = 0;
        for (int i = 0; i < labels.length; i++) {
            Arrays.fill(dots, 0);
            for (int e = 0; e < points.ids()[i].length; e++) {
                int from = points.ids()[i][e] * count;
                float value = points.values()[i][e];
                for (int c = 0; c < count; c++) {
                    dots[c] += value * centers[from + c];
                }
            }
            int best = 0;
            for (int c = 1; c < count; c++) {
                if (norms[c] - 2 * dots[c] < norms[best] - 2 * dots[best]) {
                    best = c;
                }
            }
            changed += labels[i] == best ? 0 : 1;
            labels[i] = best;
            distances[i] = Math.max(0, squares[i] + norms[best] - 2 * dots[best]);
        }
        return changed;
    }

    /** Moves the centers to the means. A cluster without points restarts at the point farthest from its own center. */
    private void update(float[] centers, int[] labels, double[] distances) {
        Arrays.fill(centers, 0);
        int[] sizes = new int[count];
        for (int label : labels) {
            sizes[label]++;
        }
        for (int i = 0; i < labels.length; i++) {
            float share = 1f / sizes[labels[i]];
            for (int e = 0; e < points.ids()[i].length; e++) {
                centers[points.ids()[i][e] * count + labels[i]] += share * points.values()[i][e];
            }
        }
        for (int c = 0; c < count; c++) {
            if (sizes[c] == 0) {
                int worst = 0;
                for (int i = 1; i < distances.length; i++) {
                    worst = distances[i] > distances[worst] ? i : worst;
                }
                put(worst, centers, c);
                distances[worst] = 0;
            }
        }
    }
}
