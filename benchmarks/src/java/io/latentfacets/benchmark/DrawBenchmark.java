/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import io.latentfacets.it.Rest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Measures the plugin and the classics on {@link Draws} of the files instead of the files themselves. Every draw is a
 * corpus with an index of its own. The report is written anew after each draw, so that it survives a later failure.
 */
final class DrawBenchmark {
    private final QualityOptions options;
    private final Rest rest;
    private final Progress progress;
    private final Path directory;

    /**
     * A benchmark.
     *
     * @param options with {@link QualityOptions#draws}
     * @param rest a node with the plugin
     * @param directory the directory for the report, if the options name no file, and for temporary files
     */
    DrawBenchmark(QualityOptions options, Rest rest, Progress progress, Path directory) {
        this.options = options;
        this.rest = rest;
        this.progress = progress;
        this.directory = directory;
    }

    /** Runs the benchmark and returns whether each method came to an end on each draw. */
    boolean run() throws IOException {
        Draws draws = new Draws(options.draws().seed(), corpora());
        DrawReport report = new DrawReport(options);
        boolean complete = true;
        for (int number : options.draws().numbers()) {
            Draw draw = draws.get(number);
            progress.step(draw.line());
            DrawResult result = measure(draw);
            report.add(result);
            complete &= result.failures().isEmpty();
            progress.step(String.format(
                    Locale.ROOT,
                    "  NMI %s, auto %s, classics %s",
                    Report.decimals(DrawResult.nmi(result.ours())),
                    Report.decimals(DrawResult.nmi(result.auto())),
                    result.best().map(Report::decimals).orElse("–")));
            write(report.markdown());
        }
        System.out.println(report.markdown());
        return complete;
    }

    private List<LabeledCorpus> corpora() throws IOException {
        List<LabeledCorpus> corpora = new ArrayList<>();
        for (Path file : options.files()) {
            progress.step(String.format(Locale.ROOT, "reading %s", file));
            LabeledCorpus corpus = LabeledCorpus.of(JsonLines.name(file), JsonLines.read(file), options);
            progress.step(String.format(
                    Locale.ROOT,
                    "  %,d documents, %d labels, fields %s, label %s",
                    corpus.size(),
                    corpus.labels().size(),
                    corpus.fields(),
                    corpus.labelField()));
            corpora.add(corpus);
        }
        return corpora;
    }

    private DrawResult measure(Draw draw) throws IOException {
        Bags bags = Bags.of(draw.corpus(), directory.resolve("tmp"));
        List<String> failures = new ArrayList<>();
        List<Scores> ours = new ArrayList<>();
        List<Scores> auto = new ArrayList<>();
        Learned first = null;
        try (PluginRuns runs = new PluginRuns(rest, draw.corpus(), options, progress)) {
            runs.index();
            for (long seed : options.seeds()) {
                List<Learned> learned = runs.run(options.objectives().get(0), seed, draw.classes(), options.auto());
                first = first == null ? learned.get(0) : first;
                ours.add(learned.get(0).scores(draw.corpus().labels(), bags));
                if (options.auto()) {
                    auto.add(learned.get(1).scores(draw.corpus().labels(), bags));
                }
            }
        } catch (RuntimeException | AssertionError e) {
            failures.add("latent-facets: " + e);
        }
        Map<String, List<Scores>> classics = new LinkedHashMap<>();
        for (Baseline baseline : Baselines.ALL) {
            if (options.baselines().contains(baseline.name())) {
                classic(baseline, draw, bags, classics, failures);
            }
        }
        failures.forEach(failure -> progress.step("  " + failure));
        return new DrawResult(draw, ours, auto, classics, first, failures);
    }

    private void classic(
            Baseline baseline, Draw draw, Bags bags, Map<String, List<Scores>> classics, List<String> failures) {
        List<Scores> scores = new ArrayList<>();
        try {
            for (long seed : options.seeds()) {
                scores.add(Baselines.score(baseline, draw.corpus(), bags, draw.classes(), seed));
            }
            classics.put(baseline.title(), scores);
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            failures.add(baseline.title() + ": " + e);
        }
    }

    private void write(String report) throws IOException {
        List<Integer> numbers = options.draws().numbers();
        boolean alone = numbers.size() == 1 || numbers.get(numbers.size() - 1) != numbers.size();
        // draws that are repeated leave the report of all in place
        String repeated = alone ? numbers.stream().map(number -> "-" + number).collect(Collectors.joining()) : "";
        String name = "draws-" + options.draws().seed() + repeated + ".md";
        Path file =
                options.out() == null ? directory.resolve(name) : options.out().toAbsolutePath();
        Files.createDirectories(file.getParent());
        Files.writeString(file, report);
    }
}
