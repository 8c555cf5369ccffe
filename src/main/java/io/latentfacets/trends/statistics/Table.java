/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.trends.statistics;

/**
 * The documents of one cluster and of all, in two stretches of time. Immutable.
 *
 * @param now the cluster's documents in the window
 * @param allNow all documents in the window
 * @param before the cluster's documents before the window
 * @param allBefore all documents before the window
 */
public record Table(long now, long allNow, long before, long allBefore) {
    /** Probabilities within this factor are equal: they differ by rounding only. As in R's fisher.test. */
    private static final double EQUAL = 1 + 1e-7;

    /**
     * Up to this many tables the exact test adds them all up. Above, the approximation errs by less than it matters.
     */
    private static final long MOST_TABLES = 20_000;

    private static final double YATES = 0.5;

    /** A normal distribution, as Student's t with as many degrees of freedom as make no difference. */
    private static final double MANY = 1e7;

    public Table {
        if (now < 0 || before < 0 || now > allNow || before > allBefore) {
            throw new IllegalArgumentException("a cluster has from 0 to all documents: " + now + " of " + allNow
                    + " in the window, " + before + " of " + allBefore + " before");
        }
    }

    /** The cluster's share of the documents in the window; 0 if there are none. */
    public double share() {
        return allNow == 0 ? 0 : (double) now / allNow;
    }

    /** The cluster's share of the documents before the window; 0 if there are none. */
    public double beforeShare() {
        return allBefore == 0 ? 0 : (double) before / allBefore;
    }

    /**
     * The share in the window over the share before, minus 1, smoothed: two documents more in the cluster and four in
     * all, divided between the stretches as the documents are. So an empty stretch gives no infinite value, and no
     * documents at all no change. With equally many documents on both sides, each side gets one and two.
     */
    public double change() {
        double all = (double) allNow + allBefore;
        if (allNow == 0 || allBefore == 0) {
            return 0;
        }
        double part = allNow / all;
        double share = (now + 2 * part) / (allNow + 4 * part);
        double shareBefore = (before + 2 * (1 - part)) / (allBefore + 4 * (1 - part));
        return share / shareBefore - 1;
    }

    /**
     * The p-value of the hypothesis that both stretches have the same share, two-sided, if every document comes by
     * itself. Fisher's exact test: the probability, given the sums of rows and columns, of all tables that are no more
     * probable than this one. With more than {@value #MOST_TABLES} such tables, a χ² test with Yates' correction, which
     * then agrees in all digits that count.
     *
     * @return from 0 to 1; 1 if either stretch has no documents, or if the cluster has none or all
     */
    public double independent() {
        long cluster = now + before;
        long low = Math.max(0, cluster - allBefore);
        long high = Math.min(cluster, allNow);
        if (low == high) {
            return 1;
        }
        return high - low >= MOST_TABLES ? Tails.twoSidedT(distance(), MANY) : exact(low, high);
    }

    /**
     * Adds up the tables from the most probable one on, whose weight is 1: each next weight is the one before times a
     * ratio, so a table costs a multiplication and a division.
     */
    private double exact(long low, long high) {
        double all = (double) allNow + allBefore;
        long mode = (long) ((allNow + 1) * ((now + before + 1) / (all + 2)));
        long middle = Math.max(low, Math.min(high, mode));
        double own = 1;
        for (long count = middle; count < now; count++) {
            own *= ratio(count);
        }
        for (long count = middle; count > now; count--) {
            own /= ratio(count - 1);
        }
        double limit = own * EQUAL;
        double sum = 0;
        double total = 0;
        double weight = 1;
        for (long count = middle; count <= high && weight > 0; count++) {
            total += weight;
            sum += weight <= limit ? weight : 0;
            weight *= count < high ? ratio(count) : 0;
        }
        weight = 1;
        for (long count = middle; count > low && weight > 0; count--) {
            weight /= ratio(count - 1);
            total += weight;
            sum += weight <= limit ? weight : 0;
        }
        return Math.min(1, sum / total);
    }

    /** How many times as probable it is that one more than so many of the cluster's documents are in the window. */
    private double ratio(long count) {
        double cluster = (double) now + before;
        return ((allNow - count) * (cluster - count)) / ((count + 1.0) * (allBefore - cluster + count + 1));
    }

    /**
     * The same p-value if documents come in groups, which multiply the variance of counts: the largest of three, so
     * that each corrects where the others are too sure of themselves. {@link #independent}. The quasi-binomial test
     * (McCullagh and Nelder, Generalized Linear Models, 1989, 4.5); the factor is an estimate, so the statistic is
     * compared with Student's t. Fisher's test of the counts divided by the factor: the statistic of a cluster with few
     * groups is far from normal, and a single long thread must not be a trend.
     *
     * @param dispersion the factor; up to 1 it changes nothing
     * @param df the degrees of freedom of its estimate; below 1 the test knows nothing of it and does not use it
     */
    public double grouped(double dispersion, double df) {
        double independent = independent();
        if (dispersion <= 1 || df < 1 || independent == 1) {
            return independent;
        }
        double quasi = Tails.twoSidedT(distance() / Math.sqrt(dispersion), df);
        return Math.max(independent, Math.max(quasi, dividedBy(dispersion).independent()));
    }

    /** The groups of documents, if each has so many. */
    private Table dividedBy(double size) {
        return new Table(
                Math.round(now / size),
                Math.round(allNow / size),
                Math.round(before / size),
                Math.round(allBefore / size));
    }

    /** How many standard deviations the count is from what the sums let expect, with Yates' correction. */
    private double distance() {
        double all = (double) allNow + allBefore;
        double cluster = (double) now + before;
        double expected = allNow * (cluster / all);
        double variance = expected * (allBefore / all) * ((all - cluster) / all);
        return Math.max(0, Math.abs(now - expected) - YATES) / Math.sqrt(variance);
    }
}
