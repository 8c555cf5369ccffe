/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.projection;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.containsString;
import static org.junit.Assert.assertThrows;

import java.util.Random;
import org.junit.Test;

/** Trustworthiness and continuity against a case that is computed by hand, and at their ends. */
public final class MapMeasuresTests {

    /** Points on a quarter circle: the nearest by angle is the nearest by cosine. */
    private static float[][] latents(double... angles) {
        float[][] latents = new float[angles.length][];
        for (int i = 0; i < angles.length; i++) {
            latents[i] = new float[] {(float) Math.cos(angles[i]), (float) Math.sin(angles[i])};
        }
        return latents;
    }

    private static float[][] places(double... xs) {
        float[][] places = new float[xs.length][];
        for (int i = 0; i < xs.length; i++) {
            places[i] = new float[] {(float) xs[i], 0};
        }
        return places;
    }

    @Test
    public void aMapThatKeepsTheOrderIsPerfect() {
        MapMeasures measures = new MapMeasures(latents(0, .1, .3, .7, 1.5), places(0, 1, 3, 7, 15), 2);
        assertThat(measures.trustworthiness(), closeTo(1, 1e-12));
        assertThat(measures.continuity(), closeTo(1, 1e-12));
    }

    /**
     * By angle 0, 1, 2, 3 lie in a row with growing gaps; on the map 3 lies between 0 and 1. With k = 1 the nearest on
     * the map are 3, 3, 1, 0. Their ranks in space are 3, 3, 1, 3, so the intruders count 2 + 2 + 0 + 2 = 6. The
     * nearest in space are 1, 0, 1, 2; their ranks on the map are 2, 2, 1, 3: 1 + 1 + 0 + 2 = 4. The most is 4 · 1 · (8
     * − 4) / 2 = 8.
     */
    @Test
    public void byHand() {
        MapMeasures measures = new MapMeasures(latents(0, .1, .3, 1.2), places(0, 1, 2.5, .45), 1);
        assertThat(measures.trustworthiness(), closeTo(1 - 6.0 / 8, 1e-12));
        assertThat(measures.continuity(), closeTo(1 - 4.0 / 8, 1e-12));
        assertThat(measures.neighborhoodHit(new int[] {5, 6, 6, 5}), closeTo(3.0 / 4, 1e-12));
    }

    @Test
    public void placesByChanceAreWorthHalf() {
        Random random = new Random(3);
        double[] angles = random.doubles(500, 0, 1.5).toArray();
        double[] xs = random.doubles(500).toArray();
        MapMeasures measures = new MapMeasures(latents(angles), places(xs), 15);
        assertThat(measures.trustworthiness(), closeTo(.5, .05));
        assertThat(measures.continuity(), closeTo(.5, .05));
    }

    @Test
    public void tooFewDocumentsTellNothing() {
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class, () -> new MapMeasures(latents(0, 1, 2), places(0, 1, 2), 2));
        assertThat(e.getMessage(), containsString("[2] neighbors of [3] documents"));
    }
}
