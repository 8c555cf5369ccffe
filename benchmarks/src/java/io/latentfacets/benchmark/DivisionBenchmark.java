/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import io.latentfacets.cluster.ClusterOptions;
import io.latentfacets.cluster.bottleneck.InformationBottleneck;
import io.latentfacets.cluster.bottleneck.WordShares;
import io.latentfacets.cluster.fit.Clusterer;
import io.latentfacets.engine.InferenceEngine;
import io.latentfacets.model.definition.ModelDefinition;
import io.latentfacets.strict.StrictMap;
import io.latentfacets.text.Bow;
import io.latentfacets.text.BowSource;
import io.latentfacets.text.Vocabulary;
import io.latentfacets.vae.Encoder;
import io.latentfacets.vae.Input;
import io.latentfacets.vae.Latents;
import io.latentfacets.vae.VaeOptions;
import io.latentfacets.vae.VaeWeights;
import io.latentfacets.vae.training.VaeTrainer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Compares divisions of the same latents: random sub-corpora of 20 newsgroups and Reuters, the number of clusters
 * given. Trains once for each draw, with the defaults, and keeps what was learned, so that another run takes seconds.
 * The classics are LSA with k-means and the sequential information bottleneck alone.
 */
public final class DivisionBenchmark {
    private static final int BATCH = 256;
    private static final long SEED = 42;

    /** The starts and the passes of the information bottleneck alone. */
    private static final int STARTS = 4;

    private static final int PASSES = 15;

    private DivisionBenchmark() {}

    /**
     * Arguments: the engine's cache; the file of 20 newsgroups; the file of Reuters; the directory that keeps what was
     * learned; the number of draws; their seed.
     */
    public static void main(String[] args) throws IOException {
        InferenceEngine engine = new InferenceEngine(Path.of(args[0]).toAbsolutePath(), 1);
        engine.start();
        engine.requireAvailable();
        List<SubCorpus> corpora = List.of(
                new SubCorpus("20ng", JsonLines.read(Path.of(args[1])), "label", "subject", "body"),
                new SubCorpus("reuters", JsonLines.read(Path.of(args[2])), "topics", "title", "body"));
        Path kept = Path.of(args[3]);
        Files.createDirectories(kept);
        Progress progress = new Progress(System.out);
        DivisionTable table = new DivisionTable("LSA + k-means", "sIB");
        SubCorpus.Skew[] skews = SubCorpus.Skew.values();
        for (int number = 0; number < Integer.parseInt(args[4]); number++) {
            Random random = new Random(1000L * Integer.parseInt(args[5]) + number);
            LabeledCorpus drawn = corpora.get(number % 2).draw(number, skews[number / 2 % skews.length], random);
            Path file = kept.resolve("%s-%02d.draw".formatted(args[5], number));
            if (!Files.exists(file)) {
                learn(drawn, number, engine, kept).writeTo(file);
                progress.step(drawn.name() + ", " + drawn.labels().size() + " classes, " + drawn.size());
            }
            compare(LearnedDraw.readFrom(file), table);
        }
        System.out.println("| kind | draws | method | NMI | ARI | accuracy | won | mean margin | worst | CPU s |");
        table.print(
                System.out,
                Stream.concat(
                                Arrays.stream(skews).map(skew -> skew.name().toLowerCase(Locale.ROOT)),
                                Stream.of("20ng", "reuters", "full", "titles"))
                        .toList());
    }

    private static void compare(LearnedDraw draw, DivisionTable table) {
        float[][] latents = draw.latents();
        int[] encoded = IntStream.range(0, latents.length)
                .filter(doc -> draw.stored().get(doc) != null)
                .toArray();
        float[][] points = new float[encoded.length][];
        Arrays.setAll(points, i -> latents[encoded[i]]);
        BowSource words =
                BowSource.of(Arrays.stream(encoded).mapToObj(draw.bows()::get).toList());
        int[] truth = Arrays.stream(encoded).map(doc -> draw.truth()[doc]).toArray();
        table.add(
                draw.name(),
                "LSA + k-means",
                truth,
                Arrays.stream(encoded).map(doc -> draw.lsa()[doc]).toArray(),
                Double.NaN);
        measure(table, draw, "sIB", truth, () -> new InformationBottleneck(WordShares.of(words), () -> {})
                .divide(draw.classes(), STARTS, PASSES, new SplittableRandom(SEED))
                .clusters());
        Clusterer clusterer = new Clusterer(new ClusterOptions(draw.classes(), SEED));
        measure(table, draw, "latents alone", truth, () -> clusterer
                .cluster(points, () -> {})
                .assign(points));
        measure(table, draw, "latents and words", truth, () -> clusterer
                .cluster(points, words, () -> {})
                .assign(points));
    }

    private static void measure(
            DivisionTable table, LearnedDraw draw, String method, int[] truth, Supplier<int[]> clusters) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadCpuTime();
        int[] found = clusters.get();
        table.add(draw.name(), method, truth, found, (threads.getCurrentThreadCpuTime() - before) / 1e9);
    }

    private static LearnedDraw learn(LabeledCorpus corpus, int seed, InferenceEngine engine, Path directory)
            throws IOException {
        Bags bags = Bags.of(corpus, directory);
        List<Bow> bows = new ArrayList<>();
        for (int doc = 0; doc < bags.size(); doc++) {
            bows.add(bags.bow(doc));
        }
        Vocabulary vocabulary = bags.vocabulary();
        VaeWeights weights = new VaeTrainer(options(seed), engine.djlDevice(), 1)
                .train(BowSource.of(bows), vocabulary, new TrainedNetwork.Silent());
        List<byte[]> stored = new ArrayList<>();
        try (Encoder encoder = new Encoder(weights, engine.djlDevice())) {
            for (int from = 0; from < bows.size(); from += BATCH) {
                List<Bow> batch = bows.subList(from, Math.min(from + BATCH, bows.size()));
                float[][] means = encoder.encode(Input.of(batch));
                for (int i = 0; i < means.length; i++) {
                    stored.add(batch.get(i).isEmpty() ? null : Latents.quantize(means[i]));
                }
            }
        }
        int words = 0;
        while (words < vocabulary.size() && !vocabulary.isPhrase(words)) {
            words++;
        }
        int classes = corpus.labels().size();
        int[] lsa = new LsaKMeans().fit(bags, classes, 42).clusters();
        return new LearnedDraw(corpus.name(), bows, words, stored, corpus.truth(), classes, lsa);
    }

    /** The options of a model definition that sets no other. */
    private static VaeOptions options(int seed) {
        Map<String, Object> body =
                Map.of("source", Map.of("index", "documents", "fields", List.of("text")), "vae", Map.of("seed", seed));
        return ModelDefinition.stored("divisions", new StrictMap(body, "")).vae();
    }
}
