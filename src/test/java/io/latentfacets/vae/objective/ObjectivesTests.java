/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.objective;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.lessThan;
import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertThrows;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.latentfacets.cluster.ClusterOptions;
import io.latentfacets.cluster.Measures;
import io.latentfacets.cluster.fit.Clusterer;
import io.latentfacets.text.Bow;
import io.latentfacets.text.Corpus;
import io.latentfacets.vae.Centering;
import io.latentfacets.vae.Encoder;
import io.latentfacets.vae.Engines;
import io.latentfacets.vae.Input;
import io.latentfacets.vae.InputSource;
import io.latentfacets.vae.TopicCorpus;
import io.latentfacets.vae.VaeOptions;
import io.latentfacets.vae.VaeWeights;
import io.latentfacets.vae.VaeWeightsTests;
import io.latentfacets.vae.network.Network;
import io.latentfacets.vae.training.EpochReport;
import io.latentfacets.vae.training.Fit;
import io.latentfacets.vae.training.Plan;
import io.latentfacets.vae.training.Progress;
import io.latentfacets.vae.training.TrainingListener;
import io.latentfacets.vae.training.VaeTrainer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.BeforeClass;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Properties of every objective, and restarts with each objective. */
public final class ObjectivesTests {
    private static final int TOPICS = 4;

    private static Device device;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @BeforeClass
    public static void startEngine() {
        device = Engines.started().djlDevice();
    }

    private static VaeOptions options(String objective, int epochs, long seed, int restarts) {
        return VaeOptions.builder()
                .objective(objective)
                .latentDims(8)
                .hiddenDims(List.of(16))
                .epochs(epochs)
                .seed(seed)
                .beta(0.05)
                .neighbors(5)
                .restarts(restarts)
                .build();
    }

    private static final class Recorder implements TrainingListener {
        private final List<EpochReport> reports = new ArrayList<>();
        private int batchesLeft;

        Recorder(int batches) {
            this.batchesLeft = batches;
        }

        @Override
        public void epoch(EpochReport report) {
            reports.add(report);
        }

        @Override
        public void checkCancelled() {
            if (batchesLeft-- <= 0) {
                throw new IllegalStateException("cancelled");
            }
        }
    }

    private Corpus corpus(int documents) throws IOException {
        return TopicCorpus.build(documents, TOPICS, 1, folder.newFolder().toPath());
    }

    private static Clusterer clusterer() {
        return new Clusterer(new ClusterOptions(TOPICS, 42));
    }

    private static byte[] train(VaeOptions options, Corpus corpus) {
        return train(options, corpus, new Recorder(Integer.MAX_VALUE));
    }

