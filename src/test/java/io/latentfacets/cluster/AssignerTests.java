/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

import io.latentfacets.cluster.bound.BoundTable;
import io.latentfacets.vae.Latents;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.apache.lucene.tests.util.TestUtil;
import org.apache.lucene.util.NamedThreadFactory;

/** {@link Assigner} agrees with the rule, also for latents as near to a border as floats can represent. */
public class AssignerTests extends LuceneTestCase {

    private float[][] vectors(int count, int dims, float scale) {
        float[][] vectors = new float[count][dims];
        for (float[] vector : vectors) {
            for (int i = 0; i < dims; i++) {
                vector[i] = scale * (float) random().nextGaussian();
            }
        }
        return vectors;
    }

    private float[] unit(int dims) {
        byte[] latent = new byte[dims];
        random().nextBytes(latent);
        return Latents.dequantize(latent);
    }

    private void assertSame(Partition partition, float[] point, Assigner assigner) {
        assertEquals(partition.assign(point), assigner.assign(point));
    }

    public void testRandomLatents() {
        for (int round = 0; round < 20; round++) {
            int dims = TestUtil.nextInt(random(), 1, 130);
            int count = TestUtil.nextInt(random(), 1, 400);
            float[][] directions = vectors(count, dims, (float) Math.exp(3 * random().nextGaussian()));
            float[] biases = vectors(1, count, random().nextFloat())[0];
            Partition partition = new Partition(directions, directions, biases, CountCurve.NONE);
            Assigner assigner = partition.assigner();
            for (int i = 0; i < 200; i++) {
                assertSame(partition, unit(dims), assigner);
            }
            assertSame(partition, new float[dims], assigner);
        }
    }

    public void testTiesGoToTheLowest() {
        int dims = TestUtil.nextInt(random(), 2, 70);
        float[][] some = vectors(5, dims, 1);
        float[][] directions = {some[0], some[1], some[2], some[1], some[0], some[3], some[2].clone(), some[4]};
        Partition partition = new Partition(directions, directions, new float[directions.length], CountCurve.NONE);
        Assigner assigner = partition.assigner();
        for (int i = 0; i < 500; i++) {
            float[] point = unit(dims);
            assertTrue(assigner.assign(point) != 3 && assigner.assign(point) != 4 && assigner.assign(point) != 6);
            assertSame(partition, point, assigner);
        }
    }

    /** The directions differ by about the rounding error of sums of floats. */
    public void testNearTies() {
        for (int round = 0; round < 20; round++) {
            int dims = TestUtil.nextInt(random(), 2, 130);
            float[][] directions = new float[TestUtil.nextInt(random(), 2, 100)][];
            float[] base = vectors(1, dims, 1)[0];
            float step = (float) Math.pow(10, -4 - 4 * random().nextDouble());
            for (int c = 0; c < directions.length; c++) {
                directions[c] = base.clone();
                for (int i = 0; i < dims; i++) {
                    directions[c][i] *= 1 + step * (float) random().nextGaussian();
                }
            }
            Partition partition = new Partition(directions, directions, new float[directions.length], CountCurve.NONE);
            Assigner assigner = partition.assigner();
            for (int i = 0; i < 200; i++) {
                assertSame(partition, unit(dims), assigner);
            }
        }
    }

    public void testNumbersThatAreNone() {
        int dims = 8;
        float[][] directions = vectors(6, dims, 1);
        float[] biases = new float[directions.length];
        biases[random().nextInt(6)] = Float.NaN;
        biases[random().nextInt(6)] = Float.POSITIVE_INFINITY;
        biases[random().nextInt(6)] = Float.NEGATIVE_INFINITY;
        directions[random().nextInt(6)][3] = Float.MAX_VALUE;
        Partition partition = new Partition(directions, directions, biases, CountCurve.NONE);
        Assigner assigner = partition.assigner();
        for (int i = 0; i < 100; i++) {
            assertSame(partition, unit(dims), assigner);
        }
    }

    private static final int MOST = 2000;

