/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * The report of a {@link DrawBenchmark} in Markdown: a row for each draw; how often and how far the plugin is ahead of
 * the best classic and of LSA; the means of each method; how close {@code auto} comes to the number of classes; and the
 * draws that are lost, with their clusters. It grows draw by draw. Not thread-safe.
 */
final class DrawReport {
    private static final String LSA = new LsaKMeans().title();

    private final QualityOptions options;
    private final List<DrawResult> results = new ArrayList<>();

    DrawReport(QualityOptions options) {
        this.options = options;
    }

    void add(DrawResult result) {
        results.add(result);
    }

    String markdown() {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "## Draws of %s",
                options.files().stream()
                        .map(Path::getFileName)
                        .map(Path::toString)
                        .collect(Collectors.joining(", "))));
        lines.add("");
        lines.add(String.format(
                Locale.ROOT,
                "%d draws of seed %d. Objective `%s`, seeds of the models and the classics %s.%s%s",
                results.size(),
                options.draws().seed(),
                objective(),
                options.seeds().stream().map(String::valueOf).collect(Collectors.joining(", ")),
                options.preset() == null ? "" : " Preset `" + options.preset() + "`.",
                options.settings().isEmpty() ? "" : " Not the plugin's defaults: `" + options.settings() + "`."));
        draws(lines);
        margins(lines);
        means(lines);
        counts(lines);
        lost(lines);
        return String.join("\n", lines) + "\n";
    }

    private String objective() {
        return options.objectives().get(0);
    }

    /** The titles of the classics that were run, in the order of the table. */
    private List<String> classics() {
        return results.stream()
                .flatMap(result -> result.classics().keySet().stream())
                .distinct()
                .sorted(Comparator.comparing(
                        Baselines.ALL.stream().map(Baseline::title).toList()::indexOf))
                .toList();
    }

    private void draws(List<String> lines) {
        List<String> classics = classics();
        lines.add("");
        lines.add("| draw | file | text | skew | documents | classes | latent-facets | "
                + String.join("", classics.stream().map(title -> title + " | ").toList())
                + "margin | K auto | its NMI | its margin |");
        lines.add("|---".repeat(11 + classics.size()) + "|");
        for (DrawResult result : results) {
            Draw draw = result.draw();
            double best = result.best().orElse(Double.NaN);
            lines.add(Stream.of(
                            List.of(
                                    Integer.toString(draw.number()),
                                    draw.file(),
                                    draw.text().toString(),
                                    draw.skew().toString(),
                                    String.format(
                                            Locale.ROOT, "%,d", draw.corpus().size()),
                                    Integer.toString(draw.classes()),
                                    (result.lost() ? "%s" : "**%s**")
                                            .formatted(Report.decimals(DrawResult.nmi(result.ours())))),
                            classics.stream()
                                    .map(title -> Report.decimals(
                                            result.classic(title).orElse(Double.NaN)))
                                    .toList(),
                            List.of(
                                    signed(DrawResult.nmi(result.ours()) - best),
                                    found(result.auto()),
                                    result.auto().isEmpty() ? "–" : Report.decimals(DrawResult.nmi(result.auto())),
                                    result.auto().isEmpty() ? "–" : signed(DrawResult.nmi(result.auto()) - best)))
                    .flatMap(List::stream)
                    .collect(Collectors.joining(" | ", "| ", " |")));
        }
    }

    private static String found(List<Scores> runs) {
        return runs.isEmpty()
                ? "–"
                : runs.stream().map(run -> Integer.toString(run.clusters())).collect(Collectors.joining(", "));
    }

    private void margins(List<String> lines) {
        Function<DrawResult, Optional<Double>> lsa = result -> result.classic(LSA);
        if (classics().isEmpty()) {
            return;
        }
        lines.add("");
        lines.add("| NMI ahead | won | mean | median | worst |");
        lines.add("|---|---|---|---|---|");
        String best = "the best of " + classics().size() + " on each draw";
        margins("K given, of " + best, results, DrawResult::ours, DrawResult::best, lines);
        margins("K given, of LSA", results, DrawResult::ours, lsa, lines);
        if (options.auto()) {
            margins("K auto, of " + best, results, DrawResult::auto, DrawResult::best, lines);
            margins("K auto, of LSA", results, DrawResult::auto, lsa, lines);
        }
        parts(Draw::file, lines);
        parts(Draw::text, lines);
        parts(Draw::skew, lines);
        parts(draw -> draw.corpus().size() < 1000 ? "under 1,000 documents" : "1,000 documents or more", lines);
    }

    /**
     * The margins over the best classic with K given, for each part of the draws: where the plugin is good and where
     * not.
     */
    private <T> void parts(Function<Draw, T> part, List<String> lines) {
        Map<T, List<DrawResult>> parts = new LinkedHashMap<>();
        results.forEach(result -> parts.computeIfAbsent(part.apply(result.draw()), each -> new ArrayList<>())
                .add(result));
        parts.forEach((each, those) -> margins("… " + each, those, DrawResult::ours, DrawResult::best, lines));
    }

    private static void margins(
            String title,
            List<DrawResult> results,
            Function<DrawResult, List<Scores>> ours,
            Function<DrawResult, Optional<Double>> other,
            List<String> lines) {
        double[] margins = results.stream()
                .filter(result -> other.apply(result).isPresent())
                .mapToDouble(result ->
                        DrawResult.nmi(ours.apply(result)) - other.apply(result).orElseThrow())
                .sorted()
                .toArray();
        if (margins.length > 0) {
            lines.add(String.format(
                    Locale.ROOT,
                    "| %s | %d of %d | %s | %s | %s |",
                    title,
                    DoubleStream.of(margins).filter(margin -> margin >= 0).count(),
                    margins.length,
                    signed(DoubleStream.of(margins).average().orElseThrow()),
                    signed(median(margins)),
                    signed(margins[0])));
        }
    }

    private void means(List<String> lines) {
        Map<String, List<List<Scores>>> byMethod = new LinkedHashMap<>();
        for (DrawResult result : results) {
            result.methods(objective()).forEach((title, runs) -> {
                if (!runs.isEmpty()) {
                    byMethod.computeIfAbsent(title, method -> new ArrayList<>()).add(runs);
                }
            });
        }
        lines.add("");
        lines.add("| method | draws | NMI | ARI | accuracy | seconds |");
        lines.add("|---|---|---|---|---|---|");
        byMethod.forEach((title, draws) -> lines.add(String.format(
                Locale.ROOT,
                "| %s | %d | %s | %s | %s | %.1f |",
                title,
                draws.size(),
                Report.decimals(mean(draws, Scores::nmi)),
                Report.decimals(mean(draws, Scores::ari)),
                Report.decimals(mean(draws, Scores::accuracy)),
                mean(draws, Scores::seconds))));
    }

    /** The mean over the draws of the mean over the seeds. */
    private static double mean(List<List<Scores>> draws, ToDoubleFunction<Scores> value) {
        return draws.stream()
                .mapToDouble(runs -> Report.mean(runs, value))
                .average()
                .orElse(Double.NaN);
    }

    /** How far the numbers of clusters that {@code auto} finds are from the numbers of classes. */
    private void counts(List<String> lines) {
        record Count(DrawResult result, int found) {
            int classes() {
                return result.draw().classes();
            }

            double off() {
                return Math.abs(found - classes()) / (double) classes();
            }

            double ratio() {
                return found > classes() ? found / (double) classes() : classes() / (double) Math.max(1, found);
            }
        }
        List<Count> all = results.stream()
                .flatMap(result -> result.auto().stream().map(run -> new Count(result, run.clusters())))
                .toList();
        if (all.isEmpty()) {
            return;
        }
        Count worst = all.stream().max(Comparator.comparingDouble(Count::ratio)).orElseThrow();
        lines.add("");
        lines.add(String.format(
                Locale.ROOT,
                "`auto`: the number of clusters is %.0f %% from the number of classes (median), and from half to twice of it"
                        + " in %d of %d runs; the worst has %d for %d (draw %d).",
                100 * median(all.stream().mapToDouble(Count::off).sorted().toArray()),
                all.stream().filter(count -> count.ratio() <= 2).count(),
                all.size(),
                worst.found(),
                worst.classes(),
                worst.result().draw().number()));
    }

    private void lost(List<String> lines) {
        lines.add("");
        lines.add("Lost draws: "
                + numbers(results.stream().filter(DrawResult::lost).toList())
                + ". `--draw NUMBER` with the same seed and files repeats one.");
        for (DrawResult result : results) {
            if (result.lost() || !result.failures().isEmpty() || results.size() == 1) {
                lines.add("");
                lines.add("- " + result.draw().line().replaceAll("\\s+", " "));
                result.failures().forEach(failure -> lines.add("- " + Report.oneLine(failure)));
                if (result.first() != null) {
                    lines.addAll(Report.clusters("Draw " + result.draw().number(), result.first()));
                }
            }
        }
    }

    private static String numbers(Collection<DrawResult> draws) {
        return draws.isEmpty()
                ? "none"
                : draws.stream()
                        .map(result -> Integer.toString(result.draw().number()))
                        .collect(Collectors.joining(", "));
    }

    private static double median(double[] sorted) {
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** A margin with its sign, which is that of the number and not of the rounded one. */
    private static String signed(double margin) {
        return (margin >= 0 ? "+" : "") + Report.decimals(margin);
    }
}
