/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertNull;

import java.util.SplittableRandom;
import org.junit.Test;

public final class LatentsTests {

    @Test
    public void largestComponentTakesTheWholeRange() {
        assertArrayEquals(new byte[] {127, -95, 0}, Latents.quantize(new float[] {4, -3, 0}));
        assertArrayEquals(new byte[] {64, -127, 0}, Latents.quantize(new float[] {1e-30f, -2e-30f, 0}));
    }

    @Test
    public void withoutDirectionThereIsNothingToStore() {
        assertNull(Latents.quantize(new float[] {0, 0}));
        assertNull(Latents.quantize(new float[] {1, Float.NaN}));
        assertNull(Latents.quantize(new float[] {Float.POSITIVE_INFINITY, 1}));
    }

    @Test
    public void directionSurvives() {
        SplittableRandom random = new SplittableRandom(9);
        for (int trial = 0; trial < 100; trial++) {
            float[] mu = new float[64];
            for (int i = 0; i < mu.length; i++) {
                mu[i] = (float) (random.nextGaussian() * 7);
            }
            float[] unit = Latents.dequantize(Latents.quantize(mu));
            double dot = 0;
            double length = 0;
            double muLength = 0;
            for (int i = 0; i < mu.length; i++) {
                dot += (double) mu[i] * unit[i];
                length += (double) unit[i] * unit[i];
                muLength += (double) mu[i] * mu[i];
            }
            assertThat(length, closeTo(1, 1e-5));
            assertThat(dot / Math.sqrt(muLength), greaterThan(0.9998));
        }
    }

    @Test
    public void zeroStaysZero() {
        assertArrayEquals(new float[3], Latents.dequantize(new byte[3]), 0);
    }
}
