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
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import io.latentfacets.cluster.ClusterOptions;
import io.latentfacets.cluster.Partition;
import io.latentfacets.cluster.fit.Clusterer;
import io.latentfacets.text.Bow;
import io.latentfacets.text.Corpus;
import io.latentfacets.vae.Architecture;
import io.latentfacets.vae.Centering;
import io.latentfacets.vae.Dense;
import io.latentfacets.vae.Encoder;
import io.latentfacets.vae.Engines;
import io.latentfacets.vae.Input;
import io.latentfacets.vae.InputSource;
import io.latentfacets.vae.Latents;
import io.latentfacets.vae.SparseRows;
import io.latentfacets.vae.TopicCorpus;
import io.latentfacets.vae.VaeOptions;
import io.latentfacets.vae.VaeWeights;
import io.latentfacets.vae.VaeWeightsTests;
import io.latentfacets.vae.VectorRows;
import io.latentfacets.vae.VectorsOnly;
import io.latentfacets.vae.network.EncoderInputs;
import io.latentfacets.vae.network.Network;
import io.latentfacets.vae.network.Targets;
import io.latentfacets.vae.network.Views;
import io.latentfacets.vae.objective.Objective;
import io.latentfacets.vae.objective.SplitViewObjective;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.BeforeClass;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Dense vectors beside the words: how the encoder uses them, how training learns them, and the effect on clusters. */
public final class VectorInputTests {
    private static final int WORDS = 30;
    private static final int DIMS = 5;

    private static Device device;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @BeforeClass
    public static void startEngine() {
        device = Engines.started().djlDevice();
    }

    private static VaeWeights weights(List<Integer> hidden) {
        float[] idf = new float[WORDS];
        float[] unigram = new float[WORDS];
        for (int w = 0; w < WORDS; w++) {
            idf[w] = 1 + w % 7;
        }
        Arrays.fill(unigram, (float) -Math.log(WORDS));
        VaeWeights words = VaeWeights.initial(idf, unigram, hidden, 4, 4);
        // a layer with a bias of its own, as training leaves it
        float[] mean = {0.4f, 0, -0.2f, 0.1f, 0.5f};
        return words.withVectors(new Centering(mean, 1.7f), 9);
    }

    private static List<Input> documents() {
        Bow bow = new Bow(new int[] {2, 11, 29}, new float[] {1, 4, 0.5f});
        Bow other = new Bow(new int[] {0}, new float[] {2});
        float[] vector = {1, -3, 0.5f, 2, 0};
        return List.of(
                Input.of(bow),
                new Input(bow, vector),
                new Input(Bow.EMPTY, vector),
                new Input(Bow.EMPTY, null),
                new Input(Bow.EMPTY, new float[DIMS]),
                new Input(other, new float[] {0, 0, 0, 0, 7}));
    }

    /** Computes the means in plain Java: xW + vU + c, then ReLU between layers, then the mean. */
    private static float[] reference(VaeWeights weights, Input document) {
        float[] x = new float[WORDS];
        double squares = 0;
        for (int i = 0; i < document.words().size(); i++) {
            int word = document.words().id(i);
            x[word] = Architecture.damp(document.words().count(i)) * weights.idf()[word];
            squares += (double) x[word] * x[word];
        }
        for (int w = 0; w < WORDS && squares > 0; w++) {
            x[w] /= (float) Math.sqrt(squares);
        }
        float[] h = weights.layers().get(0).apply(x);
        if (document.vector() != null) {
            float[] unit = document.vector().clone();
            for (int j = 0; j < DIMS; j++) {
                unit[j] *= (float) VectorRows.unitScale(document.vector());
            }
            float[] added = weights.vectors().apply(unit);
            for (int j = 0; j < h.length; j++) {
                h[j] += added[j];
            }
        }
        for (Dense layer : weights.layers().subList(1, weights.layers().size())) {
            for (int j = 0; j < h.length; j++) {
                h[j] = Math.max(0, h[j]);
            }
            h = layer.apply(h);
        }
        return weights.mean().apply(h);
    }

    @Test
    public void encoderEqualsPlainJava() {
        for (List<Integer> hidden : List.of(List.of(6), List.of(6, 5, 4))) {
            VaeWeights weights = weights(hidden);
            try (Encoder encoder = new Encoder(weights, device)) {
                float[][] means = encoder.encode(documents());
                for (int i = 0; i < means.length; i++) {
                    Input document = documents().get(i);
                    float[] expected = document.isEmpty() ? new float[4] : reference(weights, document);
                    assertArrayEquals("document " + i, expected, means[i], 1e-4f);
                    // independent of the rest of the batch
                    assertArrayEquals(means[i], encoder.encode(List.of(document))[0], 1e-5f);
                }
            }
        }
    }

