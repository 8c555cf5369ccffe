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

    private int decide(float[] point) {
        int best = 0;
        double bestScore = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < biases.length; c++) {
            double score = biases[c];
            for (int i = 0; i < point.length; i++) {
                score += (double) directions[c][i] * point[i];
            }
            if (score > bestScore) {
                bestScore = score;
                best = c;
            }
        }
        return best;
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
