/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import io.latentfacets.engine.InferenceEngine;
import io.latentfacets.text.Bow;
import io.latentfacets.text.BowSource;
import io.latentfacets.text.Vocabulary;
import io.latentfacets.vae.VaeWeights;
import io.latentfacets.vae.training.VaeTrainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * What trainings with the defaults learned of {@link Draws} of 20 newsgroups and Reuters, and of both as a whole: all
 * groups, the ten largest topics. A directory keeps it, so that only the first run trains. Not thread-safe.
 */
final class LearnedDraws {
    private static final int LARGEST_TOPICS = 10;
    private static final int SEED_OF_WHOLES = 42;

    private final InferenceEngine engine;
    private final Path newsgroups;
    private final Path reuters;
    private final Path directory;
    private final long seed;
    private final Progress progress = new Progress(System.out);
    private Draws draws;

    /**
     * @param engineDirectory the engine's cache
     * @param newsgroups the file of 20 newsgroups
     * @param reuters the file of Reuters
     * @param directory the directory that keeps what was learned
     * @param seed the seed of the draws
     */
    LearnedDraws(Path engineDirectory, Path newsgroups, Path reuters, Path directory, long seed) throws IOException {
        this.engine = new InferenceEngine(engineDirectory.toAbsolutePath(), 1);
        this.newsgroups = newsgroups;
        this.reuters = reuters;
        this.directory = Files.createDirectories(directory);
        this.seed = seed;
    }

    /** A draw, by its number from 1; the seed of its training is its number. */
    LearnedDraw get(int number) throws IOException {
        Path file = directory.resolve("%d-%02d.draw".formatted(seed, number));
        if (!Files.exists(file)) {
            Draw draw = draws().get(number);
            String name = "%02d %s %s %s"
                    .formatted(
                            number, draw.file(), draw.text().name(), draw.skew().name());
            learn(name.toLowerCase(Locale.ROOT), draw.corpus(), number).writeTo(file);
        }
        return LearnedDraw.readFrom(file);
    }

    /** All of Reuters' ten largest topics, then all of 20 newsgroups; the seed of the trainings is 42. */
    List<LearnedDraw> wholes() throws IOException {
        return wholes(SEED_OF_WHOLES);
    }

    /** The same with another seed of the trainings. */
    List<LearnedDraw> wholes(int seedOfTraining) throws IOException {
        return List.of(whole(reuters, LARGEST_TOPICS, seedOfTraining), whole(newsgroups, 0, seedOfTraining));
    }

    private LearnedDraw whole(Path of, int classes, int seedOfTraining) throws IOException {
        String name = JsonLines.name(of) + (seedOfTraining == SEED_OF_WHOLES ? "" : "-" + seedOfTraining);
        Path file = directory.resolve(name + ".draw");
        if (!Files.exists(file)) {
            QualityOptions options = QualityOptions.parse(new String[] {of.toString(), "--classes=" + classes});
            LabeledCorpus corpus = LabeledCorpus.of(JsonLines.name(of), JsonLines.read(of), options);
            learn("whole " + corpus.name(), corpus, seedOfTraining).writeTo(file);
        }
        return LearnedDraw.readFrom(file);
    }

    private Draws draws() throws IOException {
        if (draws == null) {
            draws = Draws.of(seed, List.of(newsgroups, reuters));
        }
        return draws;
    }

    private LearnedDraw learn(String name, LabeledCorpus corpus, int seedOfTraining) throws IOException {
        engine.start();
        engine.requireAvailable();
        Bags bags = Bags.of(corpus, directory);
        List<Bow> bows = bags.bows();
        Vocabulary vocabulary = bags.vocabulary();
        VaeWeights weights = new VaeTrainer(TrainedNetwork.options(seedOfTraining), engine.djlDevice(), 1)
                .train(BowSource.of(bows), vocabulary, new TrainedNetwork.Silent());
        List<byte[]> stored = TrainedNetwork.encode(weights, bows, engine);
        int words = 0;
        while (words < vocabulary.size() && !vocabulary.isPhrase(words)) {
            words++;
        }
        int classes = corpus.labels().size();
        int[] lsa = new LsaKMeans().fit(bags, classes, 42).clusters();
        progress.step(name + ", " + classes + " classes, " + corpus.size() + " documents");
        return new LearnedDraw(name, bows, words, stored, corpus.truth(), classes, lsa);
    }
}