    @Test
    public void theLengthOfAVectorDoesNotMatterItsNumberOfDimensionsDoes() {
        try (Encoder encoder = new Encoder(weights(List.of(6)), device);
                Encoder wordsOnly =
                        new Encoder(VaeWeights.initial(new float[] {1, 1}, new float[2], List.of(6), 4, 4), device)) {
            Input once = new Input(Bow.EMPTY, new float[] {1, 2, 3, 4, 5});
            Input tenfold = new Input(Bow.EMPTY, new float[] {10, 20, 30, 40, 50});
            float[][] means = encoder.encode(List.of(once, tenfold));
            assertArrayEquals(means[0], means[1], 1e-5f);
            Input two = new Input(Bow.EMPTY, new float[] {1, 2});
            assertThat(
                    assertThrows(IllegalArgumentException.class, () -> encoder.encode(List.of(two)))
                            .getMessage(),
                    containsString("must have [5] dimensions: 2"));
            assertThat(
                    assertThrows(IllegalArgumentException.class, () -> wordsOnly.encode(List.of(two)))
                            .getMessage(),
                    containsString("takes no vector: one of [2] dimensions"));
            // a failed call must leave nothing behind for the next
            assertArrayEquals(means[0], encoder.encode(List.of(once))[0], 1e-5f);
        }
    }

    /** When a training begins, words and vectors have about equal length behind their layers. */
    @Test
    public void neitherPartDrownsTheOtherAtTheStart() {
        int dims = 64;
        Random common = new Random(1);
        float[] offset = new float[dims];
        for (int j = 0; j < dims; j++) {
            offset[j] = (float) (3 * common.nextGaussian());
        }
        InputSource source = new VectorsOnly(500, dims, doc -> {
            Random random = new Random(doc);
            float[] vector = offset.clone();
            for (int j = 0; j < dims; j++) {
                vector[j] += (float) random.nextGaussian();
            }
            return vector;
        });
        int[] all = new int[500];
        Arrays.setAll(all, i -> i);
        float[] idf = new float[200];
        Arrays.fill(idf, 1);
        VaeWeights weights =
                VaeWeights.initial(idf, new float[200], List.of(128), 16, 3).withVectors(Centering.of(source, all), 8);
        double squares = 0;
        for (int doc = 0; doc < 500; doc++) {
            float[] unit = source.vector(doc);
            double scale = VectorRows.unitScale(unit);
            for (int j = 0; j < dims; j++) {
                unit[j] *= (float) scale;
            }
            for (float h : weights.vectors().apply(unit)) {
                squares += h * h / 500.0;
            }
        }
        // a document's words have length 1 and every row of W has, too
        assertThat(Math.sqrt(squares), closeTo(1, 0.15));
    }

