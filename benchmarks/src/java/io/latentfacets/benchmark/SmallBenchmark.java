/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import io.latentfacets.engine.InferenceEngine;
import io.latentfacets.text.TextOptions;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Trains and clusters small {@link Draws} in process, with the defaults and the number of classes, and compares with
 * the classics. A directory keeps the words of the draws and the clusters of the classics, so that another run only
 * trains. Give it the seed of development; that of the reports is for reports.
 */
public final class SmallBenchmark {
    private SmallBenchmark() {}

    /**
     * Arguments: the engine's cache; the directory that keeps the draws; the seed of the draws; how many to draw; the
     * most documents of a draw, larger ones are left out; the seeds of the trainings, with commas; the files.
     */
    public static void main(String[] args) throws IOException {
        InferenceEngine engine = new InferenceEngine(Path.of(args[0]).toAbsolutePath(), 1);
        engine.start();
        engine.requireAvailable();
        Path directory = Path.of(args[1], "draws-" + args[2] + "-" + args[4]);
        if (Files.notExists(directory)) {
            prepare(args, directory);
        }
        List<Integer> seeds =
                Arrays.stream(args[5].split(",")).map(Integer::valueOf).toList();
        List<SmallDraw> draws = new ArrayList<>();
        try (var files = Files.list(directory)) {
            for (Path file : files.sorted().toList()) {
                draws.add(SmallDraw.readFrom(file));
            }
        }
        Progress progress = new Progress(System.out);
        DivisionTable table = new DivisionTable(draws.get(0).classics().keySet().toArray(String[]::new));
        for (SmallDraw draw : draws) {
            String name = "%03d, %s, %d documents, %d classes"
                    .formatted(draw.number(), draw.name(), draw.truth().length, draw.classes());
            draw.classics().forEach((method, found) -> table.add(name, method, draw.truth(), found, Double.NaN));
            for (int seed : seeds) {
                long before = cpuTime();
                int[] clusters = TrainedNetwork.clusters(draw.bows(), draw.vocabulary(), draw.classes(), seed, engine);
                table.add(name, "seed " + seed, draw.truth(), clusters, (cpuTime() - before) / 1e9);
                progress.step("%s: NMI %.3f, classics %.3f".formatted(name, draw.nmi(clusters), draw.best()));
            }
        }
        System.out.println("| kind | draws | method | NMI | ARI | accuracy | won | mean margin | worst | CPU s |");
        table.print(System.out, List.of("titles,", "sentences,", "texts,", "even,", "skewed,"));
    }

    private static long cpuTime() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static void prepare(String[] args, Path directory) throws IOException {
        List<String> command = new ArrayList<>(List.of("--draws", args[3], "--seed", args[2]));
        command.addAll(Arrays.asList(args).subList(6, args.length));
        QualityOptions options = QualityOptions.parse(command.toArray(String[]::new));
        Draws draws = Draws.of(options);
        Path partial = Files.createTempDirectory(
                Files.createDirectories(directory.toAbsolutePath().getParent()), "partial");
        for (int number : options.draws().numbers()) {
            Draw draw = draws.get(number);
            if (draw.corpus().size() <= Integer.parseInt(args[4])) {
                SmallDraw.of(draw, TextOptions.DEFAULTS, partial)
                        .writeTo(partial.resolve("%03d.draw".formatted(number)));
            }
        }
        Files.move(partial, directory);
    }
}
