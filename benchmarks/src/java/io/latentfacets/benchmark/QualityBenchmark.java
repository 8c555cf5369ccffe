/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import io.latentfacets.it.TestCluster;
import io.latentfacets.text.SourceField;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Measures how well clusters agree with human labels, for the plugin on a real node and for well-known methods on the
 * same words, in the same run. {@code benchmarks/quality --help} shows the usage. The tables go to standard output and
 * to files.
 */
public final class QualityBenchmark {
    private static final Path TARGET = Path.of(System.getProperty("latent.quality.dir", "target/quality"));

    private final QualityOptions options;
    private final TestCluster node; // null without objectives
    private final Progress progress;
    private final List<String> finished = new ArrayList<>();

    private QualityBenchmark(QualityOptions options, TestCluster node, Progress progress) {
        this.options = options;
        this.node = node;
        this.progress = progress;
    }

    public static void main(String[] args) throws IOException {
        QualityOptions options;
        try {
            options = QualityOptions.parse(args);
            for (Path file : options.files()) {
                if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
                    throw new IllegalArgumentException("no such file: " + file);
                }
            }
        } catch (IllegalArgumentException e) {
            System.err.println("quality: " + e.getMessage() + "\nTry benchmarks/quality --help");
            System.exit(2);
            return;
        }
        Progress progress = new Progress(System.err);
        TestCluster node = null;
        if (!options.objectives().isEmpty()) {
            progress.step("starting a node with the plugin");
            node = TestCluster.builder("quality")
                    .optimizing()
                    .heap(options.heap())
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(node::close, "stop-node"));
        }
        boolean complete = options.draws() == null
                ? new QualityBenchmark(options, node, progress).run()
                : new DrawBenchmark(options, node.rest(), progress, TARGET).run();
        System.exit(complete ? 0 : 1);
    }

    /** Runs the benchmark and returns whether it could read every file. */
    private boolean run() throws IOException {
        boolean complete = true;
        Set<String> names = new HashSet<>();
        for (Path file : options.files()) {
            String name = JsonLines.name(file);
            for (int i = 2; !names.add(name); i++) {
                name = JsonLines.name(file) + "-" + i;
            }
            Report report = new Report(file.getFileName().toString());
            try {
                progress.step(String.format(Locale.ROOT, "reading %s", file));
                LabeledCorpus corpus = LabeledCorpus.of(name, JsonLines.read(file), options);
                measure(corpus, report);
            } catch (IOException | IllegalArgumentException e) {
                complete = false;
                progress.step(String.format(Locale.ROOT, "%s: %s", file, e.getMessage()));
                report.note("not measured: " + e.getMessage());
                write(name, report);
            }
            finished.add(report.markdown());
            System.out.println(report.markdown());
        }
        return complete;
    }

    private void measure(LabeledCorpus corpus, Report report) throws IOException {
        int[] sizes = new int[corpus.labels().size()];
        Arrays.stream(corpus.truth()).filter(label -> label >= 0).forEach(label -> sizes[label]++);
        progress.step(String.format(
                Locale.ROOT,
                "%s: %,d documents, fields %s, label %s",
                corpus.name(),
                corpus.size(),
                names(corpus),
                corpus.labelField()));
        long begun = System.nanoTime();
        Bags bags = Bags.of(corpus, TARGET.resolve("tmp"));
        int count = options.clusters() == 0 ? Math.min(1000, corpus.labels().size()) : options.clusters();
        report.fact(String.format(
                Locale.ROOT,
                "%,d documents (%,d of the file left out); %d labels in `%s`, the largest %.0f %%; text of %s. ",
                corpus.size(),
                corpus.left(),
                corpus.labels().size(),
                corpus.labelField(),
                100.0
                        * Arrays.stream(sizes).max().orElseThrow()
                        / Arrays.stream(sizes).sum(),
                names(corpus)));
        report.fact(String.format(
                Locale.ROOT,
                "%,d terms, %.0f known words a document, %,d documents without any; analysis for the baselines %.1f s. Seeds %s.",
                bags.vocabulary().size(),
                Arrays.stream(bags.usable())
                        .mapToDouble(doc -> bags.words(doc).size())
                        .average()
                        .orElse(0),
                bags.size() - bags.usable().length,
                (System.nanoTime() - begun) / 1e9,
                options.seeds().stream().map(String::valueOf).collect(Collectors.joining(", "))));
        if (options.preset() != null) {
            report.fact(String.format(Locale.ROOT, "Preset `%s`.", options.preset()));
        }
        if (!options.settings().isEmpty()) {
            report.fact(String.format(Locale.ROOT, "Not the plugin's defaults: `%s`.", options.settings()));
        }
        if (node != null) {
            plugin(corpus, bags, count, report);
        }
        for (Baseline baseline : Baselines.ALL) {
            if (options.baselines().contains(baseline.name())) {
                baseline(baseline, corpus, bags, count, report);
            }
        }
    }

    private void plugin(LabeledCorpus corpus, Bags bags, int count, Report report) throws IOException {
        try (PluginRuns runs = new PluginRuns(node.rest(), corpus, options, progress)) {
            progress.step(String.format(Locale.ROOT, "%s: indexing", corpus.name()));
            runs.index();
            boolean auto = options.auto();
            for (String objective : options.objectives()) {
                String refusal = runs.refusal(objective);
                if (refusal != null) {
                    progress.step(String.format(Locale.ROOT, "%s: no objective %s", corpus.name(), objective));
                    report.note("`" + objective + "` is no objective of this plugin: " + refusal);
                    continue;
                }
                objective(objective, auto, runs, corpus, bags, count, report);
                auto = false;
            }
        } catch (RuntimeException | AssertionError e) {
            progress.step(String.format(Locale.ROOT, "%s: %s", corpus.name(), e));
            report.failed("**latent-facets**", e.toString());
        }
        write(corpus.name(), report);
    }

    private void objective(
            String objective, boolean auto, PluginRuns runs, LabeledCorpus corpus, Bags bags, int count, Report report)
            throws IOException {
        String method = "**latent-facets " + objective + "**";
        List<Scores> fixed = new ArrayList<>();
        List<Scores> free = new ArrayList<>();
        try {
            for (long seed : options.seeds()) {
                progress.step(String.format(Locale.ROOT, "%s: %s, seed %d", corpus.name(), objective, seed));
                List<Learned> learned = runs.run(objective, seed, count, auto);
                fixed.add(learned.get(0).scores(corpus.labels(), bags));
                progress.step(String.format(
                        Locale.ROOT, "  NMI %.3f", fixed.get(fixed.size() - 1).nmi()));
                if (auto) {
                    free.add(learned.get(1).scores(corpus.labels(), bags));
                }
                if (fixed.size() == 1) {
                    report.labels(corpus.name() + ", " + objective + ", seed " + seed, learned.get(0));
                }
            }
        } catch (RuntimeException | AssertionError e) {
            progress.step(String.format(Locale.ROOT, "%s: %s", method, e));
            report.note(objective + " ended after " + fixed.size() + " seeds: " + e.getMessage());
        }
        if (fixed.isEmpty()) {
            report.failed(method, "no seed came to an end, see above");
        } else {
            report.row(method, fixed);
        }
        if (!free.isEmpty()) {
            report.row("latent-facets " + objective + ", K auto", free);
        }
        write(corpus.name(), report);
    }

    private void baseline(Baseline baseline, LabeledCorpus corpus, Bags all, int count, Report report)
            throws IOException {
        List<Scores> scores = new ArrayList<>();
        try {
            for (long seed : options.seeds()) {
                progress.step(String.format(Locale.ROOT, "%s: %s, seed %d", corpus.name(), baseline.name(), seed));
                scores.add(Baselines.score(baseline, corpus, all, count, seed));
                progress.step(String.format(
                        Locale.ROOT, "  NMI %.3f", scores.get(scores.size() - 1).nmi()));
            }
            report.row(baseline.title(), scores);
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            progress.step(String.format(Locale.ROOT, "%s: %s", baseline.name(), e));
            report.failed(baseline.title(), e.toString());
        }
        write(corpus.name(), report);
    }

    /** Writes the report after each row, so that the results survive a later failure. */
    private void write(String name, Report report) throws IOException {
        if (options.out() == null) {
            Files.createDirectories(TARGET);
            Files.writeString(TARGET.resolve(name + ".md"), report.markdown());
        } else {
            if (options.out().getParent() != null) {
                Files.createDirectories(options.out().getParent());
            }
            Files.writeString(options.out(), String.join("\n", finished) + "\n" + report.markdown());
        }
    }

    private static String names(LabeledCorpus corpus) {
        return corpus.fields().stream().map(SourceField::toString).collect(Collectors.joining("`, `", "`", "`"));
    }
}