    /** Compares the gradient of the vectors' layer and its bias with differences of the loss. */
    @Test
    public void gradientOfTheVectorLayerAgreesWithFiniteDifferences() {
        SplitViewObjective objective = new SplitViewObjective(0.5);
        for (List<Integer> hidden : List.of(List.of(6), List.of(6, 5))) {
            VaeWeights initial = weights(hidden);
            boolean before = JniUtils.isGradMode();
            JniUtils.setGradMode(false);
            NDManager manager = Engine.getEngine("PyTorch").newBaseManager();
            float[] gradient;
            try (Network network = new Network(initial, manager)) {
                NDArray h = network.firstLayer(batch(initial).words(), manager);
                h.setRequiresGradient(true);
                try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
                    collector.backward(loss(objective, network, network.withVectors(h, batch(initial), manager)));
                }
                gradient = network.vectorLayer().getGradient().toFloatArray();
            } finally {
                JniUtils.setGradMode(before);
            }
            float[] rows = initial.vectors().withBiasAsRow();
            assertThat(gradient.length, equalTo(rows.length));
            for (int i = 0; i < rows.length; i++) {
                double slope =
                        (lossWith(objective, initial, i, 5e-3f) - lossWith(objective, initial, i, -5e-3f)) / 1e-2;
                assertThat("weight " + i, (double) gradient[i], closeTo(slope, 2e-3));
            }
        }
    }

    private static double lossWith(SplitViewObjective objective, VaeWeights initial, int weight, float change) {
        float[] rows = initial.vectors().withBiasAsRow();
        rows[weight] += change;
        Dense vectors = Dense.ofBiasAsRow(DIMS, initial.vectors().out(), rows);
        VaeWeights changed = new VaeWeights(
                initial.idf(), initial.layers(), initial.mean(), initial.logVariance(), initial.decoder(), vectors);
        NDManager manager = Engine.getEngine("PyTorch").newBaseManager();
        try (Network network = new Network(changed, manager)) {
            return loss(objective, network, network.firstLayer(batch(changed), manager))
                    .getFloat();
        }
    }

    private static EncoderInputs batch(VaeWeights weights) {
        EncoderInputs inputs = new EncoderInputs(new SparseRows(weights.idf()), new VectorRows(Centering.none(DIMS)));
        documents().forEach(document -> inputs.addRow(document.words(), document.vector()));
        return inputs;
    }

    private static NDArray loss(SplitViewObjective objective, Network network, NDArray firstLayer) {
        Targets targets = new Targets();
        for (int row = 0; row < 4; row++) {
            Bow bow = documents().get(row).words();
            targets.addRow(bow.ids(), bow.counts(), bow.size());
        }
        NDManager manager = network.manager();
        float[] noise = new float[4 * 4];
        for (int i = 0; i < noise.length; i++) {
            noise[i] = (i % 5 - 2) / 2f;
        }
        NDArray eps = manager.create(noise, new Shape(4, 4));
        return objective
                .loss(network, new Objective.Batch(manager, firstLayer, 3, 2, targets, eps, 0.5f))
                .total();
    }

    @Test
    public void aViewShowsWordsVectorOrBothAndNeverNothing() {
        SplittableRandom random = new SplittableRandom(1);
        EncoderInputs inputs =
                new EncoderInputs(new SparseRows(new float[] {1, 1, 1}), new VectorRows(Centering.none(2)));
        Views views = new Views(random, 3);
        Bow bow = new Bow(new int[] {0, 2}, new float[] {3, 1});
        float[] vector = {1, 1};
        int[] shown = new int[4];
        int rows = 3000;
        for (int row = 0; row < rows; row++) {
            views.split(bow);
            inputs.addView(views, views.first(), vector, 0, random);
            boolean words = inputs.words().end(row) > inputs.words().start(row);
            boolean dense = inputs.vectors().values()[3 * row + 2] == 1;
            shown[(words ? 1 : 0) + (dense ? 2 : 0)]++;
        }
        assertThat(shown[0], equalTo(0));
        for (int kind = 1; kind < 4; kind++) {
            assertThat(shown[kind], greaterThan(rows / 4));
        }
        // a view cannot show an input that its document lacks, and always shows a document's only input
        for (int row = rows; row < rows + 100; row++) {
            boolean hasWords = row % 2 == 0;
            views.split(hasWords ? bow : Bow.EMPTY);
            inputs.addView(views, views.second(), hasWords ? null : vector, 0, random);
            assertThat(inputs.words().end(row) > inputs.words().start(row), equalTo(hasWords));
            assertThat(inputs.vectors().values()[3 * row + 2], equalTo(hasWords ? 0f : 1f));
        }
    }

    @Test
    public void withoutVectorsNothingIsDrawn() {
        SplittableRandom random = new SplittableRandom(1);
        EncoderInputs inputs = new EncoderInputs(new SparseRows(new float[] {1, 1}), null);
        Views views = new Views(new SplittableRandom(2), 2);
        views.split(new Bow(new int[] {0, 1}, new float[] {2, 3}));
        inputs.addView(views, views.first(), null, 0, random);
        assertThat(random.nextLong(), equalTo(new SplittableRandom(1).nextLong()));
    }

    /** Documents about topics; a third has only words, a third only a vector, a third both. */
    private static InputSource mixed(Corpus corpus, int topics) {
        return new InputSource() {
            @Override
            public int size() {
                return corpus.size();
            }

            @Override
            public Bow get(int doc) {
                return kind(doc, topics) == 1 ? Bow.EMPTY : corpus.get(doc);
            }

            @Override
            public int vectorDims() {
                return 24;
            }

            @Override
            public float[] vector(int doc) {
                if (kind(doc, topics) == 0) {
                    return null;
                }
                Random common = new Random(1);
                Random topic = new Random(100 + doc % topics);
                Random own = new Random(doc);
                float[] vector = new float[24];
                for (int j = 0; j < vector.length; j++) {
                    vector[j] = (float) (2 * common.nextGaussian() + topic.nextGaussian() + own.nextGaussian());
                }
                return vector;
            }
        };
    }

    private static int kind(int doc, int topics) {
        return doc / topics % 3;
    }

    private static VaeOptions options(int epochs) {
        return VaeOptions.builder()
                .latentDims(8)
                .hiddenDims(List.of(32))
                .epochs(epochs)
                .neighbors(5)
                .wordDropout(0.1)
                .weightDecay(0.001)
                .build();
    }

    private static VaeWeights train(InputSource source, Corpus corpus, int epochs) {
        return new VaeTrainer(options(epochs), device, 1).train(source, corpus.vocabulary(), new TrainingListener() {
            @Override
            public void epoch(EpochReport report) {
                assertThat(Double.isFinite(report.loss()), equalTo(true));
            }

            @Override
            public void checkCancelled() {}
        });
    }

    /** Documents without a common input, words here and a vector there, join the cluster of their topic. */
    @Test
    public void wordsAndVectorsOfATopicComeTogether() throws IOException {
        int topics = 4;
        try (Corpus corpus =
                TopicCorpus.build(720, topics, 1, folder.newFolder().toPath())) {
            InputSource source = mixed(corpus, topics);
            List<Input> inputs = new ArrayList<>();
            for (int doc = 0; doc < source.size(); doc++) {
                inputs.add(source.input(doc));
            }
            float[][] units = new float[inputs.size()][];
            try (Encoder encoder = new Encoder(train(source, corpus, 0), device)) {
                float[][] means = encoder.encode(inputs);
                for (int doc = 0; doc < units.length; doc++) {
                    units[doc] = Latents.dequantize(Latents.quantize(means[doc]));
                }
            }
            Partition partition = new Clusterer(new ClusterOptions(topics, 42)).cluster(units, () -> {});
            int[][][] counts = new int[3][topics][topics];
            for (int doc = 0; doc < units.length; doc++) {
                counts[kind(doc, topics)][doc % topics][partition.assign(units[doc])]++;
            }
            for (int topic = 0; topic < topics; topic++) {
                int cluster = largest(counts[2][topic]);
                for (int kind = 0; kind < 3; kind++) {
                    double share = counts[kind][topic][cluster] / (units.length / 3.0 / topics);
                    assertThat("topic " + topic + ", kind " + kind, share, greaterThan(0.9));
                }
            }
            double same = 0;
            double different = 0;
            for (int i = 0; i < 100; i++) {
                // documents i·12 + 0 (words only) and i·12 + 4 (vector only) have the same topic
                int words = i % 60 * 12;
                same += NearestDocumentsTests.cosine(units[words], units[words + 4]) / 100;
                different += NearestDocumentsTests.cosine(units[words], units[words + 5]) / 100;
            }
            assertThat(same, greaterThan(different + 0.3));
            assertThat(different, lessThan(0.2));
        }
    }

    private static int largest(int[] counts) {
        int largest = 0;
        for (int i = 1; i < counts.length; i++) {
            largest = counts[i] > counts[largest] ? i : largest;
        }
        return largest;
    }

    @Test
    public void sameSeedGivesTheSameBytes() throws IOException {
        try (Corpus corpus = TopicCorpus.build(1200, 3, 1, folder.newFolder().toPath())) {
            byte[] once = VaeWeightsTests.bytes(train(mixed(corpus, 3), corpus, 2));
            System.gc();
            assertArrayEquals(once, VaeWeightsTests.bytes(train(mixed(corpus, 3), corpus, 2)));
        }
    }

    /** A source that could have vectors, but has none, gives the weights of training on words alone. */
    @Test
    public void noVectorsAreNoDifference() throws IOException {
        try (Corpus corpus = TopicCorpus.build(200, 2, 1, folder.newFolder().toPath())) {
            byte[] words = VaeWeightsTests.bytes(train(InputSource.of(corpus), corpus, 2));
            VaeWeights plain = new VaeTrainer(options(2), device, 1)
                    .train(corpus, corpus.vocabulary(), new TrainingListener() {
                        @Override
                        public void epoch(EpochReport report) {}

                        @Override
                        public void checkCancelled() {}
                    });
            assertArrayEquals(VaeWeightsTests.bytes(plain), words);
        }
    }

    @Test
    public void tooFewDocumentsAreRefused() throws IOException {
        try (Corpus corpus = TopicCorpus.build(60, 2, 1, folder.newFolder().toPath())) {
            InputSource three = new VectorsOnly(5, 2, doc -> doc < 3 ? new float[] {1, doc} : null);
            assertThat(
                    assertThrows(IllegalArgumentException.class, () -> train(three, corpus, 1))
                            .getMessage(),
                    containsString("at least [4] documents with words or a vector: 3"));
        }
    }
}
