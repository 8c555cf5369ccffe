/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.training;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.lessThan;
import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertThrows;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.latentfacets.arithmetic.Workers;
import io.latentfacets.cluster.ClusterOptions;
import io.latentfacets.cluster.fit.Clusterer;
import io.latentfacets.text.Bow;
import io.latentfacets.text.BowSource;
import io.latentfacets.text.Corpus;
import io.latentfacets.vae.Centering;
import io.latentfacets.vae.Engines;
import io.latentfacets.vae.InputSource;
import io.latentfacets.vae.TopicCorpus;
import io.latentfacets.vae.VaeOptions;
import io.latentfacets.vae.VaeWeights;
import io.latentfacets.vae.VaeWeightsTests;
import io.latentfacets.vae.WarmStart;
import io.latentfacets.vae.WordVectors;
import io.latentfacets.vae.network.Network;
import io.latentfacets.vae.network.Parameters;
import io.latentfacets.vae.objective.Objective;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.IntUnaryOperator;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** A training that is interrupted and goes on from a checkpoint ends like one that nobody disturbed. */
public final class CheckpointTests {
    private static final int TOPICS = 3;

    private static Device device;
    private static boolean gradients;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @BeforeClass
    public static void startEngine() {
        device = Engines.started().djlDevice();
        gradients = JniUtils.isGradMode();
    }

    @AfterClass
    public static void nothingIsLeftOn() {
        assertThat(JniUtils.isGradMode(), equalTo(gradients));
    }

    /** Options of a small training whose stages have several epochs of several steps. */
    private static VaeOptions.Builder options(String objective) {
        return VaeOptions.builder()
                .objective(objective)
                .latentDims(6)
                .hiddenDims(List.of(12, 8))
                .epochs(3)
                .learningRate(0.01)
                .batchSize(32)
                .neighbors(3)
                .wordDropout(0.1)
                .weightDecay(0.01)
                .klAnnealing(0.5)
                .beta(0.1)
                .patience(0);
    }

    private Corpus corpus(int documents) throws IOException {
        return TopicCorpus.build(documents, TOPICS, 1, folder.newFolder().toPath());
    }

    /** Keeps the archives of the checkpoints for which the predicate holds, and begins with a given one. */
    private static class Kept implements Checkpoints {
        private final List<byte[]> archives = new ArrayList<>();
        private final Predicate<Checkpoint> keep;
        private final byte[] first;

        Kept(byte[] first, Predicate<Checkpoint> keep) {
            this.first = first;
            this.keep = keep;
        }

        @Override
        public Optional<Checkpoint> last() {
            return Optional.ofNullable(first).map(CheckpointTests::read);
        }

        @Override
        public boolean isDue(long nanosSince) {
            return true;
        }

        @Override
        public void store(Checkpoint checkpoint) throws IOException {
            if (keep.test(checkpoint)) {
                archives.add(bytes(checkpoint));
            }
        }
    }

    private static final class Interrupted extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** Notes the reports, and throws in the report of one epoch; epochs count from 1, and 0 stands for none. */
    private static final class Listener implements TrainingListener {
        private final List<EpochReport> reports = new ArrayList<>();
        private final List<Exception> failures = new ArrayList<>();
        private final int interrupted;
        private double kept;

        Listener(int interrupted) {
            this.interrupted = interrupted;
        }

        @Override
        public void epoch(EpochReport report) {
            if (report.epoch() == interrupted) {
                throw new Interrupted();
            }
            reports.add(report);
        }

        @Override
        public void checkCancelled() {
            // nobody cancels
        }

        @Override
        public void checkpointFailed(Exception cause) {
            failures.add(cause);
        }

        @Override
        public void kept(double heldOutLoss) {
            kept = heldOutLoss;
        }

        /** Returns the reports without the estimated time, which differs from run to run. */
        List<String> timeless() {
            return reports.stream()
                    .map(r -> r.restart() + r.stage() + r.epoch() + "/" + r.epochs() + " " + r.loss() + r.parts()
                            + r.heldOutLoss() + " " + r.percent())
                    .toList();
        }
    }

