/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.trends.statistics;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The words that set the documents of one interval of a cluster apart from those of its other intervals: those that
 * occur in a larger share of them, by the log-likelihood ratio of the counts (Dunning, Accurate Methods for the
 * Statistics of Surprise and Coincidence, 1993). Stateless.
 */
public final class IntervalWords {
    /** In so many documents of an interval a word must occur: one document is no subject. */
    private static final int FEWEST = 2;

    /**
     * A lower ratio may be chance: 2 · ratio is about χ² with one degree of freedom, so that of a single word reaches
     * 16 once in 16,000 times, and an interval has thousands of words. Measured by {@code TrendTermsBenchmark}.
     */
    private static final double LEAST_RATIO = 8;

    private IntervalWords() {}

    /**
     * Finds the words of each interval.
     *
     * @param documents of each interval, the words of each of its documents; each word of a document once
     * @param words words are 0 to {@code words} − 1
     * @param most the largest number of words of an interval
     * @return the words of each interval, best first
     */
    public static List<int[]> of(List<List<int[]>> documents, int words, int most) {
        int[] all = new int[words];
        int total = 0;
        for (List<int[]> interval : documents) {
            for (int[] document : interval) {
                total++;
                for (int word : document) {
                    all[word]++;
                }
            }
        }
        List<int[]> best = new ArrayList<>(documents.size());
        for (List<int[]> interval : documents) {
            best.add(best(interval, all, total, most));
        }
        return best;
    }

    private static int[] best(List<int[]> interval, int[] all, int total, int most) {
        int n = interval.size();
        if (n < FEWEST || n == total) {
            return new int[0];
        }
        Map<Integer, Integer> counts = new HashMap<>();
        for (int[] document : interval) {
            for (int word : document) {
                counts.merge(word, 1, Integer::sum);
            }
        }
        Map<Integer, Double> ratios = new HashMap<>();
        counts.forEach((word, with) -> {
            int others = all[word] - with;
            if (with >= FEWEST && (double) with / n > (double) others / (total - n)) {
                double ratio = ratio(with, n, others, total - n);
                if (ratio >= LEAST_RATIO) {
                    ratios.put(word, ratio);
                }
            }
        });
        return ratios.entrySet().stream()
                .sorted(Comparator.comparingDouble((Map.Entry<Integer, Double> each) -> -each.getValue())
                        .thenComparing(Map.Entry::getKey))
                .limit(most)
                .mapToInt(Map.Entry::getKey)
                .toArray();
    }

    /** How much more probable the counts are with a share for each side than with one for both, as a logarithm. */
    static double ratio(int with, int n, int others, int m) {
        double share = (double) (with + others) / (n + m);
        return term(with, n, share) + term(others, m, share);
    }

    private static double term(int with, int n, double share) {
        double yes = with == 0 ? 0 : with * Math.log(with / (n * share));
        double no = with == n ? 0 : (n - with) * Math.log((n - with) / (n * (1 - share)));
        return yes + no;
    }
}
