/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.training;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.lessThan;
import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertThrows;

import ai.djl.Device;
import ai.djl.pytorch.jni.JniUtils;
import io.latentfacets.text.Bow;
import io.latentfacets.text.BowSource;
import io.latentfacets.text.Corpus;
import io.latentfacets.vae.Decoder;
import io.latentfacets.vae.Encoder;
import io.latentfacets.vae.Engines;
import io.latentfacets.vae.Input;
import io.latentfacets.vae.Latents;
import io.latentfacets.vae.TopicCorpus;
import io.latentfacets.vae.VaeOptions;
import io.latentfacets.vae.VaeWeights;
import io.latentfacets.vae.VaeWeightsTests;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.BeforeClass;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public final class VaeTrainerTests {
    private static Device device;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @BeforeClass
    public static void startEngine() {
        device = Engines.started().djlDevice();
    }

    private static VaeOptions options(List<Integer> hidden, int epochs, double rate, double dropout) {
        return VaeOptions.builder()
                .latentDims(8)
                .hiddenDims(hidden)
                .epochs(epochs)
                .learningRate(rate)
                .neighbors(5)
                .wordDropout(dropout)
                .weightDecay(0.001)
                .klAnnealing(0.5)
                .build();
    }

    /** Records reports; throws at batch {@code lastBatch}, if one is given. */
    static final class Recorder implements TrainingListener {
        private final List<EpochReport> reports = new ArrayList<>();
        private final int lastBatch;
        private int batches;

        Recorder(int lastBatch) {
            this.lastBatch = lastBatch;
        }

        Recorder() {
            this(Integer.MAX_VALUE);
        }

        @Override
        public void epoch(EpochReport report) {
            reports.add(report);
        }

        @Override
        public void checkCancelled() {
            if (++batches > lastBatch) {
                throw new CancelledForTest();
            }
        }
    }

    private static final class CancelledForTest extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private Corpus corpus(int documents, int topics) throws IOException {
        return TopicCorpus.build(documents, topics, 1, folder.newFolder().toPath());
    }

    private static VaeWeights train(VaeOptions options, Corpus corpus, TrainingListener listener) {
        return new VaeTrainer(options, device, 1).train(corpus, corpus.vocabulary(), listener);
    }

    @Test
    public void documentsOfATopicComeTogether() throws IOException {
        try (Corpus corpus = corpus(400, 5)) {
            Recorder recorder = new Recorder();
            VaeWeights weights = train(options(List.of(32), 0, 0.005, 0), corpus, recorder);
            float[][] means;
            try (Encoder encoder = new Encoder(weights, device)) {
                means = encoder.encode(Input.of(bows(corpus)));
            }
            double same = 0;
            double different = 0;
            for (int i = 0; i < 100; i++) {
                same += NearestDocumentsTests.cosine(means[i], means[i + 5]) / 100;
                different += NearestDocumentsTests.cosine(means[i], means[i + 7]) / 100;
            }
            assertThat(same, greaterThan(0.8));
            assertThat(different, lessThan(0.3));

            Set<String> stages =
                    recorder.reports.stream().map(EpochReport::stage).collect(Collectors.toSet());
            assertThat(stages, equalTo(Set.of("views", "neighbors", "labels")));
            EpochReport last = recorder.reports.get(recorder.reports.size() - 1);
            assertThat(last.percent(), closeTo(100, 1e-6));
            assertThat(last.etaMillis(), equalTo(0L));
            double percent = 0;
            for (EpochReport report : recorder.reports) {
                assertThat(report.percent(), greaterThan(percent));
                percent = report.percent();
            }
        }
    }

    /**
     * A centroid decodes to the words of its topic: the ten most likely words, against the background, all belong to
     * the topic.
     */
    @Test
    public void centroidsAreDescribedByTheirWords() throws IOException {
        try (Corpus corpus = corpus(300, 3)) {
            VaeWeights weights = train(options(List.of(32), 0, 0.005, 0), corpus, new Recorder());
            float[] centroid = new float[weights.latentDims()];
            try (Encoder encoder = new Encoder(weights, device)) {
                float[][] means = encoder.encode(Input.of(bows(corpus)));
                for (int i = 1; i < means.length; i += 3) {
                    float[] unit = Latents.dequantize(Latents.quantize(means[i]));
                    for (int j = 0; j < centroid.length; j++) {
                        centroid[j] += unit[j];
                    }
                }
            }
            float[] log = new Decoder(weights).logProbabilities(Latents.dequantize(Latents.quantize(centroid)));
            float[] background = corpus.vocabulary().logUnigram();
            List<Integer> ids = new ArrayList<>();
            for (int w = 0; w < log.length; w++) {
                ids.add(w);
            }
            ids.sort((a, b) -> Float.compare(log[b] - background[b], log[a] - background[a]));
            for (int id : ids.subList(0, 10)) {
                assertThat(corpus.vocabulary().term(id), containsString("topical"));
            }
        }
    }

    @Test
    public void sameSeedGivesTheSameBytes() throws IOException {
        try (Corpus corpus = corpus(1500, 4)) {
            VaeOptions options = options(List.of(16), 3, 0.005, 0.1);
            byte[] once = VaeWeightsTests.bytes(train(options, corpus, new Recorder()));
            // a run of the garbage collector must not matter
            System.gc();
            byte[] again = VaeWeightsTests.bytes(train(options, corpus, new Recorder()));
            assertArrayEquals(once, again);
        }
    }

    @Test
    public void smallCorporaAndDeepEncodersTrain() throws IOException {
        for (int documents : new int[] {4, 20, 65}) {
            try (Corpus corpus = corpus(documents, 2)) {
                VaeWeights weights = train(options(List.of(16, 12), 4, 0.005, 0.2), corpus, new Recorder());
                for (float value : weights.decoder().weights()) {
                    assertThat(Float.isFinite(value), equalTo(true));
                }
            }
        }
    }

    @Test
    public void emptyDocumentsAreLeftOut() throws IOException {
        try (Corpus corpus = corpus(60, 2)) {
            List<Bow> bows = bows(corpus);
            for (int i = 0; i < 30; i++) {
                bows.add(3 * i % bows.size(), Bow.EMPTY);
            }
            VaeWeights weights = new VaeTrainer(options(List.of(16), 2, 0.005, 0), device, 1)
                    .train(BowSource.of(bows), corpus.vocabulary(), new Recorder());
            assertThat(weights.latentDims(), equalTo(8));
        }
    }

    @Test
    public void tooFewDocumentsAreRefused() throws IOException {
        try (Corpus corpus = corpus(60, 2)) {
            BowSource three = BowSource.of(List.of(corpus.get(0), Bow.EMPTY, corpus.get(1), corpus.get(2)));
            VaeTrainer trainer = new VaeTrainer(options(List.of(16), 2, 0.005, 0), device, 1);
            IllegalArgumentException refused = assertThrows(
                    IllegalArgumentException.class, () -> trainer.train(three, corpus.vocabulary(), new Recorder()));
            assertThat(refused.getMessage(), containsString("at least [4] documents with words: 3"));
        }
    }

    @Test
    public void cancellationEndsTrainingAtTheNextBatchAndFreesTheEngine() throws IOException {
        try (Corpus corpus = corpus(300, 3)) {
            boolean gradients = JniUtils.isGradMode();
            for (int batch : new int[] {0, 1, 7, 40}) {
                Recorder recorder = new Recorder(batch);
                assertThrows(CancelledForTest.class, () -> train(options(List.of(16), 8, 0.005, 0), corpus, recorder));
                assertThat(recorder.batches, equalTo(batch + 1));
                assertThat(JniUtils.isGradMode(), equalTo(gradients));
            }
            // a gradient collector left open would make the next training fail
            train(options(List.of(16), 1, 0.005, 0), corpus, new Recorder());
        }
    }

    @Test
    public void divergenceIsAnErrorThatSaysSo() {
        Progress progress = new Progress(new Recorder(), 1, 1);
        IllegalStateException diverged =
                assertThrows(IllegalStateException.class, () -> progress.step(Double.NaN, Map.of()));
        assertThat(diverged.getMessage(), containsString("the training diverged: the loss is NaN in epoch 1, step 1"));
    }

    private static List<Bow> bows(Corpus corpus) {
        List<Bow> bows = new ArrayList<>();
        for (int i = 0; i < corpus.size(); i++) {
            bows.add(corpus.get(i));
        }
        return bows;
    }
}
