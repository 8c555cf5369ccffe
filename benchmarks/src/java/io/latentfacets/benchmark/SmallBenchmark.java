/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import io.latentfacets.cluster.ClusterOptions;
import io.latentfacets.cluster.Partition;
import io.latentfacets.cluster.fit.Clusterer;
import io.latentfacets.engine.InferenceEngine;
import io.latentfacets.text.BowSource;
import io.latentfacets.text.TextOptions;
import io.latentfacets.vae.InputSource;
import io.latentfacets.vae.Latents;
import io.latentfacets.vae.VaeWeights;
import io.latentfacets.vae.WordVectorFile;
import io.latentfacets.vae.WordVectors;
import io.latentfacets.vae.training.Checkpoints;
import io.latentfacets.vae.training.VaeTrainer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

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
                    int[] clusters = clusters(trained, assigned, seed, start, engine);
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
        List<LabeledCorpus> corpora = new ArrayList<>();
        for (Path file : options.files()) {
            corpora.add(LabeledCorpus.of(JsonLines.name(file), JsonLines.read(file), options));
        }
        Draws draws = new Draws(options.draws().seed(), corpora);
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

    /**
     * The cluster of each document to assign, −1 for one without a latent.
     *
     * @param trained the documents to learn from
     * @param assigned the documents to assign
     * @param words the vectors that the training starts from; null for none
     */
    private static int[] clusters(
            SmallDraw trained, SmallDraw assigned, int seed, WordVectors words, InferenceEngine engine) {
        VaeWeights weights = new VaeTrainer(TrainedNetwork.options(seed), engine.djlDevice(), 1)
                .train(
                        InputSource.of(BowSource.of(trained.bows())),
                        trained.vocabulary(),
                        words,
                        new TrainedNetwork.Silent(),
                        Checkpoints.NONE);
        List<byte[]> stored = TrainedNetwork.encode(weights, trained.bows(), engine);
        int[] encoded = encoded(stored);
        float[][] points = points(stored, encoded);
        BowSource bows = BowSource.of(
                Arrays.stream(encoded).mapToObj(trained.bows()::get).toList());
        Partition partition = new Clusterer(new ClusterOptions(trained.classes(), 42)).cluster(points, bows, () -> {});
        List<byte[]> others = TrainedNetwork.encode(weights, assigned.bows(), engine);
        int[] found = encoded(others);
        int[] numbers = partition.assign(points(others, found));
        int[] clusters = new int[others.size()];
        Arrays.fill(clusters, -1);
        for (int i = 0; i < found.length; i++) {
            clusters[found[i]] = numbers[i];
        }
        return clusters;
    }

    private static int[] encoded(List<byte[]> stored) {
        return IntStream.range(0, stored.size())
                .filter(doc -> stored.get(doc) != null)
                .toArray();
    }

    private static float[][] points(List<byte[]> stored, int[] encoded) {
        return Arrays.stream(encoded)
                .mapToObj(doc -> Latents.dequantize(stored.get(doc)))
                .toArray(float[][]::new);
    }
}
