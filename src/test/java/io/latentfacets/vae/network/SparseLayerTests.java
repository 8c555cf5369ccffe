/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.network;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.junit.Assert.assertArrayEquals;

import io.latentfacets.text.Bow;
import io.latentfacets.vae.Dense;
import io.latentfacets.vae.SparseRows;
import java.util.SplittableRandom;
import org.junit.Test;

public final class SparseLayerTests {
    private static final int WORDS = 7;
    private static final int WIDTH = 5;

    private final SplittableRandom random = new SplittableRandom(3);

    @Test
    public void inputsAreDampedWeightedAndOfUnitLength() {
        SparseRows rows = new SparseRows(new float[] {1, 2, 3});
        rows.addRow(new Bow(new int[] {0, 2}, new float[] {(float) Math.E, 0.5f}));
        // (1 + ln e)·1 = 2 and ½·3 = 1.5: length 2.5
        assertThat((double) rows.value(0), closeTo(0.8, 1e-6));
        assertThat((double) rows.value(1), closeTo(0.6, 1e-6));
    }

    @Test
    public void forwardIsTheDenseProduct() {
        Dense initial = layer();
        SparseRows x = rows();
        float[] h = new float[x.rows() * WIDTH];
        new SparseLayer(initial).forward(x, 0, x.rows(), h);
        for (int row = 0; row < x.rows(); row++) {
            float[] dense = new float[WORDS];
            for (int i = x.start(row); i < x.end(row); i++) {
                dense[x.word(i)] = x.value(i);
            }
            float[] expected = initial.apply(dense);
            for (int j = 0; j < WIDTH; j++) {
                assertThat((double) h[row * WIDTH + j], closeTo(expected[j], 1e-6));
            }
        }
    }

    /** Compares the gradient of W, which follows from L = Σ c·h² and ∂L/∂h = 2c·h, with differences of L. */
    @Test
    public void gradientAgreesWithFiniteDifferences() {
        Dense initial = layer();
        SparseRows x = rows();
        float[] c = new float[x.rows() * WIDTH];
        for (int i = 0; i < c.length; i++) {
            c[i] = (float) random.nextGaussian();
        }
        SparseLayer layer = new SparseLayer(initial);
        float[] h = new float[c.length];
        layer.forward(x, 0, x.rows(), h);
        float[] gradientOfH = new float[c.length];
        for (int i = 0; i < c.length; i++) {
            gradientOfH[i] = 2 * c[i] * h[i];
        }
        layer.backward(x, gradientOfH);
        for (int i = 0; i < WORDS * WIDTH; i++) {
            double step = 1e-2;
            double difference = (loss(initial, i, step, x, c) - loss(initial, i, -step, x, c)) / (2 * step);
            assertThat("weight " + i, (double) layer.gradient()[i], closeTo(difference, 1e-3));
        }
    }

    private static double loss(Dense initial, int changed, double by, SparseRows x, float[] c) {
        float[] weights = initial.weights().clone();
        weights[changed] += (float) by;
        float[] h = new float[c.length];
        new SparseLayer(new Dense(WORDS, WIDTH, weights, new float[WIDTH])).forward(x, 0, x.rows(), h);
        double loss = 0;
        for (int i = 0; i < c.length; i++) {
            loss += c[i] * (double) h[i] * h[i];
        }
        return loss;
    }

    /** Adam's first step has the length of the rate and goes against the gradient, whatever the gradient's size. */
    @Test
    public void firstStepOfAdamIsTheRate() {
        Dense initial = layer();
        SparseLayer layer = new SparseLayer(initial);
        SparseRows x = new SparseRows(idf());
        x.addRow(new Bow(new int[] {2}, new float[] {1}));
        layer.backward(x, new float[] {3, -0.01f, 0, 100, -7});
        layer.update(0.1f, 1, 0);
        float[] expected = initial.weights().clone();
        float[] moves = {-0.1f, 0.1f, 0, -0.1f, 0.1f};
        for (int j = 0; j < WIDTH; j++) {
            expected[2 * WIDTH + j] += moves[j];
        }
        assertArrayEquals(expected, layer.weights(), 1e-5f);
        assertArrayEquals("the gradient is used up", new float[WORDS * WIDTH], layer.gradient(), 0);
    }

    @Test
    public void weightDecayShrinksWhatIsNotTouched() {
        Dense initial = layer();
        SparseLayer layer = new SparseLayer(initial);
        layer.update(0.1f, 1, 0.5f);
        for (int i = 0; i < initial.weights().length; i++) {
            assertThat((double) layer.weights()[i], closeTo(initial.weights()[i] * 0.95, 1e-6));
        }
    }

    private Dense layer() {
        float[] weights = new float[WORDS * WIDTH];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) random.nextGaussian();
        }
        return new Dense(WORDS, WIDTH, weights, new float[WIDTH]);
    }

    private static float[] idf() {
        return new float[] {1, 1.5f, 2, 1, 3, 2.5f, 1.2f};
    }

    private static SparseRows rows() {
        SparseRows rows = new SparseRows(idf());
        rows.addRow(new Bow(new int[] {0, 3, 6}, new float[] {1, 4, 2}));
        rows.addRow(new Bow(new int[] {1, 3}, new float[] {2, 1}));
        rows.addRow(Bow.EMPTY);
        rows.addRow(new Bow(new int[] {5}, new float[] {9}));
        return rows;
    }
}
