/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.junit.Assert.assertThrows;

import java.util.List;
import org.junit.Test;

public final class DecoderTests {
    private static final float[] LOG_UNIGRAM = {(float) Math.log(0.5), (float) Math.log(0.3), (float) Math.log(0.2)};

    @Test
    public void originIsTheBackground() {
        VaeWeights weights = VaeWeights.initial(new float[] {1, 1, 1}, LOG_UNIGRAM, List.of(4), 2, 1);
        float[] log = new Decoder(weights).logProbabilities(new float[2]);
        for (int w = 0; w < 3; w++) {
            assertThat((double) log[w], closeTo(LOG_UNIGRAM[w], 1e-6));
        }
    }

    @Test
    public void softmaxByHand() {
        VaeWeights start = VaeWeights.initial(new float[] {1, 1, 1}, LOG_UNIGRAM, List.of(4), 2, 1);
        Dense decoder = new Dense(2, 3, new float[] {1, 0, -1, 0, 2, 0}, new float[] {0.5f, 0, 0});
        VaeWeights weights = new VaeWeights(start.idf(), start.layers(), start.mean(), start.logVariance(), decoder);
        float[] log = new Decoder(weights).logProbabilities(new float[] {2, 3});
        double[] logits = {2.5, 6, -2};
        double normaliser = Math.log(Math.exp(2.5) + Math.exp(6) + Math.exp(-2));
        for (int w = 0; w < 3; w++) {
            assertThat((double) log[w], closeTo(logits[w] - normaliser, 1e-5));
        }
    }

    @Test
    public void wrongNumberOfDimensionsIsRefused() {
        VaeWeights weights = VaeWeights.initial(new float[] {1, 1, 1}, LOG_UNIGRAM, List.of(4), 2, 1);
        assertThrows(IllegalArgumentException.class, () -> new Decoder(weights).logProbabilities(new float[3]));
    }
}