    /** Clusters of one kind: random ones, groups of near ones, some of them equal, or nearly equal ones. */
    private float[][] clusters(int count, int dims) {
        float scale = (float) Math.exp(2 * random().nextGaussian());
        float[][] groups = vectors(1 + count / 50, dims, scale);
        float spread = random().nextBoolean() ? 1 : (float) Math.pow(10, -8 * random().nextDouble());
        float[][] directions = vectors(count, dims, scale * spread);
        for (int c = 0; c < count; c++) {
            if (c > 0 && random().nextInt(20) == 0) {
                directions[c] = directions[random().nextInt(c)].clone();
            } else if (spread < 1) {
                float[] group = groups[random().nextInt(groups.length)];
                for (int i = 0; i < dims; i++) {
                    directions[c][i] += group[i];
                }
            }
        }
        return directions;
    }

    private float[] near(float[][] directions) {
        int dims = directions[0].length;
        if (random().nextInt(20) == 0) {
            return new float[dims];
        }
        float[] sum = directions[random().nextInt(directions.length)].clone();
        float[] other = directions[random().nextInt(directions.length)];
        for (int i = 0; i < dims; i++) {
            sum[i] += random().nextBoolean() ? other[i] : 0;
        }
        return Latents.dequantize(Latents.quantize(sum));
    }

    /** Two latents at once get the clusters that each one gets by the rule. */
    public void testPairs() {
        int paired = 0;
        for (int round = 0; round < 40; round++) {
            int dims = TestUtil.nextInt(random(), 1, 100);
            int count = random().nextInt(4) == 0
                    ? TestUtil.nextInt(random(), 1, 80)
                    : (int) Math.pow(MOST, .6 + .4 * random().nextDouble());
            float[][] directions = clusters(count, dims);
            float[] biases = vectors(1, count, random().nextBoolean() ? 0 : random().nextFloat())[0];
            Partition partition = new Partition(directions, directions, biases, CountCurve.NONE);
            Assigner assigner = partition.assigner();
            int[] both = new int[2];
            for (int i = 0; i < 700 && assigner.pairs(); i++) {
                float[] first = random().nextBoolean() ? unit(dims) : near(directions);
                float[] other = random().nextInt(10) == 0 ? first : near(directions);
                assigner.assign(first, other, both);
                assertEquals(partition.assign(first), both[0]);
                assertEquals(partition.assign(other), both[1]);
                paired++;
            }
            assertTrue("few clusters are not worth it", count >= 64 || !assigner.pairs());
        }
        assertTrue("pairs: " + paired, paired > 1000);
    }

    /** A segment of one document must not cost what the bounds of all clusters cost. */
    public void testAllAssignersOfAPartitionShareItsBounds() throws Exception {
        float[][] directions = vectors(300, 16, 1);
        Partition partition = new Partition(directions, directions, new float[300], CountCurve.NONE);
        Callable<BoundTable> ask = () -> partition.assigner().pairs() ? partition.boundTable() : null;
        ExecutorService threads = Executors.newFixedThreadPool(4, new NamedThreadFactory("bounds"));
        try {
            for (Future<BoundTable> each : threads.invokeAll(Collections.nCopies(8, ask))) {
                assertSame(partition.boundTable(), each.get());
            }
        } finally {
            threads.shutdown();
        }
        assertNotNull(partition.boundTable());
        assertTrue(partition.ramBytes() > BoundTable.ramBytes(300, 16) + 300 * 3 * 16 * Float.BYTES);
        assertEquals(
                0, new Partition(vectors(63, 16, 1), vectors(63, 16, 1), new float[63], CountCurve.NONE).boundBytes());
    }

    public void testPairsWhereBoundsDoNotHelp() {
        // one cluster far away from all others, which are nearly equal
        float[][] directions = vectors(300, 16, 1e-6f);
        directions[7] = vectors(1, 16, 1)[0];
        Partition partition = new Partition(directions, directions, new float[300], CountCurve.NONE);
        Assigner assigner = partition.assigner();
        int[] both = new int[2];
        int pairs = 0;
        for (; assigner.pairs(); pairs++) {
            float[] first = unit(16);
            float[] other = unit(16);
            assigner.assign(first, other, both);
            assertEquals(partition.assign(first), both[0]);
            assertEquals(partition.assign(other), both[1]);
            assertTrue("the assigner never gives bounds up", pairs < 10_000);
        }
        assertTrue(pairs > 0);
    }
}
