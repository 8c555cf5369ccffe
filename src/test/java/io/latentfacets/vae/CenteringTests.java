/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertThrows;

import java.util.Arrays;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.Test;

/** The centre and scale of vectors, in rows and in layers. */
public final class CenteringTests {
    private static final int DIMS = 16;

    /** Vectors with a large common part and different lengths; every fifth document has none. */
    private static InputSource source(int documents, double own) {
        return new VectorsOnly(documents, DIMS, doc -> {
            float[] vector = new float[DIMS];
            Random common = new Random(1);
            Random random = new Random(doc);
            for (int j = 0; j < DIMS; j++) {
                vector[j] = (float) ((1 + doc) * (2 * common.nextGaussian() + own * random.nextGaussian()));
            }
            return doc % 5 == 4 ? null : vector;
        });
    }

    private static int[] all(int documents) {
        int[] all = new int[documents];
        Arrays.setAll(all, i -> i);
        return all;
    }

    @Test
    public void centredVectorsHaveMeanZeroAndMeanSquareLengthOne() {
        InputSource source = source(500, 0.5);
        Centering centering = Centering.of(source, all(500));
        assertThat((double) centering.scale(), greaterThan(1.5));
        VectorRows rows = new VectorRows(centering);
        double[] mean = new double[DIMS];
        double squares = 0;
        for (int doc = 0; doc < 500; doc++) {
            rows.clear();
            rows.add(source.vector(doc));
            assertThat(rows.values()[DIMS], equalTo(doc % 5 == 4 ? 0f : 1f));
            for (int j = 0; j < DIMS; j++) {
                mean[j] += rows.values()[j] / 400;
                squares += rows.values()[j] * rows.values()[j] / 400;
            }
        }
        assertThat(squares, closeTo(1, 1e-4));
        for (double component : mean) {
            assertThat(component, closeTo(0, 1e-5));
        }
    }

    /** With one document, none, or equal vectors there is no spread to divide by. */
    @Test
    public void vectorsThatDoNotDifferAreLeftAlone() {
        for (InputSource source : new InputSource[] {source(1, 1), source(300, 0), source(0, 1)}) {
            Centering centering = Centering.of(source, all(source.size()));
            assertThat(centering.scale(), equalTo(1f));
            assertArrayEquals(new float[DIMS], centering.mean(), 0);
        }
    }

    @Test
    public void aLayerOfCentredVectorsFoldsIntoOneOfUnitVectors() {
        Centering centering = Centering.of(source(200, 0.3), all(200));
        Random random = new Random(4);
        float[] weights = new float[DIMS * 3];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) random.nextGaussian();
        }
        Dense layer = new Dense(DIMS, 3, weights, new float[] {0.5f, -1, 2});
        Dense folded = centering.folded(layer);
        VectorRows centred = new VectorRows(centering);
        VectorRows unit = new VectorRows(Centering.none(DIMS));
        float[] vector = source(200, 0.3).vector(7);
        centred.add(vector);
        unit.add(vector);
        assertArrayEquals(
                layer.apply(Arrays.copyOf(centred.values(), DIMS)),
                folded.apply(Arrays.copyOf(unit.values(), DIMS)),
                1e-4f);
        Dense back = centering.unfolded(folded);
        assertArrayEquals(layer.weights(), back.weights(), 1e-5f);
        assertArrayEquals(layer.bias(), back.bias(), 1e-4f);
    }

    @Test
    public void rowsAreOfUnitLengthWhateverTheVector() {
        VectorRows rows = new VectorRows(Centering.none(2));
        rows.add(new float[] {Float.MAX_VALUE, -Float.MAX_VALUE});
        rows.add(null);
        rows.add(new float[] {0, Float.MIN_VALUE});
        float half = (float) Math.sqrt(0.5);
        assertArrayEquals(
                new float[] {half, -half, 1, 0, 0, 0, 0, 1, 1}, Arrays.copyOf(rows.values(), 3 * rows.width()), 1e-6f);
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> rows.add(new float[] {1, 2, 3}));
        assertThat(refused.getMessage(), containsString("must have [2] dimensions: 3"));
    }

    @Test
    public void dropoutLeavesARowAsItIsOnAverage() {
        VectorRows rows = new VectorRows(Centering.none(4));
        SplittableRandom random = new SplittableRandom(2);
        float[] vector = {1, -2, 3, 4};
        double[] mean = new double[5];
        int zeros = 0;
        for (int i = 0; i < 20_000; i++) {
            rows.clear();
            rows.add(vector);
            rows.dropComponents(0.25, random);
            for (int j = 0; j < 5; j++) {
                mean[j] += rows.values()[j] / 20_000;
                zeros += rows.values()[j] == 0 ? 1 : 0;
            }
        }
        for (int j = 0; j < 4; j++) {
            assertThat(mean[j], closeTo(vector[j] / Math.sqrt(30), 0.02));
        }
        assertThat("the one that says that there is a vector stays", mean[4], closeTo(1, 1e-6));
        assertThat(zeros / 80_000.0, closeTo(0.25, 0.01));
    }
}
