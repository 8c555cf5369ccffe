/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.both;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.Test;

public class MeasuresTests {
    private static final int[] A = {1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3};
    private static final int[] B = {1, 1, 1, 1, 2, 1, 2, 2, 2, 2, 3, 1, 3, 3, 3, 2, 2};

    @Test
    public void nmiOfKnownLabelings() {
        assertEquals(1, Measures.nmi(new int[] {0, 0, 1, 1}, new int[] {1, 1, 0, 0}), 1e-12);
        assertEquals(0, Measures.nmi(new int[] {0, 0, 0, 0}, new int[] {0, 1, 2, 3}), 1e-12);
        // scikit-learn's own tests: v-measure .52 (two digits), which is NMI with the arithmetic mean
        assertEquals(.52, Measures.nmi(new int[] {0, 0, 0, 1, 1, 1}, new int[] {0, 1, 0, 1, 2, 2}), .005);
        // and mutual information .41022 of these; entropies 1.09509 and 1.07338 by hand
        assertEquals(.41022 / ((1.09509 + 1.07338) / 2), Measures.nmi(A, B), 2e-5);
    }

    @Test
    public void adjustedRandIndexOfKnownLabelings() {
        // the examples of scikit-learn's documentation
        assertEquals(4 / 7.0, Measures.adjustedRandIndex(new int[] {0, 0, 1, 2}, new int[] {0, 0, 1, 1}), 1e-12);
        assertEquals(0, Measures.adjustedRandIndex(new int[] {0, 0, 0, 0}, new int[] {0, 1, 2, 3}), 1e-12);
        assertEquals(-.5, Measures.adjustedRandIndex(new int[] {0, 0, 1, 1}, new int[] {0, 1, 0, 1}), 1e-12);
        assertEquals(1, Measures.adjustedRandIndex(new int[] {5, 5, 9}, new int[] {0, 0, 3}), 1e-12);
        assertEquals(1, Measures.adjustedRandIndex(new int[] {7}, new int[] {3}), 1e-12);
    }

    @Test
    public void purityAndAccuracyByHand() {
        // clusters of A's documents by B: {1: 5+1+0}, {2: 1+4+2}, {3: 0+1+3}
        assertEquals((5 + 4 + 3) / 17.0, Measures.purity(A, B), 1e-12);
        assertEquals((5 + 4 + 3) / 17.0, Measures.accuracy(A, B), 1e-12);
        // two clusters of one label are both pure, but only one of them can be that label
        assertEquals(1, Measures.purity(new int[] {0, 0, 0, 1}, new int[] {0, 0, 1, 2}), 1e-12);
        assertEquals(.75, Measures.accuracy(new int[] {0, 0, 0, 1}, new int[] {0, 0, 1, 2}), 1e-12);
    }

    @Test
    public void documentsWithoutLabelAreLeftOut() {
        int[] truth = {0, 0, -1, 1, 1, 0};
        int[] predicted = {4, 4, 4, 2, 2, -1};
        assertEquals(1, Measures.nmi(truth, predicted), 1e-12);
        assertEquals(1, Measures.accuracy(truth, predicted), 1e-12);
        assertThrows(IllegalArgumentException.class, () -> Measures.nmi(new int[] {-1}, new int[] {0}));
        assertThrows(IllegalArgumentException.class, () -> Measures.nmi(new int[] {0}, new int[] {0, 1}));
    }

    @Test
    public void measuresDoNotDependOnNumbersAndStayInBounds() {
        Random random = new Random(7);
        for (int round = 0; round < 100; round++) {
            int n = 2 + random.nextInt(40);
            int[] truth = random.ints(n, 0, 1 + random.nextInt(6)).toArray();
            int[] predicted = random.ints(n, 0, 1 + random.nextInt(6)).toArray();
            int[] renamed =
                    Arrays.stream(predicted).map(c -> 1_000_000_007 - 13 * c).toArray();
            assertEquals(Measures.nmi(truth, predicted), Measures.nmi(truth, renamed), 1e-9);
            assertEquals(Measures.nmi(truth, predicted), Measures.nmi(predicted, truth), 1e-9);
            assertEquals(
                    Measures.adjustedRandIndex(truth, predicted), Measures.adjustedRandIndex(truth, renamed), 1e-9);
            assertEquals(Measures.purity(truth, predicted), Measures.purity(truth, renamed), 1e-9);
            assertEquals(Measures.accuracy(truth, predicted), Measures.accuracy(truth, renamed), 1e-9);
            assertEquals(1, Measures.nmi(predicted, renamed), 1e-9);
            assertThat(
                    Measures.nmi(truth, predicted),
                    both(greaterThanOrEqualTo(0.0)).and(lessThanOrEqualTo(1.0)));
            assertThat(Measures.purity(truth, predicted), greaterThanOrEqualTo(Measures.accuracy(truth, predicted)));
        }
    }