    private static byte[] train(VaeOptions options, Corpus corpus, TrainingListener listener) {
        VaeWeights weights =
                new VaeTrainer(options, device, 1, clusterer()).train(corpus, corpus.vocabulary(), listener);
        try {
            return VaeWeightsTests.bytes(weights);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    public void sameSeedGivesTheSameBytesAndAnotherObjectiveOthers() throws IOException {
        try (Corpus corpus = corpus(300)) {
            Set<Integer> different = new HashSet<>();
            for (String objective : VaeOptions.OBJECTIVES) {
                VaeOptions options = options(objective, 3, 42, 1);
                byte[] once = train(options, corpus);
                System.gc();
                assertArrayEquals(objective, once, train(options, corpus));
                different.add(Arrays.hashCode(once));
            }
            assertThat(different.size(), equalTo(VaeOptions.OBJECTIVES.size()));
        }
    }

    @Test
    public void everyObjectiveTellsTopicsApart() throws IOException {
        try (Corpus corpus = corpus(240)) {
            int[] truth = IntStream.range(0, corpus.size()).map(i -> i % TOPICS).toArray();
            List<Bow> bows =
                    IntStream.range(0, corpus.size()).mapToObj(corpus::get).toList();
            for (String objective : VaeOptions.OBJECTIVES) {
                Recorder recorder = new Recorder(Integer.MAX_VALUE);
                VaeWeights weights = new VaeTrainer(options(objective, 20, 42, 1), device, 1, clusterer())
                        .train(corpus, corpus.vocabulary(), recorder);
                try (Encoder encoder = new Encoder(weights, device)) {
                    LatentClusters clusters = LatentClusters.of(
                            Arrays.asList(encoder.encode(Input.of(bows))).toArray(float[][]::new),
                            clusterer(),
                            () -> {});
                    assertThat(objective, Measures.nmi(truth, clusters.labels()), greaterThan(0.95));
                }
                Set<String> stages =
                        recorder.reports.stream().map(EpochReport::stage).collect(Collectors.toSet());
                assertThat(objective, stages.contains("refinement"), equalTo(objective.equals("mixture")));
            }
        }
    }

    /** After a run the network's memory holds only its parameters and those of the objective. */
    @Test
    public void stepsLeaveNoNativeMemoryBehind() throws IOException {
        try (Corpus corpus = corpus(200)) {
            int[] documents = IntStream.range(0, corpus.size()).toArray();
            VaeWeights initial = VaeWeights.initial(
                    corpus.vocabulary().inputWeights(), corpus.vocabulary().logUnigram(), List.of(16), 8, 1);
            for (String name : VaeOptions.OBJECTIVES) {
                VaeOptions options = options(name, 2, 42, 1);
                NDManager manager = Engine.getEngine("PyTorch").newBaseManager(device);
                boolean gradients = JniUtils.isGradMode();
                JniUtils.setGradMode(false);
                try (Network network = new Network(initial, Centering.none(0), manager)) {
                    Objective objective =
                            Objective.of(options, clusterer(), network.manager(), new SplittableRandom(1));
                    int before = manager.getManagedArrays().size();
                    Fit fit = new Fit(
                            options,
                            objective,
                            InputSource.of(corpus),
                            documents,
                            network,
                            Centering.none(0),
                            new SplittableRandom(1));
                    Plan plan = fit.plan();
                    fit.run(new Progress(new Recorder(Integer.MAX_VALUE), plan.epochs(), plan.steps()));
                    // π, μ and σ of the mixture with two moments each
                    int own = name.equals("mixture") ? 9 : 0;
                    assertThat(name, manager.getManagedArrays().size(), equalTo(before + own));
                } finally {
                    JniUtils.setGradMode(gradients);
                }
                assertThat(name, manager.isOpen(), equalTo(false));
            }
        }
    }

    @Test
    public void restartsKeepOneOfTheTrainingsOfTheSeedsThatFollow() throws IOException {
        try (Corpus corpus = corpus(300)) {
            Recorder recorder = new Recorder(Integer.MAX_VALUE);
            byte[] kept = train(options("vae", 2, 42, 3), corpus, recorder);
            List<byte[]> each = new ArrayList<>();
            for (long seed = 42; seed < 45; seed++) {
                each.add(train(options("vae", 2, seed, 1), corpus));
            }
            assertThat(each.stream().anyMatch(bytes -> Arrays.equals(bytes, kept)), equalTo(true));

            assertThat(
                    recorder.reports.stream().map(EpochReport::restart).collect(Collectors.toSet()),
                    equalTo(Set.of(1, 2, 3)));
            double percent = 0;
            int epoch = 0;
            for (EpochReport report : recorder.reports) {
                assertThat(report.epochs(), equalTo(recorder.reports.size()));
                assertThat(report.epoch(), equalTo(++epoch));
                assertThat(report.percent(), greaterThan(percent));
                percent = report.percent();
            }
            assertThat(percent, closeTo(100, 1e-6));
        }
    }

    @Test
    public void cancellationReachesLaterRestarts() throws IOException {
        try (Corpus corpus = corpus(100)) {
            boolean gradients = JniUtils.isGradMode();
            int perRestart = 1000;
            Recorder counter = new Recorder(perRestart);
            train(options("mixture", 2, 42, 1), corpus, counter);
            int used = perRestart - counter.batchesLeft;
            Recorder recorder = new Recorder(2 * used);
            assertThrows(IllegalStateException.class, () -> train(options("mixture", 2, 42, 3), corpus, recorder));
            EpochReport last = recorder.reports.get(recorder.reports.size() - 1);
            assertThat(last.restart(), greaterThan(1));
            assertThat(last.percent(), lessThan(100.0));
            assertThat(JniUtils.isGradMode(), equalTo(gradients));
            train(options("vae", 1, 42, 1), corpus);
        }
    }
}
