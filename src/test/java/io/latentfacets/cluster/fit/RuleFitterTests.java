/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.fit;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;

import io.latentfacets.cluster.Clouds;
import io.latentfacets.cluster.LinearRule;
import io.latentfacets.cluster.Measures;
import io.latentfacets.cluster.Points;
import java.util.Arrays;
import java.util.Random;
import java.util.SplittableRandom;
import org.apache.lucene.util.VectorUtil;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.CholeskyDecomposition;
import org.hipparchus.linear.RealMatrix;
import org.junit.Test;

/** Compares k-means, whitening and the mixture with their definitions. */
public class RuleFitterTests {
    @Test
    public void kMeansFindsTheOptimumOfTinySets() {
        Random random = new Random(5);
        int optimal = 0;
        for (int round = 0; round < 60; round++) {
            boolean spherical = round % 2 == 0;
            int k = 2 + round % 2;
            float[][] points = Clouds.random(random, 7, 3);
            if (!spherical) {
                for (float[] point : points) {
                    point[0] *= 3;
                }
            }
            KMeans.Result result =
                    new KMeans(spherical, 40, 50, 2, Clouds::goOn).run(points, k, new SplittableRandom(round));
            double optimum = optimum(points, new int[points.length], 0, k, spherical);
            assertThat(result.inertia(), greaterThan(optimum - 1e-4));
            assertThat(result.inertia(), lessThan(1.05 * optimum + 1e-4));
            optimal += result.inertia() < optimum + 1e-4 ? 1 : 0;
        }
        // from seeds that are points, Lloyd's iterations do not reach the optimum of every set
        assertThat(optimal, greaterThan(50));
    }

    /** The least sum of squared distances over all ways to label the points. */
    private static double optimum(float[][] points, int[] labels, int at, int k, boolean spherical) {
        if (at < points.length) {
            double best = Double.POSITIVE_INFINITY;
            for (int c = 0; c < k; c++) {
                labels[at] = c;
                best = Math.min(best, optimum(points, labels, at + 1, k, spherical));
            }
            return best;
        }
        double inertia = 0;
        for (int c = 0; c < k; c++) {
            float[] center = new float[points[0].length];
            int size = 0;
            for (int i = 0; i < points.length; i++) {
                if (labels[i] == c) {
                    size++;
                    for (int j = 0; j < center.length; j++) {
                        center[j] += points[i][j];
                    }
                }
            }
            if (size == 0) {
                return Double.POSITIVE_INFINITY;
            }
            for (int j = 0; j < center.length; j++) {
                center[j] /= size;
            }
            if (spherical) {
                Points.normalize(center);
            }
            for (int i = 0; i < points.length; i++) {
                inertia += labels[i] == c ? VectorUtil.squareDistance(points[i], center) : 0;
            }
        }
        return inertia;
    }

    @Test
    public void kMeansLeavesNoClusterEmpty() {
        Random random = new Random(8);
        for (int round = 0; round < 50; round++) {
            float[][] points = Clouds.around(random, Clouds.random(random, 2, 4), 30, .01);
            int k = 2 + random.nextInt(20);
            KMeans.Result result = new KMeans(true, 1, 5, 1, Clouds::goOn).run(points, k, new SplittableRandom(round));
            int[] sizes = new int[result.centers().length];
            Arrays.stream(result.labels()).forEach(c -> sizes[c]++);
            assertArrayEquals(sizes, result.sizes());
            assertTrue(Arrays.toString(sizes), Arrays.stream(sizes).allMatch(s -> s > 0));
        }
    }

    @Test
    public void anEmptyClusterTakesOverTheWorstPoint() {
        float[][] points = {{1, 0}, {1, .01f}, {1, -.01f}, {-1, 0}};
        int[] labels = {0, 0, 0, 0};
        float[] norms = {1, 1.0001f, 1.0001f, 1};
        float[] fits = {1, 1, 1, -1};
        int[] sizes = {4, 0};
        KMeans.repair(labels, norms, fits, sizes);
        assertArrayEquals(new int[] {0, 0, 0, 1}, labels);
        assertArrayEquals(new int[] {3, 1}, sizes);
        assertEquals(4, points.length);
    }

    @Test
    public void whitenedDistanceIsMahalanobisDistance() {
        Random random = new Random(2);
        float[][] points = Clouds.stretched(random, 4, 400, 8);
        KMeans.Result micro = new KMeans(false, 1, 10, 1, Clouds::goOn).run(points, 12, new SplittableRandom(1));
        double[][] covariance = new double[8][8];
        for (int i = 0; i < points.length; i++) {
            float[] center = micro.centers()[micro.labels()[i]];
            for (int a = 0; a < 8; a++) {
                for (int b = 0; b < 8; b++) {
                    covariance[a][b] += (points[i][a] - center[a]) * (points[i][b] - center[b]) / points.length;
                }
            }
        }
        RealMatrix inverse =
                new CholeskyDecomposition(shrunk(covariance)).getSolver().getInverse();
        float[][] whitened = Whitening.fit(points, micro).apply(points);
        for (int i = 1; i < 50; i++) {
            double[] difference = new double[8];
            for (int j = 0; j < 8; j++) {
                difference[j] = points[i][j] - points[0][j];
            }
            double expected = new Array2DRowRealMatrix(new double[][] {difference})
                    .multiply(inverse)
                    .operate(difference)[0];
            assertEquals(expected, VectorUtil.squareDistance(whitened[i], whitened[0]), 1e-4 * (1 + expected));
        }
    }

