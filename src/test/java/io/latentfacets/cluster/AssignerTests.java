/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

import io.latentfacets.vae.Latents;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.apache.lucene.tests.util.TestUtil;

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
}
