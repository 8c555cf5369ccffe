/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.network;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertThrows;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.latentfacets.arithmetic.Workers;
import io.latentfacets.vae.Dense;
import io.latentfacets.vae.Engines;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.BeforeClass;
import org.junit.Test;

/** The decoder on the heap learns what the engine's learns. */
public final class ArrayDecoderTests {
    private static final int DIMS = 19;
    private static final int ROWS = 37;

    @BeforeClass
    public static void startEngine() {
        Engines.started();
    }

    private static float[] floats(SplittableRandom random, int length, double scale) {
        float[] floats = new float[length];
        for (int i = 0; i < length; i++) {
            floats[i] = (float) (random.nextGaussian() * scale);
        }
        return floats;
    }

    private static Dense dense(int words) {
        SplittableRandom random = new SplittableRandom(3);
        return new Dense(DIMS, words, floats(random, DIMS * words, 0.5), floats(random, words, 2));
    }

    /** Every row has some words, apart from one without any. */
    private static Targets targets(int words, int rows) {
        SplittableRandom random = new SplittableRandom(4);
        Targets targets = new Targets();
        for (int row = 0; row < rows; row++) {
            int size = row == 5 ? 0 : 1 + random.nextInt(Math.min(12, words));
            int[] ids = random.ints(0, words).distinct().limit(size).sorted().toArray();
            float[] counts = new float[size];
            for (int i = 0; i < size; i++) {
                counts[i] = random.nextInt(4) + (i == 0 ? 1 : 0);
            }
            targets.addRow(ids, counts, size);
        }
        return targets;
    }

    /** Ten steps: losses, the gradients of the latents, and the weights after the steps. */
    private static List<float[]> learn(WordDecoder decoder, Targets targets, int rows, boolean constant) {
        float[] losses = new float[10];
        float[] gradients = new float[0];
        try (NDManager manager = Engine.getEngine("PyTorch").newBaseManager()) {
            NDArray z = manager.create(floats(new SplittableRandom(6), rows * DIMS, 1), new Shape(rows, DIMS));
            z.setRequiresGradient(!constant);
            for (int step = 0; step < losses.length; step++) {
                try (NDManager memory = manager.newSubManager()) {
                    if (constant) {
                        losses[step] = decoder.learn(z, targets, memory);
                    } else {
                        try (GradientCollector collector =
                                Engine.getEngine("PyTorch").newGradientCollector()) {
                            // something before the decoder and something beside it
                            NDArray input = Scalars.times(z, 2);
                            input.attach(memory);
                            NDArray loss = decoder.likelihood(input, targets, memory);
                            collector.backward(loss);
                            losses[step] = loss.getFloat();
                            gradients = z.getGradient().toFloatArray();
                        }
                    }
                    decoder.update(0.01f, step + 1, 0.1f);
                }
            }
        }
        return List.of(
                losses, gradients, decoder.snapshot().get(0), decoder.snapshot().get(1));
    }

    private static void assertClose(List<float[]> expected, List<float[]> found, double tolerance) {
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals("array " + i, expected.get(i), found.get(i), (float) tolerance);
        }
    }

    @Test
    public void learnsAsTheEngineDoes() {
        int words = 203;
        Targets targets = targets(words, ROWS);
        try (NDManager manager = Engine.getEngine("PyTorch").newBaseManager()) {
            for (boolean constant : new boolean[] {false, true}) {
                List<float[]> expected = learn(new EngineDecoder(dense(words), manager), targets, ROWS, constant);
                List<float[]> found = learn(new ArrayDecoder(dense(words), Workers.NONE), targets, ROWS, constant);
                assertClose(expected.subList(0, 2), found.subList(0, 2), 2e-4);
                // where a gradient is next to 0, a step of Adam magnifies its rounding
                assertClose(expected.subList(2, 4), found.subList(2, 4), 5e-3);
            }
        }
    }

    /** So many words that the rows do not fit into one strip of logits. */
    @Test
    public void manyWordsAreLearnedInStrips() {
        int words = SoftmaxLoss.MOST_LOGITS / 32;
        int rows = 70;
        Targets targets = targets(words, rows);
        try (NDManager manager = Engine.getEngine("PyTorch").newBaseManager()) {
            Dense initial = dense(words);
            WordDecoder engine = new EngineDecoder(initial, manager);
            WordDecoder heap = new ArrayDecoder(initial, Workers.NONE);
            NDArray z = manager.create(floats(new SplittableRandom(6), rows * DIMS, 1), new Shape(rows, DIMS));
            try (NDManager step = manager.newSubManager()) {
                double loss = engine.learn(z, targets, step);
                assertThat((double) heap.learn(z, targets, step), closeTo(loss, 1e-4 * loss));
            }
            engine.update(0.01f, 1, 0);
            heap.update(0.01f, 1, 0);
            try (NDManager step = manager.newSubManager()) {
                // words that are never targets have gradients next to 0, where the first step of Adam is of either sign
                assertThat((double) heap.learn(z, targets, step), closeTo(engine.learn(z, targets, step), 1e-3));
            }
        }
    }

    @Test
    public void threadsDoNotChangeABit() {
        for (int words : new int[] {5, 1000, SoftmaxLoss.MOST_LOGITS / 32}) {
            int rows = words > 1000 ? 70 : ROWS;
            Targets targets = targets(words, rows);
            List<float[]> expected = learn(new ArrayDecoder(dense(words), Workers.NONE), targets, rows, false);
            for (int threads : new int[] {2, 4}) {
                try (Workers workers = new Workers(threads)) {
                    assertClose(expected, learn(new ArrayDecoder(dense(words), workers), targets, rows, false), 0);
                }
            }
        }
    }

    @Test
    public void statesGoOn() {
        int words = 100;
        Targets targets = targets(words, ROWS);
        WordDecoder decoder = new ArrayDecoder(dense(words), Workers.NONE);
        learn(decoder, targets, ROWS, true);
        Parameters.State state = decoder.state();
        assertThat(state.values().get(0), equalTo(decoder.toDense().weights()));
        List<float[]> expected = learn(decoder, targets, ROWS, true);
        WordDecoder other = new ArrayDecoder(dense(words), Workers.NONE);
        other.restore(state);
        assertClose(expected, learn(other, targets, ROWS, true), 0);
        decoder.reset();
        assertThat(decoder.state().means().get(0), equalTo(new float[DIMS * words]));

        WordDecoder shorter = new ArrayDecoder(dense(99), Workers.NONE);
        Exception e = assertThrows(IllegalArgumentException.class, () -> shorter.restore(state));
        assertThat(e.getMessage(), containsString("expected [" + 19 * 99 + "] parameters: [" + 1900 + "]"));
    }

    @Test
    public void scaledWeightsTakeShorterLatents() {
        WordDecoder decoder = new ArrayDecoder(dense(10), Workers.NONE);
        float[] before = decoder.toDense().weights();
        decoder.scaleInput(0.5f);
        float[] after = decoder.toDense().weights();
        assertThat(after[7], equalTo(0.5f * before[7]));
    }
}