    private static RealMatrix shrunk(double[][] covariance) {
        RealMatrix matrix = new Array2DRowRealMatrix(covariance);
        double mean = matrix.getTrace() / covariance.length;
        RealMatrix shrunk = matrix.scalarMultiply(.7);
        for (int a = 0; a < covariance.length; a++) {
            shrunk.addToEntry(a, a, .3 * mean);
        }
        return shrunk;
    }

    @Test
    public void pointsThatDoNotVaryCannotBeWhitened() {
        float[][] points = {{1, 0}, {1, 0}, {0, 1}};
        KMeans.Result micro = new KMeans(false, 1, 10, 1, Clouds::goOn).run(points, 2, new SplittableRandom(1));
        assertNull(Whitening.fit(points, micro));
    }

    /** Compares the folded rule with its Gaussian densities, which the test computes without folding. */
    @Test
    public void foldedRuleEqualsExplicitWhitenedMixture() {
        Random random = new Random(4);
        float[][] points = Clouds.stretched(random, 5, 900, 12);
        KMeans.Result micro = new KMeans(false, 1, 12, 1, Clouds::goOn).run(points, 50, new SplittableRandom(1));
        Whitening whitening = Whitening.fit(points, micro);
        float[][] whitened = whitening.apply(points);
        int[] labels = Clouds.truth(points.length, 5);
        labels[0] = 3;

        // one M-step from hard labels, written out: weights, means and the shared covariance
        int dims = 12;
        double[] weights = new double[5];
        double[][] means = new double[5][dims];
        for (int i = 0; i < points.length; i++) {
            weights[labels[i]] += 1;
            for (int j = 0; j < dims; j++) {
                means[labels[i]][j] += whitened[i][j];
            }
        }
        for (int c = 0; c < 5; c++) {
            for (int j = 0; j < dims; j++) {
                means[c][j] /= weights[c];
            }
        }
        double[][] covariance = new double[dims][dims];
        for (int i = 0; i < points.length; i++) {
            for (int a = 0; a < dims; a++) {
                for (int b = 0; b < dims; b++) {
                    covariance[a][b] += (whitened[i][a] - means[labels[i]][a])
                            * (whitened[i][b] - means[labels[i]][b])
                            / points.length;
                }
            }
        }
        RealMatrix inverse =
                new CholeskyDecomposition(shrunk(covariance)).getSolver().getInverse();

        TiedMixture.Rule rule = new TiedMixture(whitened, labels, 5).maximize();
        for (int i = 0; i < points.length; i++) {
            double[] explicit = new double[5];
            double[] folded = new double[5];
            for (int c = 0; c < 5; c++) {
                double[] difference = new double[dims];
                for (int j = 0; j < dims; j++) {
                    difference[j] = whitened[i][j] - means[c][j];
                }
                double distance = new Array2DRowRealMatrix(new double[][] {difference})
                        .multiply(inverse)
                        .operate(difference)[0];
                explicit[c] = Math.log(weights[c] / points.length) - distance / 2;
                folded[c] = VectorUtil.dotProduct(whitening.unmap(rule.directions()[c]), points[i]) + rule.biases()[c];
            }
            for (int c = 1; c < 5; c++) {
                double expected = explicit[c] - explicit[0];
                assertEquals(expected, folded[c] - folded[0], 1e-4 * (1 + Math.abs(expected)));
            }
        }
    }

    @Test
    public void mixtureRecoversFromABadStart() {
        Random random = new Random(6);
        int n = 1200;
        float[][] points = Clouds.stretched(random, 4, n, 10);
        int[] truth = Clouds.truth(n, 4);
        int[] start = Arrays.stream(truth)
                .map(c -> random.nextInt(10) < 4 ? random.nextInt(4) : c)
                .toArray();
        TiedMixture.Rule rule = new TiedMixture(points, start, 4).fit(Clouds::goOn);
        int[] labels = new int[n];
        for (int i = 0; i < n; i++) {
            double best = Double.NEGATIVE_INFINITY;
            for (int c = 0; c < 4; c++) {
                double score = rule.biases()[c];
                for (int j = 0; j < 10; j++) {
                    score += rule.directions()[c][j] * points[i][j];
                }
                labels[i] = score > best ? c : labels[i];
                best = Math.max(best, score);
            }
        }
        assertThat(Measures.nmi(truth, start), lessThan(.5));
        assertThat(Measures.nmi(truth, labels), greaterThan(.95));
    }

    @Test
    public void whiteningFindsWhatSphericalKMeansCannot() {
        Random random = new Random(9);
        int n = 1500;
        float[][] points = Clouds.stretched(random, 5, n, 16);
        int[] truth = Clouds.truth(n, 5);
        int[] spherical = new KMeans(true, 4, 60, 4, Clouds::goOn)
                .run(points, 5, new SplittableRandom(1))
                .labels();
        int[] fitted = new RuleFitter(points, 4, new SplittableRandom(1), Clouds::goOn)
                .fit(5)
                .assign(points);
        assertThat(Measures.nmi(truth, spherical), lessThan(.6));
        assertThat(Measures.nmi(truth, fitted), greaterThan(.95));
    }

    @Test
    public void everyRuleUsesAllClusters() {
        Random random = new Random(10);
        for (int n : new int[] {3, 20, 100, 700}) {
            float[][] points = Clouds.around(random, Clouds.random(random, 3, 8), n, .3);
            for (int k : new int[] {2, 3, 10, 40}) {
                LinearRule rule = new RuleFitter(points, 2, new SplittableRandom(n), Clouds::goOn).fit(k);
                assertThat(rule.count(), lessThanOrEqualTo(k));
                assertEquals(Math.min(k, n), rule.count());
                assertTrue("n=" + n + " k=" + k, rule.usesAll(points));
            }
        }
    }
}
