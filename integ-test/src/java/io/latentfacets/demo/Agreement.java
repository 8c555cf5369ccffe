/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.demo;

import java.util.HashMap;
import java.util.Map;

/**
 * Measures how well clusters agree with labels: a table of counts, and its normalised mutual information. Not
 * thread-safe.
 */
final class Agreement {
    private final Map<String, Map<String, Long>> table = new HashMap<>();

    void add(String cluster, String label, long count) {
        table.computeIfAbsent(cluster, c -> new HashMap<>()).merge(label, count, Long::sum);
    }

    /**
     * The normalised mutual information 2 I(cluster; label) / (H(cluster) + H(label)), from 0 (independent) to 1 (the
     * same partition); NaN if there are no documents.
     */
    double nmi() {
        Map<String, Long> clusters = new HashMap<>();
        Map<String, Long> labels = new HashMap<>();
        long total = 0;
        for (Map.Entry<String, Map<String, Long>> row : table.entrySet()) {
            for (Map.Entry<String, Long> cell : row.getValue().entrySet()) {
                clusters.merge(row.getKey(), cell.getValue(), Long::sum);
                labels.merge(cell.getKey(), cell.getValue(), Long::sum);
                total += cell.getValue();
            }
        }
        double information = 0;
        for (Map.Entry<String, Map<String, Long>> row : table.entrySet()) {
            for (Map.Entry<String, Long> cell : row.getValue().entrySet()) {
                double p = (double) cell.getValue() / total;
                double independent = (double) clusters.get(row.getKey()) / total * labels.get(cell.getKey()) / total;
                information += p * Math.log(p / independent);
            }
        }
        double entropies = entropy(clusters, total) + entropy(labels, total);
        return total == 0 ? Double.NaN : entropies == 0 ? 1 : 2 * information / entropies;
    }

    private static double entropy(Map<String, Long> counts, long total) {
        double entropy = 0;
        for (long count : counts.values()) {
            double p = (double) count / total;
            entropy -= p * Math.log(p);
        }
        return entropy;
    }
}
