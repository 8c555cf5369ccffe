/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.fit;

import java.util.Arrays;
import org.apache.lucene.util.VectorUtil;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.CholeskyDecomposition;
import org.hipparchus.linear.RealMatrix;

/**
 * A Gaussian mixture whose components share one (shrunk) covariance and have their own weights. Expectation
 * maximisation fits it, starting from a hard clustering. With a shared covariance Σ the log posterior of component c is
 * linear in the point x, up to a term that is equal for all components: {@code x·Σ⁻¹μ − ½ μ·Σ⁻¹μ + ln π}. Not
 * thread-safe.
 */
final class TiedMixture {
    private static final int ITERATIONS = 40;

    /** The relative gain of the mean log likelihood below which the iterations stop. */
    private static final double TOLERANCE = 1e-6;

    /** Posteriors below e⁻¹² of the largest count as 0. */
    private static final float NEGLIGIBLE = 12;

    /**
     * @param means the means μ, {@code [count][dims]}
     * @param directions the directions Σ⁻¹μ, {@code [count][dims]}
     * @param biases the biases −½ μ·Σ⁻¹μ + ln π, {@code [count]}
     */
    record Rule(double[][] means, double[][] directions, double[] biases) {}

    private final float[][] points;
    private final int count;
    private final int dims;
    private final double[][] scatter;
    private double[] mass;
    private double[][] sums;

    TiedMixture(float[][] points, int[] labels, int count) {
        this.points = points;
        this.count = count;
        this.dims = points[0].length;
        scatter = new double[dims][dims];
        mass = new double[count];
        sums = new double[count][dims];
        double[] row = new double[dims];
        for (int i = 0; i < points.length; i++) {
            for (int j = 0; j < dims; j++) {
                row[j] = points[i][j];
            }
            Whitening.addOuterProduct(scatter, row);
            add(labels[i], 1, points[i]);
        }
    }

    /** @return the fitted rule; null if the points do not vary around the means */
    Rule fit(Runnable checkCancelled) {
        Rule rule = maximize();
        double before = Double.NEGATIVE_INFINITY;
        for (int iteration = 0; iteration < ITERATIONS && rule != null; iteration++) {
            checkCancelled.run();
            double likelihood = expect(rule);
            rule = maximize();
            if (likelihood - before < TOLERANCE * Math.abs(likelihood)) {
                break;
            }
            before = likelihood;
        }
        return rule;
    }

    /** The best rule for the current responsibilities. */
    Rule maximize() {
        double[][] within = new double[dims][];
        for (int a = 0; a < dims; a++) {
            within[a] = scatter[a].clone();
        }
        double[][] means = new double[count][dims];
        for (int c = 0; c < count; c++) {
            if (mass[c] > 0) {
                for (int a = 0; a < dims; a++) {
                    means[c][a] = sums[c][a] / mass[c];
                }
                // Σ r (x − μ)(x − μ)ᵀ = Σ r xxᵀ − m μμᵀ, and the first sum over all components is the scatter
                for (int a = 0; a < dims; a++) {
                    for (int b = a; b < dims; b++) {
                        within[a][b] -= mass[c] * means[c][a] * means[c][b];
                    }
                }
            }
        }
        RealMatrix covariance = Whitening.shrink(within, points.length);
        if (covariance == null) {
            return null;
        }
        double[][] directions = new CholeskyDecomposition(covariance)
                .getSolver()
                .solve(new Array2DRowRealMatrix(means, false).transpose())
                .transpose()
                .getData();
        double[] biases = new double[count];
        for (int c = 0; c < count; c++) {
            double square = 0;
            for (int a = 0; a < dims; a++) {
                square += means[c][a] * directions[c][a];
            }
            biases[c] = Math.log(mass[c] / points.length) - square / 2;
        }
        return new Rule(means, directions, biases);
    }

    /** Recomputes the responsibilities; returns the mean log likelihood without the terms equal for all components. */
    private double expect(Rule rule) {
        float[][] directions = toFloats(rule.directions);
        Arrays.fill(mass, 0);
        for (double[] sum : sums) {
            Arrays.fill(sum, 0);
        }
        float[] scores = new float[count];
        double total = 0;
        for (float[] point : points) {
            float max = Float.NEGATIVE_INFINITY;
            for (int c = 0; c < count; c++) {
                scores[c] = (float) (VectorUtil.dotProduct(directions[c], point) + rule.biases[c]);
                max = Math.max(max, scores[c]);
            }
            double norm = 0;
            for (int c = 0; c < count; c++) {
                norm += scores[c] > max - NEGLIGIBLE ? Math.exp(scores[c] - max) : 0;
            }
            for (int c = 0; c < count; c++) {
                if (scores[c] > max - NEGLIGIBLE) {
                    add(c, Math.exp(scores[c] - max) / norm, point);
                }
            }
            total += max + Math.log(norm);
        }
        return total / points.length;
    }

    private void add(int component, double responsibility, float[] point) {
        mass[component] += responsibility;
        double[] sum = sums[component];
        for (int j = 0; j < dims; j++) {
            sum[j] += responsibility * point[j];
        }
    }

    private static float[][] toFloats(double[][] matrix) {
        float[][] floats = new float[matrix.length][matrix[0].length];
        for (int i = 0; i < matrix.length; i++) {
            for (int j = 0; j < floats[i].length; j++) {
                floats[i][j] = (float) matrix[i][j];
            }
        }
        return floats;
    }
}
