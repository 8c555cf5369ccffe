/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.lucene.tests.util.LuceneTestCase;

/**
 * {@link Codebook.BlockAssigner} gives the answers of {@link Codebook#assign}, whatever the latents and the centroids.
 */
public class CodebookAssignerTests extends LuceneTestCase {
    private SplittableRandom random;

    @Override
    public void setUp() throws Exception {
        super.setUp();
        random = new SplittableRandom(random().nextLong());
    }

    private void assertAgrees(Codebook codebook, byte[][] latents) {
        int dims = codebook.dims();
        byte[] block = new byte[latents.length * dims];
        for (int i = 0; i < latents.length; i++) {
            System.arraycopy(latents[i], 0, block, i * dims, dims);
        }
        int[] clusters = new int[latents.length];
        Codebook.BlockAssigner assigner = codebook.assigner();
        for (int round = 0; round < 2; round++) { // what a call leaves behind must not matter
            assigner.assign(block, latents.length, clusters);
            for (int i = 0; i < latents.length; i++) {
                assertEquals(codebook.count() + " × " + dims, codebook.assign(latents[i]), clusters[i]);
            }
        }
    }

    private byte[][] latents(int count, int dims) {
        byte[][] latents = new byte[count][dims];
        for (byte[] latent : latents) {
            random.nextBytes(latent);
            latent[random.nextInt(dims)] = 127;
        }
        return latents;
    }

    private Codebook.Code code(int dims, float scale) {
        byte[] components = new byte[dims];
        random.nextBytes(components);
        return new Codebook.Code(components, scale);
    }

    private Codebook codebook(int count, int dims, float originScale, float offsetScale) {
        List<Codebook.Code> offsets = new ArrayList<>();
        for (int c = 0; c < count; c++) {
            offsets.add(code(dims, offsetScale));
        }
        return new Codebook(code(dims, originScale), offsets);
    }

    public void testAllShapes() {
        for (int count : new int[] {1, 2, 7, 8, 10, 16, 17, 33, 100}) {
            for (int dims : new int[] {1, 3, 8, 16, 63, 64, 65, 128, 1024}) {
                for (int documents : new int[] {0, 1, 7, 8, 9, 40}) {
                    assertAgrees(codebook(count, dims, .001f, .0007f), latents(documents, dims));
                }
            }
        }
    }

    /** Centroids of k-means have offsets of different lengths, and most documents lie near one of them. */
    public void testClusteredLatents() {
        for (int round = 0; round < 50; round++) {
            int dims = random.nextInt(2, 80);
            float[][] centroids = new float[random.nextInt(1, 25)][dims];
            float[] mean = new float[dims];
            for (float[] centroid : centroids) {
                for (int j = 0; j < dims; j++) {
                    centroid[j] = (float) (random.nextGaussian() * .5 / Math.sqrt(dims));
                    mean[j] += centroid[j] / centroids.length;
                }
            }
            byte[][] latents = new byte[500][dims];
            for (byte[] latent : latents) {
                float[] near = centroids[random.nextInt(centroids.length)];
                for (int j = 0; j < dims; j++) {
                    latent[j] = (byte)
                            Math.max(-127, Math.min(127, Math.round(90 * (near[j] + .1 * random.nextGaussian()))));
                }
                latent[random.nextInt(dims)] = 1;
            }
            assertAgrees(Codebook.quantize(centroids, mean), latents);
        }
    }

    /** Equal centroids, and latents halfway between two: the lowest of equal scores wins. */
    public void testTies() {
        for (int round = 0; round < 50; round++) {
            int dims = random.nextInt(2, 70);
            Codebook.Code twice = code(dims, .01f);
            byte[] mirrored = twice.components().clone();
            for (int j = 0; j < dims; j++) {
                mirrored[j] = (byte) -mirrored[j];
            }
            List<Codebook.Code> offsets = new ArrayList<>(
                    List.of(code(dims, .0001f), twice, new Codebook.Code(mirrored, .01f), twice, code(dims, .0001f)));
            offsets.add(offsets.get(0));
            Codebook codebook = new Codebook(new Codebook.Code(new byte[dims], 0), offsets);
            byte[][] latents = latents(100, dims);
            for (byte[] latent : latents) {
                if (random.nextBoolean()) {
                    // at a right angle to the offset and its mirror image
                    for (int j = 0; j < dims; j++) {
                        latent[j] = 0;
                    }
                    latent[0] = twice.components()[1];
                    latent[1] = (byte) -twice.components()[0];
                }
            }
            assertAgrees(codebook, latents);
        }
    }

    /** No mapping lets a latent of zeros in, but the answer is the same if one comes. */
    public void testZeros() {
        Codebook codebook = codebook(5, 64, .001f, .001f);
        byte[][] latents = latents(20, 64);
        latents[3] = new byte[64];
        latents[19] = new byte[64];
        assertAgrees(codebook, latents);
        Codebook.Code zero = new Codebook.Code(new byte[64], 0);
        assertAgrees(new Codebook(zero, List.of(zero, zero, zero)), latents);
    }

    /** A token comes from outside and may hold any scales; the largest and smallest are beyond what floats can add. */
    public void testScalesThatNoClustererMakes() {
        for (float scale : new float[] {0, Float.MIN_VALUE, 1e-38f, 1e-30f, 1e-10f, 1, 1e7f, 1e20f, Float.MAX_VALUE}) {
            for (float origin : new float[] {0, 1e-10f, 1, 1e30f}) {
                assertAgrees(codebook(10, 64, origin, scale), latents(100, 64));
            }
        }
        List<Codebook.Code> mixed = new ArrayList<>();
        for (float scale : new float[] {Float.MIN_VALUE, 1e-20f, .001f, .001f, 1, 1e6f}) {
            mixed.add(code(64, scale));
        }
        assertAgrees(new Codebook(code(64, .001f), mixed), latents(500, 64));
    }

    /** Sums of so many products of the lowest int8 just fit into a float. */
    public void testTheLargestProducts() {
        byte[] lowest = new byte[1024];
        Arrays.fill(lowest, Byte.MIN_VALUE);
        byte[] nearly = lowest.clone();
        nearly[1023] = -127;
        Codebook codebook = new Codebook(
                new Codebook.Code(new byte[1024], 0),
                List.of(new Codebook.Code(nearly, .0001f), new Codebook.Code(lowest, .0001f)));
        assertAgrees(codebook, new byte[][] {lowest, nearly, latents(1, 1024)[0]});
    }
}
