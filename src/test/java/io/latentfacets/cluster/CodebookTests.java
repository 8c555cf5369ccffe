/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

import java.util.List;
import java.util.SplittableRandom;
import org.apache.lucene.tests.util.LuceneTestCase;

/** Compares {@link Codebook} with the definition of the nearest centroid, computed in double precision. */
public class CodebookTests extends LuceneTestCase {

    private static byte[] latent(int dims, SplittableRandom random) {
        byte[] latent = new byte[dims];
        random.nextBytes(latent);
        latent[random.nextInt(dims)] = 127;
        return latent;
    }

    private static double[] unit(byte[] latent) {
        double squares = 0;
        for (byte component : latent) {
            squares += component * component;
        }
        double[] unit = new double[latent.length];
        for (int j = 0; j < unit.length; j++) {
            unit[j] = latent[j] / Math.sqrt(squares);
        }
        return unit;
    }

    public void testNearestByDefinition() {
        SplittableRandom random = new SplittableRandom(random().nextLong());
        for (int round = 0; round < 200; round++) {
            int dims = random.nextInt(1, 70);
            float[][] centroids = new float[random.nextInt(1, 12)][dims];
            for (float[] centroid : centroids) {
                for (int j = 0; j < dims; j++) {
                    centroid[j] = (float) random.nextGaussian() / 8;
                }
            }
            float[] mean = new float[dims];
            for (int j = 0; j < dims; j++) {
                for (float[] centroid : centroids) {
                    mean[j] += centroid[j] / centroids.length;
                }
            }
            Codebook codebook = Codebook.quantize(centroids, mean);
            for (int c = 0; c < centroids.length; c++) {
                for (int j = 0; j < dims; j++) {
                    assertEquals(
                            centroids[c][j],
                            codebook.centroid(c)[j],
                            codebook.offsets().get(c).scale() * .51);
                }
            }
            byte[] latent = latent(dims, random);
            double[] unit = unit(latent);
            int assigned = codebook.assign(latent);
            for (int c = 0; c < centroids.length; c++) {
                assertTrue(distance(unit, codebook.centroid(assigned)) <= distance(unit, codebook.centroid(c)) + 1e-6);
                assertEquals(cosine(unit, codebook.centroid(c)), codebook.similarity(latent, c), 1e-5);
            }
        }
    }

    private static double distance(double[] unit, float[] centroid) {
        double sum = 0;
        for (int j = 0; j < unit.length; j++) {
            sum += (unit[j] - centroid[j]) * (unit[j] - centroid[j]);
        }
        return sum;
    }

    private static double cosine(double[] unit, float[] centroid) {
        double dot = 0;
        double squares = 0;
        for (int j = 0; j < unit.length; j++) {
            dot += unit[j] * centroid[j];
            squares += centroid[j] * centroid[j];
        }
        return squares == 0 ? 0 : dot / Math.sqrt(squares);
    }

    private static Codebook.Code code(float scale, int... components) {
        byte[] bytes = new byte[components.length];
        for (int j = 0; j < bytes.length; j++) {
            bytes[j] = (byte) components[j];
        }
        return new Codebook.Code(bytes, scale);
    }

    public void testTiesGoToTheFirst() {
        Codebook twins = new Codebook(code(1, 0, 0), List.of(code(.1f, 3, 4), code(.1f, 3, 4)));
        assertEquals(0, twins.assign(new byte[] {5, 1}));
    }

    public void testZeroCentroid() {
        Codebook codebook = Codebook.quantize(new float[][] {{0, 0}, {-.9f, 0}}, new float[2]);
        assertEquals(0, codebook.assign(new byte[] {127, 3}));
        assertEquals(1, codebook.assign(new byte[] {-127, 3}));
        assertEquals(0, codebook.similarity(new byte[] {1, 1}, 0), 0);
    }

    /**
     * The centroids are far from zero and near each other. A grid over their whole range would not distinguish them.
     */
    public void testCentroidsNearEachOther() {
        float[][] centroids = {{.9000f, .0010f}, {.9000f, -.0010f}};
        Codebook codebook = Codebook.quantize(centroids, new float[] {.9f, 0});
        for (int c = 0; c < 2; c++) {
            assertEquals(centroids[c][1], codebook.centroid(c)[1], 1e-4);
        }
        assertEquals(0, codebook.assign(new byte[] {127, 1}));
        assertEquals(1, codebook.assign(new byte[] {127, -1}));
    }

    public void testUnfit() {
        expectThrows(IllegalArgumentException.class, () -> new Codebook(code(1, 1), List.of()));
        expectThrows(IllegalArgumentException.class, () -> new Codebook(code(1, 1), List.of(code(1, 1, 2))));
        for (float scale : new float[] {-1, Float.NaN, Float.POSITIVE_INFINITY}) {
            expectThrows(IllegalArgumentException.class, () -> code(scale, 1));
        }
        expectThrows(IllegalArgumentException.class, () -> code(1));
    }
}
