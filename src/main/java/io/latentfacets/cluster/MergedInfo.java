/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Describes clusters that count as one. Stateless. */
final class MergedInfo {
    private MergedInfo() {}

    /**
     * The description of all parts together: the sizes add up, the weight of a term is the mean of its weights, each
     * with the size of its part, and the nearest documents of all parts come before the second nearest.
     *
     * @param label the label that was given; null for the learned one of the largest part
     * @param parts the descriptions of the parts, at least one
     */
    static ClusterInfo of(String key, String label, List<ClusterInfo> parts) {
        long size = parts.stream().mapToLong(ClusterInfo::size).sum();
        double share =
                Math.min(1, parts.stream().mapToDouble(ClusterInfo::share).sum());
        double x = 0;
        double y = 0;
        Map<String, Float> weights = new LinkedHashMap<>();
        int mostTerms = 0;
        int mostExemplars = 0;
        ClusterInfo largest = parts.get(0);
        for (ClusterInfo part : parts) {
            double weight = size == 0 ? 1.0 / parts.size() : (double) part.size() / size;
            x += weight * part.x();
            y += weight * part.y();
            part.terms().forEach(term -> weights.merge(term.term(), (float) weight * term.weight(), Float::sum));
            mostTerms = Math.max(mostTerms, part.terms().size());
            mostExemplars = Math.max(mostExemplars, part.exemplars().size());
            largest = part.size() > largest.size() ? part : largest;
        }
        List<ClusterTerm> terms = weights.entrySet().stream()
                .map(entry -> new ClusterTerm(entry.getKey(), entry.getValue()))
                .sorted(Comparator.comparing(ClusterTerm::weight).reversed())
                .limit(mostTerms)
                .toList();
        return new ClusterInfo(
                key,
                label == null ? largest.label() : label,
                terms,
                size,
                share,
                (float) x,
                (float) y,
                exemplars(parts, mostExemplars));
    }

    private static List<String> exemplars(List<ClusterInfo> parts, int most) {
        List<String> exemplars = new ArrayList<>();
        for (int rank = 0; rank < most; rank++) {
            for (ClusterInfo part : parts) {
                if (rank < part.exemplars().size() && exemplars.size() < most) {
                    exemplars.add(part.exemplars().get(rank));
                }
            }
        }
        return exemplars;
    }
}
