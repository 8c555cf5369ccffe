/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.label;

import io.latentfacets.cluster.ClusterInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Makes the first three terms of clusters differ, as sets of words. Of two clusters with the same first three terms,
 * the smaller one moves its next best term to the third place, or, if that does not help, to the second or the first.
 */
final class DistinctTerms {
    private DistinctTerms() {}

    /** The clusters from the largest on; equal ones in their order. */
    static int[] largestFirst(double[] shares) {
        Integer[] order = new Integer[shares.length];
        Arrays.setAll(order, c -> c);
        Arrays.sort(order, Comparator.<Integer>comparingDouble(c -> -shares[c]).thenComparingInt(c -> c));
        return Arrays.stream(order).mapToInt(Integer::intValue).toArray();
    }

    /**
     * Reorders the lists where necessary, then cuts them.
     *
     * @param chosen the terms of each cluster, best first; changed
     * @param most the largest number of terms that stay
     */
    static void make(List<List<Candidate>> chosen, double[] shares, int most) {
        Set<Set<String>> labels = new HashSet<>();
        for (int c : largestFirst(shares)) {
            List<Candidate> terms = chosen.get(c);
            if (!terms.isEmpty() && !labels.add(labelOf(terms))) {
                differ(terms, labels);
            }
            while (terms.size() > most) {
                terms.remove(terms.size() - 1);
            }
        }
    }

    private static void differ(List<Candidate> terms, Set<Set<String>> labels) {
        int labelled = Math.min(ClusterInfo.LABEL_TERMS, terms.size());
        for (int place = labelled - 1; place >= 0; place--) {
            for (int other = labelled; other < terms.size(); other++) {
                List<Candidate> moved = new ArrayList<>(terms);
                moved.add(place, moved.remove(other));
                if (labels.add(labelOf(moved))) {
                    terms.clear();
                    terms.addAll(moved);
                    return;
                }
            }
        }
    }

    private static Set<String> labelOf(List<Candidate> terms) {
        Set<String> label = new HashSet<>();
        terms.stream()
                .limit(ClusterInfo.LABEL_TERMS)
                .forEach(t -> label.add(t.words().surface()));
        return label;
    }
}
