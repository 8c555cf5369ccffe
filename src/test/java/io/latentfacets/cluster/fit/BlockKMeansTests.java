/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.fit;

import io.latentfacets.cluster.Clouds;
import io.latentfacets.cluster.Points;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.apache.lucene.tests.util.TestUtil;
import org.apache.lucene.util.VectorUtil;

/** {@link BlockKMeans} finds divisions as good as those of {@link KMeans}. */
public class BlockKMeansTests extends LuceneTestCase {
    private static final double STEP = 0x1p-21;

    private float[][] points(int n, int dims) {
        return switch (random().nextInt(3)) {
            case 0 -> Clouds.random(random(), n, dims);
            case 1 -> Clouds.around(random(), Clouds.random(random(), 7, dims), n, .7);
            default -> {
                float[][] few = Clouds.random(random(), TestUtil.nextInt(random(), 1, 6), dims);
                float[][] copies = new float[n][];
                for (int i = 0; i < n; i++) {
                    copies[i] = few[random().nextInt(few.length)].clone();
                }
                yield copies;
            }
        };
    }

    private float[] weights(int n) {
        float[] weights = KMeans.ones(n);
        for (int i = 0; i < n && random().nextBoolean(); i++) {
            weights[i] = 1 + random().nextInt(5);
        }
        return weights;
    }

    /** Every point is with its nearest center, centers are means, and the inertia is what it says. */
    public void testStandsStill() {
        for (int round = 0; round < 40; round++) {
            int n = TestUtil.nextInt(random(), 1, 700);
            int dims = TestUtil.nextInt(random(), 1, 70);
            float[][] points = points(n, dims);
            float[] weights = weights(n);
            BlockKMeans kMeans = new BlockKMeans(points, weights, Clouds::goOn);
            int count = TestUtil.nextInt(random(), 1, 20);
            KMeans.Result found = kMeans.run(2, 500, 1 + random().nextInt(4), count, new SplittableRandom(7));
            assertTrue(found.centers().length <= count);
            int[] sizes = new int[found.centers().length];
            double[] totals = new double[sizes.length];
            double[][] sums = new double[sizes.length][dims];
            double inertia = 0;
            for (int i = 0; i < n; i++) {
                int own = found.labels()[i];
                sizes[own]++;
                totals[own] += weights[i];
                for (int j = 0; j < dims; j++) {
                    sums[own][j] += (double) weights[i] * points[i][j];
                }
                double distance = VectorUtil.squareDistance(points[i], found.centers()[own]);
                inertia += weights[i] * distance;
                for (float[] center : found.centers()) {
                    assertTrue(distance <= VectorUtil.squareDistance(points[i], center) + 4 * STEP);
                }
            }
            assertArrayEquals(sizes, found.sizes());
            assertEquals(inertia, found.inertia(), 1e-4 * (1 + inertia));
            for (int c = 0; c < sizes.length; c++) {
                assertTrue(sizes[c] > 0);
                for (int j = 0; j < dims; j++) {
                    assertEquals(sums[c][j] / totals[c], found.centers()[c][j], 1e-5);
                }
            }
        }
    }

    public void testAsGoodAsOneByOne() {
        for (int round = 0; round < 5; round++) {
            int n = TestUtil.nextInt(random(), 300, 1200);
            float[][] points = Clouds.around(random(), Clouds.random(random(), 12, 32), n, .8);
            float[] weights = weights(n);
            double blocks = new BlockKMeans(points, weights, Clouds::goOn)
                    .run(8, 60, 4, 10, new SplittableRandom(round))
                    .inertia();
            double one = new KMeans(false, 8, 60, 4, Clouds::goOn)
                    .run(points, weights, 10, new SplittableRandom(round))
                    .inertia();
            assertEquals(one, blocks, .02 * one);
        }
    }

    public void testEqualArgumentsGiveEqualClusters() {
        float[][] points = points(500, 20);
        KMeans.Result first =
                new BlockKMeans(points, KMeans.ones(500), Clouds::goOn).run(3, 60, 4, 9, new SplittableRandom(3));
        KMeans.Result other =
                new BlockKMeans(points, KMeans.ones(500), Clouds::goOn).run(3, 60, 4, 9, new SplittableRandom(3));
        assertTrue(Arrays.deepEquals(first.centers(), other.centers()));
        assertArrayEquals(first.labels(), other.labels());
    }

    public void testStopsWhenAsked() {
        float[][] points = Clouds.random(random(), 900, 16);
        assertTrue(Points.usable(points[0]));
        IllegalStateException stopped =
                expectThrows(IllegalStateException.class, () -> new BlockKMeans(points, KMeans.ones(900), () -> {
                            throw new IllegalStateException("stop");
                        })
                        .run(1, 60, 1, 5, new SplittableRandom(1)));
        assertEquals("stop", stopped.getMessage());
    }
}
