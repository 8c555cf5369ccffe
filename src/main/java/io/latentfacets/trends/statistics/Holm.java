/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.trends.statistics;

import java.util.Arrays;
import java.util.Comparator;

/**
 * Corrects p-values for their number (Holm, "A simple sequentially rejective multiple test procedure", Scandinavian
 * Journal of Statistics 6, 1979). If all corrected values up to α are taken for trends, the probability of even one
 * false alarm among all clusters is at most α.
 *
 * <p>Holm's method, not Benjamini and Hochberg's (1995), for two reasons. Somebody who is woken by an alarm wants none
 * that is false, not a small share of them. And shares add up to 1, so the tests of two clusters depend on each other
 * negatively; Holm's bound holds whatever the dependence, theirs needs a positive one. Stateless.
 */
public final class Holm {

    private Holm() {}

    /**
     * Returns the corrected values, in the order of the given ones: the smallest of n times n, the next times n − 1, …,
     * none smaller than one before it, and none above 1.
     *
     * @param values p-values, 0 to 1; stay unchanged
     */
    public static double[] corrected(double[] values) {
        Integer[] order = new Integer[values.length];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, Comparator.comparingDouble(i -> values[i]));
        double[] corrected = new double[values.length];
        double floor = 0;
        for (int rank = 0; rank < order.length; rank++) {
            floor = Math.max(floor, Math.min(1, values[order[rank]] * (values.length - rank)));
            corrected[order[rank]] = floor;
        }
        return corrected;
    }
}
