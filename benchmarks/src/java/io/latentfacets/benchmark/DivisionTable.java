/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import io.latentfacets.cluster.Measures;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/**
 * A table of methods over draws: means of the measures, and how often and by how much each beats the best classic by
 * NMI. Not thread-safe.
 */
final class DivisionTable {
    private record Score(double nmi, double ari, double accuracy, double seconds) {}

    private final List<String> classics;
    private final Map<String, Map<String, Score>> scores = new LinkedHashMap<>();

    /** @param classics the methods that the others are compared with */
    DivisionTable(String... classics) {
        this.classics = List.of(classics);
    }

    /**
     * Adds the clusters of one method for one draw.
     *
     * @param clusters the cluster of each document; those with a negative number count as one more cluster
     * @param seconds the CPU time of the thread
     */
    void add(String draw, String method, int[] truth, int[] clusters, double seconds) {
        int[] all = Scores.withRest(clusters);
        scores.computeIfAbsent(draw, name -> new LinkedHashMap<>())
                .put(
                        method,
                        new Score(
                                Measures.nmi(truth, all),
                                Measures.adjustedRandIndex(truth, all),
                                Measures.accuracy(truth, all),
                                seconds));
    }

    /** Prints one row for each draw, then a table of the means of all draws and of each kind. */
    void print(PrintStream out, List<String> kinds) {
        scores.forEach((draw, of) -> {
            out.printf(Locale.ROOT, "%s:", draw);
            of.forEach((method, score) -> out.printf(Locale.ROOT, " %s %.3f", method, score.nmi()));
            out.println();
        });
        print(out, "all", draw -> true);
        kinds.forEach(kind -> print(out, kind, draw -> (" " + draw + " ").contains(" " + kind + " ")));
    }

    private void print(PrintStream out, String kind, Predicate<String> selected) {
        List<String> draws = scores.keySet().stream().filter(selected).toList();
        if (draws.isEmpty()) {
            return;
        }
        for (String method : scores.get(draws.get(0)).keySet()) {
            double[] sums = new double[4];
            List<Double> margins = new ArrayList<>();
            for (String draw : draws) {
                Score score = scores.get(draw).get(method);
                sums[0] += score.nmi();
                sums[1] += score.ari();
                sums[2] += score.accuracy();
                sums[3] += score.seconds();
                margins.add(score.nmi()
                        - classics.stream()
                                .filter(each -> !each.equals(method))
                                .mapToDouble(each -> scores.get(draw).get(each).nmi())
                                .max()
                                .orElseThrow());
            }
            double n = draws.size();
            out.printf(
                    Locale.ROOT,
                    "| %s | %d | %s | %.3f | %.3f | %.3f | %d | %+.3f | %+.3f | %.1f |%n",
                    kind,
                    draws.size(),
                    method,
                    sums[0] / n,
                    sums[1] / n,
                    sums[2] / n,
                    margins.stream().filter(margin -> margin > 0).count(),
                    margins.stream().mapToDouble(Double::doubleValue).average().orElseThrow(),
                    margins.stream().mapToDouble(Double::doubleValue).min().orElseThrow(),
                    sums[3] / n);
        }
    }
}
