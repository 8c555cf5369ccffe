/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertThrows;

import ai.djl.Device;
import io.latentfacets.text.Bow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.BeforeClass;
import org.junit.Test;

public final class EncoderTests {
    private static final int WORDS = 300;

    private static Device device;

    @BeforeClass
    public static void startEngine() {
        device = Engines.started().djlDevice();
    }

    private static VaeWeights weights(List<Integer> hidden) {
        float[] idf = new float[WORDS];
        float[] background = new float[WORDS];
        for (int w = 0; w < WORDS; w++) {
            idf[w] = 1 + w % 7;
        }
        return VaeWeights.initial(idf, background, hidden, 16, 4);
    }

    private static List<Bow> bows(int count) {
        SplittableRandom random = new SplittableRandom(8);
        List<Bow> bows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int[] ids = random.ints(random.nextInt(60), 0, WORDS)
                    .sorted()
                    .distinct()
                    .toArray();
            float[] counts = new float[ids.length];
            for (int j = 0; j < counts.length; j++) {
                counts[j] = random.nextInt(1, 6) * 0.5f;
            }
            bows.add(new Bow(ids, counts));
        }
        return bows;
    }

    /** Computes the means in plain Java: x·W, then ReLU between layers, then the mean. */
    private static float[] reference(VaeWeights weights, Bow bow) {
        float[] x = new float[WORDS];
        double squares = 0;
        for (int i = 0; i < bow.size(); i++) {
            float tf = bow.count(i);
            x[bow.id(i)] = (tf < 1 ? tf : 1 + (float) Math.log(tf)) * weights.idf()[bow.id(i)];
            squares += (double) x[bow.id(i)] * x[bow.id(i)];
        }
        for (int w = 0; w < WORDS; w++) {
            x[w] /= (float) Math.sqrt(squares);
        }
        float[] h = weights.layers().get(0).apply(x);
        for (Dense layer : weights.layers().subList(1, weights.layers().size())) {
            for (int j = 0; j < h.length; j++) {
                h[j] = Math.max(0, h[j]);
            }
            h = layer.apply(h);
        }
        return weights.mean().apply(h);
    }

    private static Bow everyWord(int words) {
        float[] counts = new float[words];
        Arrays.fill(counts, 1);
        return new Bow(IntStream.range(0, words).toArray(), counts);
    }

    /** A very long document takes memory while it is encoded; no call keeps it, not even one that fails. */
    @Test
    public void memoryOfAVeryLongDocumentIsNotKept() {
        int many = 500_000;
        float[] idf = new float[many];
        Arrays.fill(idf, 1);
        VaeWeights weights = VaeWeights.initial(idf, new float[many], List.of(2), 2, 4);
        Input small = new Input(everyWord(50), null);
        Input large = new Input(everyWord(many), null);
        try (Encoder encoder = new Encoder(weights, device)) {
            float[][] first = encoder.encode(List.of(small));
            long kept = encoder.keptBytes();
            assertThat("the next call reuses it", kept, greaterThan(0L));
            encoder.encode(List.of(small));
            assertThat(encoder.keptBytes(), equalTo(kept));
            encoder.encode(List.of(large));
            assertThat(encoder.keptBytes(), lessThanOrEqualTo(Encoder.MAX_KEPT_BYTES));
            Input unfit = new Input(everyWord(3), new float[] {1, 2});
            for (List<Input> documents : List.of(List.of(large, unfit), List.of(unfit, large))) {
                assertThrows(IllegalArgumentException.class, () -> encoder.encode(documents));
                assertThat(encoder.keptBytes(), lessThanOrEqualTo(Encoder.MAX_KEPT_BYTES));
            }
            Input half = new Input(everyWord(Encoder.MAX_VALUES / 2), null);
            encoder.encode(List.of(half, half, half, small));
            assertThat("a full call is no very large one", encoder.keptBytes(), greaterThan(kept));
            assertThat(encoder.keptBytes(), lessThanOrEqualTo(Encoder.MAX_KEPT_BYTES));
            assertArrayEquals(first[0], encoder.encode(List.of(small))[0], 0);
        }
    }

    @Test
    public void linearEncoderEqualsPlainJava() {
        assertEqualsReference(weights(List.of(32)));
    }

    @Test
    public void deepEncoderEqualsPlainJava() {
        assertEqualsReference(weights(List.of(32, 24, 20)));
    }

    private static void assertEqualsReference(VaeWeights weights) {
        List<Bow> bows = bows(100);
        try (Encoder encoder = new Encoder(weights, device)) {
            float[][] means = encoder.encode(Input.of(bows));
            for (int i = 0; i < bows.size(); i++) {
                float[] expected = bows.get(i).isEmpty() ? new float[16] : reference(weights, bows.get(i));
                assertArrayEquals("document " + i, expected, means[i], 1e-4f);
            }
        }
    }

    @Test
    public void emptyDocumentsAreZeroRows() {
        try (Encoder encoder = new Encoder(weights(List.of(32)), device)) {
            assertThat(encoder.encode(List.of()).length, equalTo(0));
            assertArrayEquals(new float[16], encoder.encode(List.of(Input.of(Bow.EMPTY)))[0], 0);
            Bow bow = new Bow(new int[] {3}, new float[] {1});
            float[][] mixed = encoder.encode(Input.of(List.of(Bow.EMPTY, bow, Bow.EMPTY)));
            assertArrayEquals(new float[16], mixed[2], 0);
            assertArrayEquals(encoder.encode(List.of(Input.of(bow)))[0], mixed[1], 1e-6f);
        }
    }

    /** A document's latent must not depend on its batch or on concurrent calls. */
    @Test
    public void threadsDoNotDisturbEachOther() throws Exception {
        List<Bow> bows = bows(200);
        try (Encoder encoder = new Encoder(weights(List.of(32)), device);
                ExecutorService threads = Executors.newFixedThreadPool(4)) {
            float[][] expected = encoder.encode(Input.of(bows));
            List<Future<Double>> results = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                int offset = thread;
                results.add(threads.submit(() -> {
                    double worst = 0;
                    for (int round = 0; round < 20; round++) {
                        List<Bow> part = bows.subList(offset * 10 + round, 150 + round);
                        float[][] means = encoder.encode(Input.of(part));
                        for (int i = 0; i < means.length; i++) {
                            for (int j = 0; j < means[i].length; j++) {
                                worst = Math.max(worst, Math.abs(means[i][j] - expected[offset * 10 + round + i][j]));
                            }
                        }
                    }
                    return worst;
                }));
            }
            for (Future<Double> result : results) {
                assertThat(result.get(), closeTo(0, 1e-5));
            }
        }
    }
}
