/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.sameInstance;
import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertThrows;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.Test;

/** Where a network starts that is given the vectors of words. */
public final class WordVectorsTests {
    private static final int WIDTH = 8;

    private static WordVectors of(int width, float[]... vectors) {
        int dims = Arrays.stream(vectors)
                .filter(vector -> vector != null)
                .findFirst()
                .orElseThrow()
                .length;
        WordVectors.Builder builder = new WordVectors.Builder(vectors.length, dims, width, () -> {});
        for (int entry = 0; entry < vectors.length; entry++) {
            if (vectors[entry] != null) {
                builder.set(entry, vectors[entry]);
            }
        }
        return builder.build();
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int j = 0; j < a.length; j++) {
            sum += (double) a[j] * b[j];
        }
        return sum;
    }

    /**
     * The unit vectors (1,0), (0,1) and (−1,0) have the mean (0,1/3); centred, they are (1,−1/3), (0,2/3) and
     * (−1,−1/3), with the cosines −1/√10, −8/10 and −1/√10.
     */
    @Test
    public void rowsHaveTheCosinesOfTheCentredVectors() {
        WordVectors words = of(WIDTH, new float[] {2, 0}, null, new float[] {0, 0.5f}, new float[] {-7, 0});
        assertThat(words.known(), equalTo(3));
        assertNull(words.row(1));
        for (int entry : new int[] {0, 2, 3}) {
            assertEquals(1, dot(words.row(entry), words.row(entry)), 1e-6);
        }
        assertEquals(-1 / Math.sqrt(10), dot(words.row(0), words.row(2)), 1e-6);
        assertEquals(-0.8, dot(words.row(0), words.row(3)), 1e-6);
        assertEquals(-1 / Math.sqrt(10), dot(words.row(2), words.row(3)), 1e-6);
    }

    /** Vectors that are longer than the layer is wide lose something: a random projection keeps cosines nearly. */
    @Test
    public void cosinesOfLongVectorsAreNearlyKept() {
        SplittableRandom random = new SplittableRandom(3);
        float[][] vectors = new float[40][300];
        for (float[] vector : vectors) {
            for (int j = 0; j < vector.length; j++) {
                vector[j] = (float) random.nextGaussian();
            }
        }
        vectors[1] = vectors[0].clone();
        vectors[1][7] += 3;
        WordVectors words = of(128, vectors);
        assertThat(Math.abs(dot(words.row(0), words.row(2))), lessThan(0.35));
        assertThat(1 - dot(words.row(0), words.row(1)), lessThan(0.06));
        assertEquals(1, dot(words.row(5), words.row(5)), 1e-6);
    }

    @Test
    public void theStartReplacesRowsOfTheFirstLayerOnly() {
        VaeWeights drawn = VaeWeights.initial(new float[3], new float[3], List.of(WIDTH, 4), 3, 5)
                .withVectors(2, 6);
        WordVectors words = of(WIDTH, new float[] {1, 2, 3}, null, new float[] {3, 1, 2});
        VaeWeights started = words.in(drawn);
        float[] before = drawn.layers().get(0).weights();
        float[] after = started.layers().get(0).weights();
        assertArrayEquals(words.row(0), Arrays.copyOfRange(after, 0, WIDTH), 0);
        assertArrayEquals(Arrays.copyOfRange(before, WIDTH, 2 * WIDTH), Arrays.copyOfRange(after, WIDTH, 2 * WIDTH), 0);
        assertArrayEquals(words.row(2), Arrays.copyOfRange(after, 2 * WIDTH, 3 * WIDTH), 0);
        assertThat(started.layers().get(1), sameInstance(drawn.layers().get(1)));
        assertThat(started.mean(), sameInstance(drawn.mean()));
        assertThat(started.logVariance(), sameInstance(drawn.logVariance()));
        assertThat(started.decoder(), sameInstance(drawn.decoder()));
        assertThat(started.vectors(), sameInstance(drawn.vectors()));
        assertThrows(IllegalArgumentException.class, () -> of(WIDTH, new float[] {1, 2})
                .in(drawn));
    }

    @Test
    public void aWordWithoutADirectionKeepsItsRow() {
        WordVectors one = of(WIDTH, new float[] {1, 2}, null);
        assertThat("alone it is its own mean", one.row(0) == null, equalTo(true));
        assertThat(
                of(WIDTH, new float[] {0, 0}, new float[] {0, 1}, new float[] {1, 0})
                        .known(),
                equalTo(2));
    }

    @Test
    public void theDigestNoticesEveryChange() {
        WordVectors words = of(WIDTH, new float[] {1, 2}, null, new float[] {2, 1});
        assertThat(of(WIDTH, new float[] {1, 2}, null, new float[] {2, 1}).digest(), equalTo(words.digest()));
        assertThat(of(WIDTH, new float[] {1, 2.001f}, null, new float[] {2, 1}).digest(), not(words.digest()));
        assertThat(of(WIDTH, null, new float[] {1, 2}, new float[] {2, 1}).digest(), not(words.digest()));
    }

    @Test
    public void aLaterVectorTakesThePlaceOfAnEarlierOne() {
        WordVectors.Builder builder = new WordVectors.Builder(2, 2, WIDTH, () -> {});
        builder.set(0, new float[] {5, 1});
        builder.set(0, new float[] {1, 2});
        builder.set(1, new float[] {2, 1});
        float[] expected = of(WIDTH, new float[] {1, 2}, new float[] {2, 1}).row(0);
        assertArrayEquals(expected, builder.build().row(0), 1e-6f);
        assertThrows(IllegalArgumentException.class, () -> builder.set(0, new float[] {1}));
    }
}
