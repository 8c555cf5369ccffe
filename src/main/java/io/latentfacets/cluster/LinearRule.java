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
