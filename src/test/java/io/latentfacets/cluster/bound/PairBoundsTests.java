/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.bound;

import io.latentfacets.vae.Latents;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.apache.lucene.tests.util.TestUtil;
import org.apache.lucene.util.RamUsageEstimator;

/** {@link PairBounds} are never below the score, however tight, and say something. */
public class PairBoundsTests extends LuceneTestCase {

    private float[][] directions(int count, int dims) {
        float[][] directions = new float[count][dims];
        double scale = Math.exp(3 * random().nextGaussian());
        double common = random().nextBoolean() ? 0 : 5 * scale;
        double decay = random().nextDouble() * 4 / dims;
        boolean duplicates = random().nextInt(4) == 0;
        for (int c = 0; c < count; c++) {
            if (duplicates && c > 0 && random().nextBoolean()) {
                directions[c] = directions[random().nextInt(c)].clone();
                continue;
            }
            for (int i = 0; i < dims; i++) {
                directions[c][i] = (float) (common + scale * Math.exp(-i * decay) * random().nextGaussian());
            }
        }
        return directions;
    }

    private static PairBounds boundsOf(float[][] directions, float[] biases) {
        BoundTable table = BoundTable.of(directions, biases);
        return table == null ? null : new PairBounds(table);
    }

    private float[] biases(int count, double scale) {
        float[] biases = new float[count];
        double offset = 100 * random().nextGaussian();
        for (int c = 0; c < count; c++) {
            biases[c] = (float) (offset + scale * random().nextGaussian());
        }
        return biases;
    }

    private float[] point(float[][] directions) {
        int dims = directions[0].length;
        byte[] latent = new byte[dims];
        switch (random().nextInt(3)) {
            case 0 -> {
                // all zero
            }
            case 1 -> random().nextBytes(latent);
            default -> latent = Latents.quantize(directions[random().nextInt(directions.length)]);
        }
        return Latents.dequantize(latent);
    }

    private static double score(float[] direction, float bias, float[] point) {
        double score = bias;
        for (int i = 0; i < point.length; i++) {
            score += (double) direction[i] * point[i];
        }
        return score;
    }

    public void testNeverBelowTheScore() {
        for (int round = 0; round < 60; round++) {
            int dims = TestUtil.nextInt(random(), 1, 200);
            int count = TestUtil.nextInt(random(), 1, 200);
            float[][] directions = directions(count, dims);
            float[] biases = biases(count, Math.exp(3 * random().nextGaussian()));
            PairBounds bounds = boundsOf(directions, biases);
            if (bounds == null) {
                continue;
            }
            do {
                float[][] points = {point(directions), point(directions)};
                bounds.score(points[0], points[1]);
                for (int p = 0; p < 2; p++) {
                    check(bounds, p, points[p], directions, biases);
                }
            } while (bounds.tighten());
        }
    }

    private static void check(PairBounds bounds, int p, float[] point, float[][] directions, float[] biases) {
        int[] each = bounds.bounds(p);
        assertEquals(Arrays.stream(each).max().orElseThrow(), each[bounds.best(p)]);
        double highest = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < each.length; c++) {
            double score = score(directions[c], biases[c], point);
            highest = Math.max(highest, score);
            int level = bounds.level(p, point, score);
            assertTrue(each[c] + " < " + level, each[c] >= level);
        }
        int level = bounds.level(p, point, highest);
        int[] reaching = new int[bounds.count(p, level)];
        bounds.reaching(p, level, reaching);
        int at = 0;
        for (int c = 0; c < each.length; c++) {
            if (each[c] >= level) {
                assertEquals(c, reaching[at++]);
            }
        }
        assertEquals(reaching.length, at);
    }

    /** Otherwise bounds would be true and useless. */
    public void testTightBoundsLeaveFewClusters() {
        int dims = 64;
        float[][] directions = directions(1000, dims);
        PairBounds bounds = boundsOf(directions, new float[1000]);
        while (bounds.tighten()) {}
        int left = 0;
        for (int i = 0; i < 100; i++) {
            float[][] points = {new float[dims], new float[dims]};
            for (float[] point : points) {
                byte[] latent = new byte[dims];
                random().nextBytes(latent);
                System.arraycopy(Latents.dequantize(latent), 0, point, 0, dims);
            }
            bounds.score(points[0], points[1]);
            for (int p = 0; p < 2; p++) {
                double highest = Double.NEGATIVE_INFINITY;
                for (float[] direction : directions) {
                    highest = Math.max(highest, score(direction, 0, points[p]));
                }
                left += bounds.count(p, bounds.level(p, points[p], highest));
            }
        }
        assertTrue("left: " + left, left < 200 * 50);
    }

    public void testBytes() {
        int count = TestUtil.nextInt(random(), 64, 1000);
        int dims = TestUtil.nextInt(random(), 1, 200);
        BoundTable table = BoundTable.of(directions(count, dims), new float[count]);
        long counted = RamUsageEstimator.sizeOf(table.start())
                + RamUsageEstimator.sizeOf(table.order())
                + RamUsageEstimator.sizeOf(table.mean());
        for (int[][] rows : List.of(table.rows(), table.tails())) {
            counted += RamUsageEstimator.shallowSizeOf(rows);
            for (int[] row : rows) {
                counted += RamUsageEstimator.sizeOf(row);
            }
        }
        long bytes = BoundTable.ramBytes(count, dims);
        assertTrue(bytes + " < " + counted, bytes >= counted);
        assertTrue(bytes + " > " + counted, bytes < 1.2 * counted + 1000);
    }

    public void testNumbersThatAreNone() {
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.MAX_VALUE}) {
            float[][] directions = directions(5, 8);
            directions[3][2] = bad;
            assertNull(boundsOf(directions, new float[5]));
            float[] biases = biases(5, 1);
            biases[2] = bad;
            assertNull(boundsOf(directions(5, 8), biases));
        }
    }

    public void testScoresThatDifferTooMuch() {
        float[][] equal = new float[4][6];
        assertNull(boundsOf(equal, new float[4]));
        float[] biases = {0, 1e20f, 0, 0};
        assertNull(boundsOf(new float[][] {{1, 0}, {0, 1}, {1, 1}, {0, 2}}, biases));
    }
}
