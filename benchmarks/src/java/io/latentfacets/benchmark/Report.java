/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * The report of one corpus in Markdown: a description, a table with a row per method, and the labels. It grows row by
 * row. Not thread-safe.
 */
final class Report {
    private final List<String> head = new ArrayList<>();
    private final List<String> rows = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final List<String> lists = new ArrayList<>();

    Report(String title) {
        head.add("## " + title);
        head.add("");
    }

    /** Adds a line under the title. */
    void fact(String text) {
        head.add(text);
    }

    /** Adds a row to the table: the mean over the runs, and ± their standard deviation if there are several. */
    void row(String method, List<Scores> runs) {
        rows.add("| " + method
                + " | " + share(runs, Scores::nmi)
                + " | " + share(runs, Scores::ari)
                + " | " + share(runs, Scores::accuracy)
                + " | " + share(runs, Scores::silhouette)
                + " | " + share(runs, Scores::diversity)
                + " | " + share(runs, Scores::coherence)
                + " | " + counts(runs)
                + " | " + String.format(Locale.ROOT, "%,d", runs.get(0).documents())
                + " | " + String.format(Locale.ROOT, "%.1f", mean(runs, Scores::seconds))
                + " |");
    }

    /** Adds a row for a method that failed. */
    void failed(String method, String reason) {
        rows.add("| " + method + " | – | – | – | – | – | – | – | – | – |");
        notes.add(method.replace("**", "") + ": " + oneLine(reason));
    }

    /** Adds a line under the table. */
    void note(String text) {
        notes.add(oneLine(text));
    }

    /** Adds the clusters, see {@link #clusters}. */
    void labels(String title, Learned learned) {
        lists.addAll(clusters(title, learned));
    }

    /** A table of the clusters as the plugin shows them, each with the class of most of its documents. */
    static List<String> clusters(String title, Learned learned) {
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add("### " + title);
        lines.add("| documents | label | mostly |");
        lines.add("|---|---|---|");
        for (Learned.Found cluster : learned.clusters()) {
            String mostly = cluster.labels().entrySet().stream()
                    .max(Map.Entry.comparingByValue())
                    .map(most -> String.format(
                            Locale.ROOT,
                            "%s (%.0f %%)",
                            cell(most.getKey()),
                            100.0
                                    * most.getValue()
                                    / cluster.labels().values().stream()
                                            .mapToLong(Long::longValue)
                                            .sum()))
                    .orElse("–");
            lines.add(String.format(
                    Locale.ROOT, "| %,d | %s | %s |", cluster.documents(), cell(cluster.label()), mostly));
        }
        return lines;
    }

    String markdown() {
        List<String> lines = new ArrayList<>(head);
        if (!rows.isEmpty()) {
            lines.add("");
            lines.add("| method | NMI | ARI | accuracy | silhouette | diversity | NPMI | K | documents | seconds |");
            lines.add("|---|---|---|---|---|---|---|---|---|---|");
            lines.addAll(rows);
        }
        if (!notes.isEmpty()) {
            lines.add("");
            notes.forEach(note -> lines.add("- " + note));
        }
        lines.addAll(lists);
        return String.join("\n", lines) + "\n";
    }

    private static String share(List<Scores> runs, ToDoubleFunction<Scores> value) {
        double mean = mean(runs, value);
        String text = decimals(mean);
        if (runs.size() > 1 && !Double.isNaN(mean)) {
            double squares = 0;
            for (Scores run : runs) {
                squares += (value.applyAsDouble(run) - mean) * (value.applyAsDouble(run) - mean);
            }
            text += " ± " + decimals(Math.sqrt(squares / (runs.size() - 1)));
        }
        return text;
    }

    /** Three decimals without the leading zero; a dash if there is no number. */
    static String decimals(double value) {
        if (Double.isNaN(value)) {
            return "–";
        }
        return String.format(Locale.ROOT, "%.3f", value).replaceFirst("^(-?)0\\.", "$1.");
    }

    private static String counts(List<Scores> runs) {
        int least = runs.stream().mapToInt(Scores::clusters).min().orElseThrow();
        int most = runs.stream().mapToInt(Scores::clusters).max().orElseThrow();
        return least == most ? Integer.toString(least) : least + "–" + most;
    }

    /** The mean over the runs; NaN if there are none. */
    static double mean(List<Scores> runs, ToDoubleFunction<Scores> value) {
        return runs.stream().mapToDouble(value).average().orElse(Double.NaN);
    }

    private static String cell(String text) {
        return oneLine(text).replace("|", "\\|");
    }

    static String oneLine(String text) {
        String line = String.valueOf(text).replaceAll("\\s+", " ").strip();
        return line.length() <= 300 ? line : line.substring(0, 300) + " …";
    }
}