    static byte[] bytes(Checkpoint checkpoint) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        checkpoint.writeTo(out);
        return out.toByteArray();
    }

    private static Checkpoint read(byte[] archive) {
        try {
            return Checkpoint.readFrom(new ByteArrayInputStream(archive));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] train(
            VaeOptions options, InputSource rows, Corpus corpus, TrainingListener listener, Checkpoints checkpoints) {
        return train(options, rows, corpus, listener, checkpoints, Workers.NONE);
    }

    private static byte[] train(
            VaeOptions options,
            InputSource rows,
            Corpus corpus,
            TrainingListener listener,
            Checkpoints checkpoints,
            Workers workers) {
        VaeWeights weights = new VaeTrainer(options, device, 1, new Clusterer(new ClusterOptions(TOPICS, 1)), workers)
                .train(rows, corpus.vocabulary(), listener, checkpoints);
        try {
            return VaeWeightsTests.bytes(weights);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /**
     * Goes on from every given checkpoint, with more threads than before, and expects the undisturbed end, weights and
     * reports.
     */
    private static void assertAllEndAlike(
            VaeOptions options, InputSource rows, Corpus corpus, List<byte[]> archives, byte[] expected, Listener all) {
        List<String> reports = all.timeless();
        for (byte[] archive : archives) {
            String place = place(read(archive));
            Listener listener = new Listener(0);
            try (Workers workers = new Workers(3)) {
                Kept last = new Kept(archive, each -> false);
                assertArrayEquals(place, expected, train(options, rows, corpus, listener, last, workers));
            }
            List<String> rest = listener.timeless();
            assertThat(place, rest, equalTo(reports.subList(reports.size() - rest.size(), reports.size())));
            assertThat(place, listener.kept, equalTo(all.kept));
        }
    }

    private static String place(Checkpoint checkpoint) {
        return checkpoint.restart() + " " + checkpoint.stage() + " "
                + checkpoint.run().step();
    }

    /** Four steps per epoch, one in the last stage: starts and ends of stages and epochs, and moments between. */
    @Test
    public void everyObjectiveGoesOnFromAnywhere() throws IOException {
        Set<String> places = Set.of("views 0", "views 6", "views 8", "views 12", "neighbors 0", "neighbors 5");
        Set<String> later =
                Set.of("neighbors 8", "refinement 0", "refinement 3", "refinement 8", "labels 0", "labels 37");
        try (Corpus corpus = corpus(130)) {
            InputSource rows = InputSource.of(corpus);
            for (String objective : VaeOptions.OBJECTIVES) {
                VaeOptions options = options(objective).build();
                Listener alone = new Listener(0);
                byte[] expected = train(options, rows, corpus, alone, Checkpoints.NONE);
                Kept kept = new Kept(null, each -> {
                    String place = each.stage() + " " + each.run().step();
                    return places.contains(place) || later.contains(place) || each.percent() == 100;
                });
                Listener listener = new Listener(0);
                // taking checkpoints changes nothing
                assertArrayEquals(objective, expected, train(options, rows, corpus, listener, kept));
                assertThat(listener.timeless(), equalTo(alone.timeless()));
                int ofRefinement = objective.equals("mixture") ? 3 : 0;
                assertThat(objective, kept.archives.size(), equalTo(10 + ofRefinement));
                assertAllEndAlike(options, rows, corpus, kept.archives, expected, alone);
            }
        }
    }

    private static VaeWeights warm(
            VaeOptions options, Corpus corpus, WarmStart from, TrainingListener listener, Checkpoints checkpoints) {
        return new VaeTrainer(options, device, 1, new Clusterer(new ClusterOptions(TOPICS, 1)))
                .train(InputSource.of(corpus), corpus.vocabulary(), from, listener, checkpoints);
    }

    /** A training that starts from a trained network with other words; it has one run, whatever the options say. */
    @Test
    public void warmTrainingsGoOnFromAnywhere() throws IOException {
        VaeOptions options = options("vae").restarts(2).build();
        try (Corpus before = corpus(130);
                Corpus corpus =
                        TopicCorpus.build(150, TOPICS + 1, 2, folder.newFolder().toPath())) {
            WarmStart from = new WarmStart(
                    warm(options("vae").build(), before, null, new Listener(0), Checkpoints.NONE), before.vocabulary());
            assertThat(
                    from.kept(corpus.vocabulary()), lessThan(corpus.vocabulary().size()));
            Listener alone = new Listener(0);
            byte[] expected = VaeWeightsTests.bytes(warm(options, corpus, from, alone, Checkpoints.NONE));
            Kept kept = new Kept(null, each -> each.run().step() % 3 == 0);
            Listener listener = new Listener(0);
            assertArrayEquals(expected, VaeWeightsTests.bytes(warm(options, corpus, from, listener, kept)));
            assertThat(listener.timeless(), equalTo(alone.timeless()));
            for (byte[] archive : kept.archives) {
                Kept resumed = new Kept(archive, each -> false);
                assertArrayEquals(
                        place(read(archive)),
                        expected,
                        VaeWeightsTests.bytes(warm(options, corpus, from, new Listener(0), resumed)));
            }
            // another network to start from makes another training
            WarmStart other = new WarmStart(
                    warm(options("vae").seed(9).build(), before, null, new Listener(0), Checkpoints.NONE),
                    before.vocabulary());
            for (WarmStart start : new WarmStart[] {other, null}) {
                Exception e = assertThrows(
                        CheckpointMismatchException.class,
                        () -> warm(
                                options,
                                corpus,
                                start,
                                new Listener(0),
                                new Kept(kept.archives.get(1), each -> false)));
                assertThat(e.getMessage(), containsString("[first weights] are [digest "));
            }
        }
    }

    private byte[] fromWords(
            VaeOptions options, Corpus corpus, WordVectors words, TrainingListener listener, Checkpoints checkpoints)
            throws IOException {
        return VaeWeightsTests.bytes(new VaeTrainer(options, device, 1, new Clusterer(new ClusterOptions(TOPICS, 1)))
                .train(InputSource.of(corpus), corpus.vocabulary(), words, listener, checkpoints));
    }

    /** Vectors of dimension 20 for two words in three. */
    private static WordVectors words(Corpus corpus, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        WordVectors.Builder builder =
                new WordVectors.Builder(corpus.vocabulary().size(), 20, 12, () -> {});
        for (int entry = 0; entry < corpus.vocabulary().size(); entry++) {
            float[] vector = new float[20];
            for (int j = 0; j < vector.length; j++) {
                vector[j] = (float) random.nextGaussian();
            }
            if (entry % 3 > 0) {
                builder.set(entry, vector);
            }
        }
        return builder.build();
    }

    /** A first layer that starts from vectors of words; a changed file makes another training. */
    @Test
    public void trainingsFromWordVectorsGoOnFromAnywhere() throws IOException {
        VaeOptions options = options("vae").restarts(2).build();
        try (Corpus corpus = corpus(130)) {
            WordVectors words = words(corpus, 3);
            Listener alone = new Listener(0);
            byte[] expected = fromWords(options, corpus, words, alone, Checkpoints.NONE);
            assertArrayEquals(
                    expected, fromWords(options, corpus, words(corpus, 3), new Listener(0), Checkpoints.NONE));
            byte[] without = train(options, InputSource.of(corpus), corpus, new Listener(0), Checkpoints.NONE);
            assertArrayEquals(without, fromWords(options, corpus, null, new Listener(0), Checkpoints.NONE));
            assertThat(Arrays.equals(without, expected), equalTo(false));
            Kept kept = new Kept(null, each -> each.run().step() % 5 == 0);
            Listener listener = new Listener(0);
            assertArrayEquals(expected, fromWords(options, corpus, words, listener, kept));
            assertThat(listener.timeless(), equalTo(alone.timeless()));
            assertThat(kept.archives.size(), greaterThan(10));
            for (byte[] archive : kept.archives) {
                Kept resumed = new Kept(archive, each -> false);
                assertArrayEquals(
                        place(read(archive)), expected, fromWords(options, corpus, words, new Listener(0), resumed));
            }
            for (WordVectors other : new WordVectors[] {words(corpus, 4), null}) {
                Exception e = assertThrows(
                        CheckpointMismatchException.class,
                        () -> fromWords(
                                options,
                                corpus,
                                other,
                                new Listener(0),
                                new Kept(kept.archives.get(1), each -> false)));
                assertThat(e.getMessage(), containsString("[first weights] are [drawn at random, words as in a file"));
            }
        }
    }

    /** The training is ended from outside in an epoch of each stage, and in later restarts. */
    @Test
    public void interruptedTrainingsGoOnFromTheirLastCheckpoint() throws IOException {
        try (Corpus corpus = corpus(70)) {
            InputSource rows = InputSource.of(corpus);
            VaeOptions options = options("mixture").restarts(3).build();
            Listener alone = new Listener(0);
            byte[] expected = train(options, rows, corpus, alone, Checkpoints.NONE);
            int perRestart = alone.reports.size() / 3;
            Set<String> interrupted = new HashSet<>();
            for (int epoch :
                    new int[] {1, 2, 4, 6, 7, 40, perRestart, perRestart + 1, perRestart + 6, 3 * perRestart}) {
                Kept kept = new Kept(null, each -> true);
                assertThrows(Interrupted.class, () -> train(options, rows, corpus, new Listener(epoch), kept));
                byte[] last = kept.archives.get(kept.archives.size() - 1);
                Checkpoint checkpoint = read(last);
                interrupted.add(checkpoint.restart() + " " + checkpoint.stage());
                assertThat(checkpoint.progress().epochs(), equalTo(epoch - 1));
                assertAllEndAlike(options, rows, corpus, List.of(last), expected, alone);
            }
            assertThat(
                    interrupted,
                    equalTo(Set.of(
                            "1 views",
                            "1 neighbors",
                            "1 refinement",
                            "1 labels",
                            "2 views",
                            "2 refinement",
                            "3 labels")));
        }
    }

    /** With 1000 documents some are held out, and a stage may end early; its best network is then the result. */
    @Test
    public void earlyStoppingGoesOnAsWell() throws IOException {
        try (Corpus corpus = corpus(1050)) {
            InputSource rows = InputSource.of(corpus);
            VaeOptions options = options("vae")
                    .hiddenDims(List.of(12))
                    .epochs(30)
                    .learningRate(0.02)
                    .batchSize(512)
                    .neighbors(0)
                    .patience(2)
                    .restarts(2)
                    .build();
            Set<String> moments = new TreeSet<>();
            Kept kept = new Kept(null, each -> {
                EarlyStopping.State stopping = each.run().stopping();
                Network.Snapshot best = stopping.snapshot();
                String moment = each.restart() == 1 ? "first, " : "second, ";
                if (!each.stage().equals("views")) {
                    moment += each.stage();
                } else if (best == null) {
                    moment += "no epoch";
                } else if (stopping.epochsSince() == 2) {
                    moment += "stopped";
                } else if (stopping.epochsSince() == 1) {
                    moment += "past the best";
                } else {
                    moment += each.run().bestIsCurrent() ? "at the best" : "in an epoch after the best";
                }
                return moments.add(moment);
            });
            Listener alone = new Listener(0);
            byte[] expected = train(options, rows, corpus, alone, kept);
            assertThat(
                    alone.reports.stream()
                            .filter(report -> report.stage().equals("views"))
                            .count(),
                    lessThan(60L));
            for (String restart : List.of("first, ", "second, ")) {
                for (String moment : List.of(
                        "no epoch",
                        "at the best",
                        "in an epoch after the best",
                        "past the best",
                        "stopped",
                        "labels")) {
                    assertThat(moments, hasItem(restart + moment));
                }
            }
            assertAllEndAlike(options, rows, corpus, kept.archives, expected, alone);
        }
    }

    /** Words and, for two documents in three, a vector. */
    private record WithVectors(Corpus words) implements InputSource {
        @Override
        public int size() {
            return words.size();
        }

        @Override
        public Bow get(int doc) {
            return words.get(doc);
        }

        @Override
        public int vectorDims() {
            return 4;
        }

        @Override
        public float[] vector(int doc) {
            return doc % 3 == 0 ? null : new float[] {doc % 3, doc % 5, doc % 7, 1};
        }
    }

    @Test
    public void vectorsGoOnAsWell() throws IOException {
        try (Corpus corpus = corpus(130)) {
            InputSource rows = new WithVectors(corpus);
            VaeOptions options = options("vae").build();
            Listener alone = new Listener(0);
            Kept kept = new Kept(null, each -> each.run().step() == 5);
            byte[] expected = train(options, rows, corpus, alone, kept);
            assertThat(kept.archives.size(), equalTo(3));
            assertAllEndAlike(options, rows, corpus, kept.archives, expected, alone);
        }
    }

    /** A source with the rows of another one, in an order of its own. */
    private static InputSource reordered(Corpus corpus, IntUnaryOperator row, int size) {
        List<Bow> bows = IntStream.range(0, size).map(row).mapToObj(corpus::get).toList();
        return InputSource.of(BowSource.of(bows));
    }

    @Test
    public void checkpointsOfAnotherTrainingAreRefused() throws IOException {
        try (Corpus corpus = corpus(60);
                Corpus other =
                        TopicCorpus.build(60, TOPICS, 2, folder.newFolder().toPath())) {
            InputSource rows = InputSource.of(corpus);
            Kept kept = new Kept(null, each -> each.stage().equals("neighbors"));
            train(options("vae").build(), rows, corpus, new Listener(0), kept);
            byte[] archive = kept.archives.get(0);
            VaeOptions same = options("vae").build();
            assertRefused("its [options] are [", options("vae").seed(7).build(), rows, corpus, archive);
            assertRefused(
                    "its [options] are [", options("vae").learningRate(0.02).build(), rows, corpus, archive);
            assertRefused("its [vocabulary] are [", same, InputSource.of(other), other, archive);
            assertRefused(
                    "its [documents] are [60, 60 not empty", same, reordered(corpus, row -> row, 59), corpus, archive);
            assertRefused(
                    "its [documents] are [60, 60 not empty",
                    same,
                    reordered(corpus, row -> row < 2 ? 1 - row : row, 60),
                    corpus,
                    archive);
            assertRefused("its [documents] are [", same, new WithVectors(corpus), corpus, archive);
            VaeTrainer ofOtherClusters = new VaeTrainer(same, device, 1, new Clusterer(new ClusterOptions(4, 1)));
            CheckpointMismatchException refused = assertThrows(
                    CheckpointMismatchException.class,
                    () -> ofOtherClusters.train(
                            rows, corpus.vocabulary(), new Listener(0), new Kept(archive, each -> false)));
            assertThat(refused.getMessage(), containsString("its [clusters] are [ClusterOptions[count=3, seed=1]]"));
        }
    }

    private static void assertRefused(
            String message, VaeOptions options, InputSource rows, Corpus corpus, byte[] archive) {
        Listener listener = new Listener(0);
        CheckpointMismatchException refused = assertThrows(
                CheckpointMismatchException.class,
                () -> train(options, rows, corpus, listener, new Kept(archive, each -> false)));
        assertThat(refused.getMessage(), containsString(message));
        assertThat("nothing was trained", listener.reports.size(), equalTo(0));
    }

    /** Whoever can write the archive can also make its fingerprint and checksums fit. */
    @Test
    public void forgedStatesAreRefusedBeforeTheTraining() throws IOException {
        try (Corpus corpus = corpus(60)) {
            InputSource rows = InputSource.of(corpus);
            VaeOptions options = options("mixture").build();
            List<Checkpoint> kept = new ArrayList<>();
            train(options, rows, corpus, new Listener(0), new Kept(null, each -> {
                kept.add(each);
                return false;
            }));
            Checkpoint honest = kept.stream()
                    .filter(each -> each.stage().equals("refinement"))
                    .findFirst()
                    .orElseThrow();
            RunState run = honest.run();
            int[][] wild = run.neighbors().clone();
            wild[7] = new int[] {60};
            Network.Snapshot values = run.network().values();
            Network.Snapshot shorter = new Network.Snapshot(new float[3], values.encoder(), values.decoder());
            Network.Snapshot fewer = new Network.Snapshot(
                    values.first(), values.encoder().subList(1, values.encoder().size()), values.decoder());
            List<RunState> forged = List.of(
                    new RunState("holidays", 0, run.network(), run.objective(), run.stopping(), null),
                    new RunState(run.stage(), -1, run.network(), run.objective(), run.stopping(), run.neighbors()),
                    new RunState(run.stage(), 1000, run.network(), run.objective(), run.stopping(), run.neighbors()),
                    new RunState(run.stage(), 0, run.network(), run.objective(), run.stopping(), null),
                    new RunState(run.stage(), 0, run.network(), run.objective(), run.stopping(), new int[59][]),
                    new RunState(run.stage(), 0, run.network(), run.objective(), run.stopping(), new int[60][]),
                    new RunState(run.stage(), 0, run.network(), run.objective(), run.stopping(), wild),
                    new RunState("labels", 0, run.network(), run.objective(), run.stopping(), run.neighbors()),
                    new RunState(
                            run.stage(),
                            0,
                            new Network.State(shorter, shorter, shorter),
                            run.objective(),
                            run.stopping(),
                            run.neighbors()),
                    new RunState(
                            run.stage(),
                            0,
                            new Network.State(fewer, fewer, fewer),
                            run.objective(),
                            run.stopping(),
                            run.neighbors()),
                    new RunState(
                            run.stage(),
                            0,
                            run.network(),
                            new Parameters.State(List.of(new float[2]), List.of(new float[2]), List.of(new float[2])),
                            run.stopping(),
                            run.neighbors()));
            for (RunState state : forged) {
                Checkpoint checkpoint =
                        new Checkpoint(honest.fingerprint(), 1, honest.ended(), honest.progress(), state);
                assertRefused("the checkpoint is not one of this training", options, rows, corpus, bytes(checkpoint));
            }
            Progress.State progress = honest.progress();
            Progress.State second = new Progress.State(2, 3, 4, 5, 0, 0, progress.sums(), 0);
            assertRefused(
                    "[0] ended runs before run [2] of [1]",
                    options,
                    rows,
                    corpus,
                    bytes(new Checkpoint(honest.fingerprint(), 1, List.of(), second, run)));
        }
    }

    @Test
    public void trainingGoesOnWithoutACheckpointThatCannotBeStored() throws IOException {
        try (Corpus corpus = corpus(60)) {
            InputSource rows = InputSource.of(corpus);
            VaeOptions options = options("vae").build();
            byte[] expected = train(options, rows, corpus, new Listener(0), Checkpoints.NONE);
            Listener listener = new Listener(0);
            List<String> stored = new ArrayList<>();
            Checkpoints moody = new Checkpoints() {
                private int asked;

                @Override
                public Optional<Checkpoint> last() {
                    return Optional.empty();
                }

                @Override
                public boolean isDue(long nanosSince) {
                    if (++asked == 8) {
                        throw new IllegalStateException("cannot say");
                    }
                    return asked < 8;
                }

                @Override
                public void store(Checkpoint checkpoint) throws IOException {
                    if (asked < 4) {
                        throw new IOException("disk full " + asked);
                    }
                    if (asked == 6) {
                        throw new IllegalStateException("not now");
                    }
                    stored.add(place(checkpoint));
                }
            };
            assertArrayEquals(expected, train(options, rows, corpus, listener, moody));
            assertThat(stored, equalTo(List.of("1 views 3", "1 neighbors 0", "1 neighbors 2")));
            assertThat(
                    listener.failures.stream().map(Throwable::getMessage).toList(),
                    equalTo(List.of("disk full 1", "not now", "cannot say")));
        }
    }

    /** The archive's owner gets an exception of its own, and nothing is left behind. */
    @Test
    public void failureToReadTheLastCheckpointEndsTheTraining() throws IOException {
        try (Corpus corpus = corpus(60)) {
            Checkpoints unreadable = new Kept(null, each -> false) {
                @Override
                public Optional<Checkpoint> last() {
                    throw new UncheckedIOException(new IOException("gone"));
                }
            };
            assertThrows(
                    UncheckedIOException.class,
                    () -> train(options("vae").build(), InputSource.of(corpus), corpus, new Listener(0), unreadable));
            assertThat(JniUtils.isGradMode(), equalTo(gradients));
        }
    }

    /** A run that goes on holds as many engine arrays as one that began; closing the network frees them. */
    @Test
    public void resumedRunsLeaveNoNativeMemoryBehind() throws IOException {
        try (Corpus corpus = corpus(60)) {
            for (String objective : VaeOptions.OBJECTIVES) {
                List<RunState> states = new ArrayList<>();
                int[] whole = arraysAfterARun(objective, corpus, null, states);
                for (RunState state : states) {
                    assertArrayEquals(objective + state.step(), whole, arraysAfterARun(objective, corpus, state, null));
                }
            }
        }
    }

    /** Returns the number of engine arrays before and after a run. */
    private static int[] arraysAfterARun(String objective, Corpus corpus, RunState from, List<RunState> states) {
        VaeOptions options = options(objective).build();
        VaeWeights initial = VaeWeights.initial(
                corpus.vocabulary().inputWeights(), corpus.vocabulary().logUnigram(), options.hiddenDims(), 6, 1);
        NDManager manager = Engine.getEngine("PyTorch").newBaseManager(device);
        JniUtils.setGradMode(false);
        try (Network network = new Network(initial, manager)) {
            SplittableRandom random = new SplittableRandom(1);
            Objective made = Objective.of(options, new Clusterer(new ClusterOptions(TOPICS, 1)), manager, random);
            int before = manager.getManagedArrays().size();
            Fit fit = new Fit(
                    options,
                    made,
                    InputSource.of(corpus),
                    IntStream.range(0, corpus.size()).toArray(),
                    network,
                    Centering.none(0),
                    random);
            if (from != null) {
                fit.resume(from);
            }
            if (states != null) {
                fit.betweenSteps(state -> {
                    RunState now = state.get();
                    if (now.step() == 2) {
                        states.add(now);
                    }
                });
            }
            Plan plan = fit.plan();
            fit.run(new Progress(new Listener(0), plan.epochs(), plan.steps()));
            return new int[] {before, manager.getManagedArrays().size()};
        } finally {
            JniUtils.setGradMode(gradients);
            assertThat(manager.isOpen(), equalTo(false));
        }
    }
}
