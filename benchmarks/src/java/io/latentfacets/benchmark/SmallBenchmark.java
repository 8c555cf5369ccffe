/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import io.latentfacets.engine.InferenceEngine;
import io.latentfacets.text.TextOptions;
import io.latentfacets.vae.WordVectorFile;
import io.latentfacets.vae.WordVectors;
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
     * most documents of a draw, larger ones are left out; the seeds of the trainings, with commas; the files. Before
     * them may stand {@code --word-vectors} with a file of word vectors: each training is then repeated with them. And
     * {@code --held-out}: trainings see every other document of a draw, and the table has the agreement of the others,
     * which the encoder and the rule of the training assign. The classics still see all documents.
     */
    public static void main(String[] arguments) throws IOException {
        List<String> given = new ArrayList<>(List.of(arguments));
        boolean heldOut = given.remove("--held-out");
        int option = given.indexOf("--word-vectors");
        Path wordVectors = option < 0 ? null : Path.of(given.remove(option + 1));
        given.remove("--word-vectors");
        String[] args = given.toArray(String[]::new);
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
            SmallDraw trained = heldOut ? draw.part(0) : draw;
            SmallDraw assigned = heldOut ? draw.part(1) : draw;
            assigned.classics()
                    .forEach((method, found) -> table.add(name, method, assigned.truth(), found, Double.NaN));
            WordVectors words = wordVectors == null ? null : read(wordVectors, draw);
            for (int seed : seeds) {
                for (WordVectors start : words == null ? Arrays.asList(words) : Arrays.asList(null, words)) {
                    long before = cpuTime();
                    int[] clusters = TrainedNetwork.clusters(
                            trained.bows(), assigned.bows(), draw.vocabulary(), draw.classes(), seed, start, engine);
                    String method = "seed " + seed + (start == null ? "" : ", word vectors");
                    table.add(name, method, assigned.truth(), clusters, (cpuTime() - before) / 1e9);
                    progress.step("%s, %s: NMI %.3f, classics %.3f"
                            .formatted(name, method, assigned.nmi(clusters), assigned.best()));
                }
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

    private static WordVectors read(Path file, SmallDraw draw) throws IOException {
        int width = TrainedNetwork.options(0).hiddenDims().get(0);
        return WordVectorFile.read(file, draw.vocabulary(), width, () -> {});
    }
}
