/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.training;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.lessThan;
import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertThrows;

import ai.djl.Device;
import ai.djl.pytorch.jni.JniUtils;
import io.latentfacets.cluster.ClusterOptions;
import io.latentfacets.cluster.fit.Clusterer;
import io.latentfacets.text.Bow;
import io.latentfacets.text.Corpus;
import io.latentfacets.vae.Engines;
import io.latentfacets.vae.InputSource;
import io.latentfacets.vae.TopicCorpus;
import io.latentfacets.vae.VaeOptions;
import io.latentfacets.vae.VaeWeights;
import io.latentfacets.vae.VaeWeightsTests;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
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
    private static final class Kept implements Checkpoints {
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
        VaeWeights weights = new VaeTrainer(options, device, 1, new Clusterer(new ClusterOptions(TOPICS, 1)))
                .train(rows, corpus.vocabulary(), listener, checkpoints);
        try {
            return VaeWeightsTests.bytes(weights);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Goes on from every given checkpoint and expects the undisturbed end, weights and reports. */
    private static void assertAllEndAlike(
            VaeOptions options, InputSource rows, Corpus corpus, List<byte[]> archives, byte[] expected, Listener all) {
        List<String> reports = all.timeless();
        for (byte[] archive : archives) {
            Checkpoint checkpoint = read(archive);
            String place = checkpoint.restart() + " " + checkpoint.stage() + " " + checkpoint.run().step();
            Listener listener = new Listener(0);
            assertArrayEquals(place, expected, train(options, rows, corpus, listener, new Kept(archive, each -> false)));
            List<String> rest = listener.timeless();
            assertThat(place, rest, equalTo(reports.subList(reports.size() - rest.size(), reports.size())));
            assertThat(place, listener.kept, equalTo(all.kept));
        }
    }

    /** Every checkpoint between any two steps, of every objective: at stages' ends, within epochs, within each stage. */
    @Test
    public void everyCheckpointOfEveryObjectiveLeadsToTheSameWeights() throws IOException {
        try (Corpus corpus = corpus(130)) {
            InputSource rows = InputSource.of(corpus);
            for (String objective : VaeOptions.OBJECTIVES) {
                VaeOptions options = options(objective).build();
                Listener alone = new Listener(0);
                byte[] expected = train(options, rows, corpus, alone, Checkpoints.NONE);
                Kept kept = new Kept(null, each -> each.run().step() % 7 < 2 || !each.stage().equals("labels"));
                Listener listener = new Listener(0);
                // taking checkpoints changes nothing
                assertArrayEquals(expected, train(options, rows, corpus, listener, kept));
                assertThat(listener.timeless(), equalTo(alone.timeless()));
                assertThat(kept.archives.size(), greaterThan(30));
                assertAllEndAlike(options, rows, corpus, kept.archives, expected, alone);
            }
        }
    }
}