    @Test
    public void silhouetteEqualsTheDefinition() {
        Random random = new Random(3);
        for (int round = 0; round < 30; round++) {
            float[][] points = Clouds.random(random, 3 + random.nextInt(25), 5);
            int[] labels = random.ints(points.length, 0, 4).toArray();
            labels[0] = 9;
            assertEquals(silhouetteByDefinition(points, labels), Measures.silhouette(points, labels), 1e-4);
        }
        assertEquals(0, Measures.silhouette(Clouds.random(random, 4, 3), new int[4]), 0);
    }

    private static double silhouetteByDefinition(float[][] points, int[] labels) {
        double sum = 0;
        for (int i = 0; i < points.length; i++) {
            double[] distance = new double[10];
            int[] size = new int[10];
            for (int j = 0; j < points.length; j++) {
                if (j != i) {
                    double dot = 0;
                    for (int d = 0; d < points[i].length; d++) {
                        dot += points[i][d] * points[j][d];
                    }
                    distance[labels[j]] += 1 - dot;
                    size[labels[j]]++;
                }
            }
            if (size[labels[i]] == 0) {
                continue;
            }
            double a = distance[labels[i]] / size[labels[i]];
            double b = Double.POSITIVE_INFINITY;
            for (int c = 0; c < 10; c++) {
                b = c != labels[i] && size[c] > 0 ? Math.min(b, distance[c] / size[c]) : b;
            }
            sum += b == Double.POSITIVE_INFINITY ? 0 : (b - a) / Math.max(a, b);
        }
        return sum / points.length;
    }

    @Test
    public void npmiByHand() {
        // 8 documents: words 0 and 1 are in the same 2; word 2 is in 4, one of which also has word 0 (independent:
        // 2·4/8 = 1); word 3 is alone; word 4 is in all
        boolean[][] has = {
            {true, true, false, false, false, false, false, false},
            {true, true, false, false, false, false, false, false},
            {true, false, true, true, true, false, false, false},
            {false, false, false, false, false, false, false, true},
            {true, true, true, true, true, true, true, true}
        };
        Measures.CoOccurrence corpus = new Measures.CoOccurrence() {
            @Override
            public long documents() {
                return 8;
            }

            @Override
            public long documents(int term) {
                return documents(term, term);
            }

            @Override
            public long documents(int first, int second) {
                long n = 0;
                for (int i = 0; i < 8; i++) {
                    n += has[first][i] && has[second][i] ? 1 : 0;
                }
                return n;
            }
        };
        assertEquals(1, Measures.npmiCoherence(List.of(new int[] {0, 1}), corpus), 1e-12);
        assertEquals(0, Measures.npmiCoherence(List.of(new int[] {0, 2}), corpus), 1e-12);
        assertEquals(-1, Measures.npmiCoherence(List.of(new int[] {0, 3}), corpus), 1e-12);
        assertEquals(1, Measures.npmiCoherence(List.of(new int[] {4, 4}), corpus), 1e-12);
        assertEquals(1 / 3.0, Measures.npmiCoherence(List.of(new int[] {0, 1, 2}), corpus), 1e-12);
        assertEquals(
                0, Measures.npmiCoherence(List.of(new int[] {0, 1}, new int[] {0, 3}, new int[] {2}), corpus), 1e-12);
        assertEquals(0, Measures.npmiCoherence(List.of(), corpus), 0);
    }

    @Test
    public void diversityByHand() {
        assertThat(Measures.diversity(List.of(List.of("a", "b"), List.of("b", "c"))), closeTo(.75, 1e-12));
        assertThat(Measures.diversity(List.of()), closeTo(1, 0));
    }
}
