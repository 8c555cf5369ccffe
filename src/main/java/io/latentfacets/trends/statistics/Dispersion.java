/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.trends.statistics;

/**
 * How much more the counts of a cluster vary from interval to interval than if every document came by itself: Pearson's
 * χ² of the intervals over its degrees of freedom (McCullagh and Nelder, Generalized Linear Models, 1989, 4.5).
 *
 * @param factor the ratio of the variances; about 1 for documents that come by themselves; 0 if unknown
 * @param df the degrees of freedom; 0 if unknown
 */
record Dispersion(double factor, int df) {
    static final Dispersion UNKNOWN = new Dispersion(0, 0);

    /**
     * Estimates the factor.
     *
     * @param counts the cluster's documents by interval
     * @param all all documents by interval
     * @param end how many of the first intervals to use
     * @param length how many of them make one count; what is left over at the beginning is left out
     * @return {@link #UNKNOWN} if fewer than two counts have documents, or if the cluster has none or all of them
     */
    static Dispersion of(long[] counts, long[] all, int end, int length) {
        int first = end % length;
        double cluster = sum(counts, first, end);
        double documents = sum(all, first, end);
        if (cluster == 0 || cluster == documents) {
            return UNKNOWN;
        }
        double share = cluster / documents;
        double square = 0;
        int used = 0;
        for (int from = first; from < end; from += length) {
            double expected = share * sum(all, from, from + length);
            if (expected > 0) {
                double off = sum(counts, from, from + length) - expected;
                square += off * off / (expected * (1 - share));
                used++;
            }
        }
        return used < 2 ? UNKNOWN : new Dispersion(square / (used - 1), used - 1);
    }

    static long sum(long[] counts, int from, int to) {
        long sum = 0;
        for (int i = from; i < to; i++) {
            sum += counts[i];
        }
        return sum;
    }
}
