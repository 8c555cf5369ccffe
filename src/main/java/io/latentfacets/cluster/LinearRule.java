/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

import org.apache.lucene.util.VectorUtil;

/**
 * A linear rule: a point x belongs to the cluster c with the largest directions[c]·x + biases[c], the lowest one of a
 * tie. Thread-safe as long as nobody writes to the arrays, which the record does not copy.
 *
 * @param directions the direction of each cluster, {@code [count][dims]}
 * @param biases the bias of each cluster, {@code [count]}
 */
public record LinearRule(float[][] directions, float[] biases) {
    private static final double UNIT_ROUNDOFF = 0x1p-24;

    /**
     * The temperature of memberships, as a share of the spread of the directions. With it they say most about the true
     * class of documents ({@code MembershipBenchmark}, ADR 64), with 10 to 60 clusters of two corpora.
     */
    static final double TEMPERATURE = 0.04;

    /** Below this share of the highest membership, memberships are 0: e⁻⁴⁰, which no sum of doubles shows. */
    private static final double LEAST_LOGARITHM = -40;

    public int count() {
        return biases.length;
    }

    public int assign(float[] point) {
        int best = 0;
        float bestScore = Float.NEGATIVE_INFINITY;
        for (int c = 0; c < biases.length; c++) {
            float score = VectorUtil.dotProduct(directions[c], point) + biases[c];
            if (score > bestScore) {
                bestScore = score;
                best = c;
            }
        }
        return best;
    }

    /**
     * The cluster of a point of unit length, the same at every call. {@link VectorUtil} adds floats in an order that
     * can change when the JIT compiles it, so sums of doubles in a fixed order decide where rounding could.
     *
     * @param margin what {@link #margin} returns
     */
    int assign(float[] point, float margin) {
        int best = 0;
        float first = Float.NEGATIVE_INFINITY;
        float second = Float.NEGATIVE_INFINITY;
        for (int c = 0; c < biases.length; c++) {
            float score = VectorUtil.dotProduct(directions[c], point) + biases[c];
            if (score > first) {
                second = first;
                first = score;
                best = c;
            } else if (score > second) {
                second = score;
            }
        }
        // a NaN makes the comparison false
        return first - second > margin ? best : decide(point);
    }

    /**
     * {@link #assign(float[], float)} of a point whose cluster is one of a few.
     *
     * @param among those clusters, ascending; the first {@code count} count, at least one
     */
    int assign(float[] point, float margin, int[] among, int count) {
        int best = among[0];
        float first = Float.NEGATIVE_INFINITY;
        float second = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < count; i++) {
            int c = among[i];
            float score = VectorUtil.dotProduct(directions[c], point) + biases[c];
            if (score > first) {
                second = first;
                first = score;
                best = c;
            } else if (score > second) {
                second = score;
            }
        }
        if (first - second > margin) {
            return best;
        }
        double bestScore = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < count; i++) {
            double score = exact(among[i], point);
            if (score > bestScore) {
                bestScore = score;
                best = among[i];
            }
        }
        return best;
    }

    private int decide(float[] point) {
        int best = 0;
        double bestScore = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < biases.length; c++) {
            double score = exact(c, point);
            if (score > bestScore) {
                bestScore = score;
                best = c;
            }
        }
        return best;
    }

    /** A score by a sum of doubles in a fixed order. */
    private double exact(int c, float[] point) {
        double score = biases[c];
        for (int i = 0; i < point.length; i++) {
            score += (double) directions[c][i] * point[i];
        }
        return score;
    }

    /** The lead from which rounding cannot change the order of two scores of a point of unit length. */
    float margin() {
        double largest = 0;
        for (int c = 0; c < biases.length; c++) {
            double squares = 0;
            for (float component : directions[c]) {
                squares += (double) component * component;
            }
            largest = Math.max(largest, Math.sqrt(squares) + Math.abs(biases[c]));
        }
        // Each of two scores has a rounding error in each of two orders of summation. The bias and the unit length
        // add one term each. The factor 2 is a safety margin.
        return (float) (2 * 4 * (directions[0].length + 2) * UNIT_ROUNDOFF * largest);
    }

    /**
     * The temperature by which the differences of scores become memberships: {@link #TEMPERATURE} of the root mean
     * square distance of the directions from their mean. So memberships do not depend on the unit of the scores, which
     * differs from rule to rule.
     */
    double temperature() {
        double squares = 0;
        for (int d = 0; d < directions[0].length; d++) {
            double mean = 0;
            for (float[] direction : directions) {
                mean += direction[d] / (double) count();
            }
            for (float[] direction : directions) {
                squares += (direction[d] - mean) * (direction[d] - mean);
            }
        }
        return Math.max(TEMPERATURE * Math.sqrt(squares / count()), Float.MIN_NORMAL);
    }

    /** The memberships of a point in each cluster, which add up to 1. */
    double[] memberships(float[] point, double temperature) {
        double[] memberships = new double[count()];
        for (int c = 0; c < memberships.length; c++) {
            memberships[c] = biases[c];
            for (int i = 0; i < point.length; i++) {
                memberships[c] += (double) directions[c][i] * point[i];
            }
        }
        soften(memberships, temperature);
        return memberships;
    }

    /**
     * Replaces scores by their softmax, the same on every machine.
     *
     * @param temperature what the scores are divided by, above 0
     */
    static void soften(double[] scores, double temperature) {
        double highest = Double.NEGATIVE_INFINITY;
        for (double score : scores) {
            highest = Math.max(highest, score);
        }
        double sum = 0;
        for (int c = 0; c < scores.length; c++) {
            double logarithm = (scores[c] - highest) / temperature;
            // Math.exp may differ in its last bit between processors, and a filter and a count run on different nodes
            scores[c] = logarithm < LEAST_LOGARITHM ? 0 : StrictMath.exp(logarithm);
            sum += scores[c];
        }
        for (int c = 0; c < scores.length; c++) {
            scores[c] /= sum;
        }
    }

    public int[] assign(float[][] points) {
        int[] labels = new int[points.length];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = assign(points[i]);
        }
        return labels;
    }

    /** Whether every cluster has at least one of the points. */
    public boolean usesAll(float[][] points) {
        boolean[] used = new boolean[count()];
        int missing = used.length;
        for (int i = 0; i < points.length && missing > 0; i++) {
            int c = assign(points[i]);
            missing -= used[c] ? 0 : 1;
            used[c] = true;
        }
        return missing == 0;
    }
}
