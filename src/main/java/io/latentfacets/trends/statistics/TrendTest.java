/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.trends.statistics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Tests whether the shares of clusters in the last intervals, the window, are those of the intervals before. Stateless.
 *
 * <p>Documents come in groups: an answer follows a question, a report its predecessor. The counts of a cluster then
 * vary more than those of single documents, and a test that takes documents for independent finds trends everywhere. So
 * the variance is multiplied by the largest of three numbers: 1; the {@link Dispersion} of the cluster's own counts
 * from interval to interval; and the mean dispersion of all clusters from one stretch as long as the window to the
 * next. The third one sees groups that last for several intervals, and serves clusters without a past. One cluster has
 * too few such stretches to know it by itself. All are estimated before the window.
 */
public final class TrendTest {

    private TrendTest() {}

    /**
     * Tests all clusters.
     *
     * @param counts the documents of each cluster by interval; each array as long as {@code all}, no count above that
     *     of all
     * @param all all documents by interval, those in none of these clusters included
     * @param window how many of the last intervals make the window, at least 1, at most all
     * @param significance the largest corrected p-value of a trend, 0 to 1
     * @return the trend of each cluster, in the order given
     */
    public static List<Trend> of(List<long[]> counts, long[] all, int window, double significance) {
        int end = all.length - window;
        double common = common(counts, all, end, window);
        double[] values = new double[counts.size()];
        Table[] tables = new Table[values.length];
        for (int i = 0; i < values.length; i++) {
            long[] own = counts.get(i);
            tables[i] = new Table(
                    Dispersion.sum(own, end, own.length),
                    Dispersion.sum(all, end, all.length),
                    Dispersion.sum(own, 0, end),
                    Dispersion.sum(all, 0, end));
            Dispersion dispersion = Dispersion.of(own, all, end, 1);
            int df = dispersion.df() > 0 ? dispersion.df() : withDocuments(all, end) - 1;
            values[i] = tables[i].grouped(Math.max(common, dispersion.factor()), df);
        }
        double[] corrected = Holm.corrected(values);
        List<Trend> trends = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            long[] own = counts.get(i);
            trends.add(new Trend(
                    tables[i],
                    corrected[i],
                    Verdict.of(tables[i], corrected[i] <= significance),
                    first(own),
                    last(own),
                    Burst.strongest(own, all, common)));
        }
        return trends;
    }

    /** The mean dispersion of clusters between stretches as long as the window, or between intervals; at least 1. */
    private static double common(List<long[]> counts, long[] all, int end, int window) {
        int length = end < 2 * window ? 1 : window;
        double mean = counts.stream()
                .map(own -> Dispersion.of(own, all, end, length))
                .filter(each -> each.df() > 0)
                .mapToDouble(Dispersion::factor)
                .average()
                .orElse(1);
        return Math.max(1, mean);
    }

    private static int withDocuments(long[] all, int end) {
        return (int) Arrays.stream(all, 0, end).filter(count -> count > 0).count();
    }

    private static int first(long[] counts) {
        int at = 0;
        while (at < counts.length && counts[at] == 0) {
            at++;
        }
        return at == counts.length ? -1 : at;
    }

    private static int last(long[] counts) {
        int at = counts.length - 1;
        while (at >= 0 && counts[at] == 0) {
            at--;
        }
        return at;
    }
}
