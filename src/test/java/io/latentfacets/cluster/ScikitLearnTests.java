/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

import static org.junit.Assert.assertEquals;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.Test;

/**
 * Compares {@link Measures} with values of scikit-learn. Some are from its documentation and tests. Release 1.2.1 (with
 * SciPy 1.10.1 for the matching) computed the others for 500 documents that this test generates.
 */
public class ScikitLearnTests {

    private static final int DOCUMENTS = 500;
    private static final int DIMS = 8;

    /**
     * A random generator that is easy to repeat in any language: the high bits of a linear congruential generator
     * modulo 2⁶⁴.
     */
    private static final class Draw {
        private long state = 2026;

        private int next(int bound) {
            state = state * 6364136223846793005L + 1442695040888963407L;
            return (int) ((state >>> 40) % bound);
        }
    }

    private final int[] truth = new int[DOCUMENTS];
    private final int[] clusters = new int[DOCUMENTS];
    private final float[][] latents = new float[DOCUMENTS][DIMS];

    /**
     * Draws seven labels. Six of ten documents are in the cluster of their label, the others in a random one of twelve.
     */
    public ScikitLearnTests() {
        Draw draw = new Draw();
        for (int i = 0; i < DOCUMENTS; i++) {
            truth[i] = draw.next(7);
            clusters[i] = draw.next(100) < 60 ? truth[i] + 2 : draw.next(12);
            for (int d = 0; d < DIMS; d++) {
                latents[i][d] = draw.next(201) - 100;
            }
            latents[i][clusters[i] % DIMS] += 120;
            Points.normalize(latents[i]);
        }
    }

    @Test
    public void examplesOfItsDocumentation() {
        // v_measure_score, which is NMI with the arithmetic mean
        assertEquals(.8, Measures.nmi(new int[] {0, 0, 1, 1}, new int[] {0, 0, 1, 2}), 1e-12);
        assertEquals(.8, Measures.nmi(new int[] {0, 0, 1, 2}, new int[] {0, 0, 1, 1}), 1e-12);
        assertEquals(2 / 3.0, Measures.nmi(new int[] {0, 0, 1, 1}, new int[] {0, 1, 2, 3}), 1e-12);
        assertEquals(0, Measures.nmi(new int[] {0, 0, 1, 1}, new int[] {0, 1, 0, 1}), 1e-12);
        assertEquals(0, Measures.nmi(new int[] {0, 0, 1, 1}, new int[] {0, 0, 0, 0}), 1e-12);
        // adjusted_rand_score
        assertEquals(
                .5714285714285714, Measures.adjustedRandIndex(new int[] {0, 0, 1, 1}, new int[] {0, 0, 1, 2}), 1e-12);
        assertEquals(0, Measures.adjustedRandIndex(new int[] {0, 0, 0, 0}, new int[] {0, 1, 2, 3}), 1e-12);
    }

    @Test
    public void numbersOfItsTestSuite() {
        // sklearn/metrics/cluster/tests/test_supervised.py, two digits each
        assertEquals(.81, Measures.nmi(new int[] {0, 0, 0, 1, 1, 1}, new int[] {0, 0, 0, 1, 2, 2}), .005);
        assertEquals(.73, Measures.nmi(new int[] {0, 0, 1, 1, 2, 2}, new int[] {0, 0, 1, 1, 1, 1}), .005);
        assertEquals(.52, Measures.nmi(new int[] {0, 0, 0, 2, 2, 2}, new int[] {0, 1, 0, 1, 2, 2}), .005);
        assertEquals(.24, Measures.adjustedRandIndex(new int[] {0, 0, 0, 1, 1, 1}, new int[] {0, 4, 0, 4, 2, 2}), .005);
        for (int n : new int[] {10, 100, 1000, 10_000}) {
            assertEquals(0, Measures.nmi(new int[n], IntStream.range(0, n).toArray()), 1e-9);
        }
    }

    /** The labels of scikit-learn's test for overflow; release 1.2.1 computed the values. */
    @Test
    public void manyDocumentsInFewGroups() {
        int[] x = repeat(new int[] {1, 2, 3, 4, 5}, new int[] {55_161, 15_453, 3_475, 853, 336});
        int[] y = repeat(
                new int[] {0, 1, 0, 1, 0, 1, 0, 1, 0, 1},
                new int[] {52_632, 2_529, 14_660, 793, 3_271, 204, 814, 39, 316, 20});
        assertEquals(.00025221360006931373, Measures.nmi(x, y), 1e-12);
        assertEquals(.006486641840483564, Measures.adjustedRandIndex(x, y), 1e-12);
    }

    @Test
    public void agreementOfFiveHundredDocuments() {
        assertEquals(7, Arrays.stream(truth).distinct().count());
        assertEquals(12, Arrays.stream(clusters).distinct().count());
        assertEquals(.4408619839601818, Measures.nmi(truth, clusters), 1e-12);
        assertEquals(.44577331369110823, Measures.adjustedRandIndex(truth, clusters), 1e-12);
        assertEquals(.7, Measures.purity(truth, clusters), 1e-12);
        assertEquals(.666, Measures.accuracy(truth, clusters), 1e-12);
    }

    @Test
    public void silhouettesOfFiveHundredDocuments() {
        double[] each = Measures.silhouettes(latents, clusters, () -> {});
        assertEquals(.03089129593000958, Measures.silhouette(latents, clusters), 1e-6);
        assertEquals(-.18310036969397145, each[0], 1e-5);
        assertEquals(-.2655562929706755, each[1], 1e-5);
        assertEquals(-.17600198928730815, each[2], 1e-5);
        assertEquals(-.3789211233665362, Arrays.stream(each).min().orElseThrow(), 1e-5);
        assertEquals(.4632600394667886, Arrays.stream(each).max().orElseThrow(), 1e-5);
    }

    /** Documents without a label and a cluster, here every fifth, do not count. */
    @Test
    public void ofFourHundredThatHaveBoth() {
        for (int i = 0; i < DOCUMENTS; i += 5) {
            truth[i] = -1;
            clusters[i] = -1;
        }
        assertEquals(.4549459734642298, Measures.nmi(truth, clusters), 1e-12);
        assertEquals(.45250380122384076, Measures.adjustedRandIndex(truth, clusters), 1e-12);
        assertEquals(.026714267362281278, Measures.silhouette(latents, clusters), 1e-6);
    }

    private static int[] repeat(int[] values, int[] times) {
        return IntStream.range(0, values.length)
                .flatMap(i -> IntStream.generate(() -> values[i]).limit(times[i]))
                .toArray();
    }
}
