/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.lessThan;
import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertThrows;

import io.latentfacets.text.Bow;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.lucene.util.VectorUtil;
import org.junit.Test;

public final class PosteriorTests {
    private static final int WORDS = 50;
    private static final int DIMS = 16;
    private static final Bow BOW = new Bow(new int[] {3, 8, 40}, new float[] {1, 5, 0.5f});

    private static VaeWeights weights(List<Integer> hidden) {
        float[] idf = new float[WORDS];
        for (int word = 0; word < WORDS; word++) {
            idf[word] = 1 + word % 5;
        }
        return VaeWeights.initial(idf, new float[WORDS], hidden, DIMS, 4);
    }

    @Test
    public void meanIsWhatTheEncoderComputes() {
        for (List<Integer> hidden : List.of(List.of(24), List.of(24, 20))) {
            VaeWeights weights = weights(hidden).withVectors(5, 9);
            for (float[] vector : new float[][] {null, {1, -2, 0, 0, 4}}) {
                Input document = new Input(BOW, vector);
                try (Encoder encoder = new Encoder(weights, Engines.started().djlDevice())) {
                    float[] expected = encoder.encode(List.of(document))[0];
                    assertArrayEquals(expected, Posterior.of(weights, document).mean(), 1e-4f);
                }
            }
        }
    }

    @Test
    public void deviationIsThatOfTheLogVarianceLayerWithinItsBounds() {
        // two layers of which the second ignores its input, so that log σ² is the bias
        Dense first = new Dense(2, 1, new float[] {1, 1}, new float[1]);
        Dense mean = new Dense(1, 3, new float[] {0, 0, 0}, new float[] {1, 2, 3});
        Dense logVariance = new Dense(1, 3, new float[3], new float[] {(float) Math.log(4), 100, -100});
        VaeWeights weights = new VaeWeights(
                new float[] {1, 1}, List.of(first), mean, logVariance, new Dense(3, 2, new float[6], new float[2]));
        Posterior posterior = Posterior.of(weights, Input.of(new Bow(new int[] {0}, new float[] {1})));
        assertArrayEquals(new float[] {1, 2, 3}, posterior.mean(), 0);
        assertArrayEquals(
                new float[] {
                    2,
                    (float) Math.exp(Architecture.MAX_LOG_VARIANCE / 2),
                    (float) Math.exp(Architecture.MIN_LOG_VARIANCE / 2)
                },
                posterior.deviation(),
                1e-4f);
    }

    @Test
    public void divergenceIsTheClosedForm() {
        assertThat(new Posterior(new float[3], new float[] {1, 1, 1}).divergence(), closeTo(0, 1e-9));
        // ½ (2² + ½² − 1 − ln ½²)
        double expected = 0.5 * (4 + 0.25 - 1 - Math.log(0.25));
        assertThat(new Posterior(new float[] {2}, new float[] {0.5f}).divergence(), closeTo(expected, 1e-6));
    }

    @Test
    public void drawsScatterAroundTheMeanAsWideAsAsked() {
        Posterior posterior = new Posterior(new float[] {3, 0, 0}, new float[] {.3f, .6f, .9f});
        SplittableRandom random = new SplittableRandom(5);
        double narrow = 0;
        double wide = 0;
        for (int i = 0; i < 500; i++) {
            float[] draw = posterior.draw(0.1f, random);
            assertThat((double) VectorUtil.dotProduct(draw, draw), closeTo(1, 1e-5));
            narrow += draw[0];
            wide += posterior.draw(1, random)[0];
        }
        assertThat(wide, lessThan(narrow));
        assertArrayEquals(new float[] {1, 0, 0}, posterior.draw(0, random), 1e-6f);
    }

    @Test
    public void refusesVectorsThatTheNetworkCannotTake() {
        Input document = new Input(BOW, new float[] {1, 2});
        for (VaeWeights weights :
                List.of(weights(List.of(8)), weights(List.of(8)).withVectors(3, 1))) {
            Exception e = assertThrows(IllegalArgumentException.class, () -> Posterior.of(weights, document));
            assertThat(e.getMessage(), containsString("2"));
        }
    }
}
