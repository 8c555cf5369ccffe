/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.greaterThan;

import java.util.Arrays;
import org.opensearch.test.OpenSearchTestCase;

public class MembershipTests extends OpenSearchTestCase {
    private static final int DIMS = 16;

    private float[] direction() {
        float[] direction = new float[DIMS];
        for (int d = 0; d < DIMS; d++) {
            direction[d] = (float) random().nextGaussian();
        }
        Points.normalize(direction);
        return direction;
    }

    private Partition partition(int count, float unit) {
        float[][] centroids = new float[count][];
        Arrays.setAll(centroids, c -> direction());
        float[][] directions = new float[count][DIMS];
        float[] biases = new float[count];
        for (int c = 0; c < count; c++) {
            for (int d = 0; d < DIMS; d++) {
                directions[c][d] = unit * centroids[c][d];
            }
            biases[c] = unit * (float) random().nextGaussian() / 10;
        }
        return new Partition(centroids, directions, biases, CountCurve.NONE);
    }

    private static double sum(double[] memberships) {
        return Arrays.stream(memberships).sum();
    }

    public void testTheyAddUpToOneAndTheNearestHasTheMost() {
        Partition partition = partition(between(1, 30), 50);
        for (int i = 0; i < 100; i++) {
            float[] latent = direction();
            double[] memberships = partition.memberships(latent);
            assertThat(sum(memberships), closeTo(1, 1e-12));
            double most = Arrays.stream(memberships).max().orElseThrow();
            assertThat(memberships[partition.assign(latent)], closeTo(most, 1e-4));
        }
    }

    public void testTheUnitOfTheRuleDoesNotMatter() {
        long seed = random().nextLong();
        Partition one = partition(8, 1);
        float[][] larger = new float[8][DIMS];
        float[] biases = new float[8];
        for (int c = 0; c < 8; c++) {
            for (int d = 0; d < DIMS; d++) {
                larger[c][d] = 64 * one.directions()[c][d];
            }
            biases[c] = 64 * one.biases()[c];
        }
        Partition other = new Partition(one.centroids(), larger, biases, CountCurve.NONE);
        for (int i = 0; i < 20; i++) {
            float[] latent = direction();
            assertArrayEquals("seed " + seed, one.memberships(latent), other.memberships(latent), 1e-5);
        }
    }

    public void testOneClusterAndEqualOnes() {
        Partition one = partition(1, 3);
        assertArrayEquals(new double[] {1}, one.memberships(direction()), 0);
        float[] same = direction();
        Partition equal =
                new Partition(new float[][] {same, same}, new float[][] {same, same}, new float[2], CountCurve.NONE);
        assertArrayEquals(new double[] {.5, .5}, equal.memberships(direction()), 1e-9);
    }

    public void testMergedClustersAddUpAndPartsShare() {
        Partition learned = partition(4, 20);
        float[] a = direction();
        float[] b = direction();
        LinearRule division = new LinearRule(new float[][] {a, b}, new float[2]);
        // cluster 0 is divided into 0 and 1, and 2 and 3 count as one
        Refinement refinement = new Refinement(
                java.util.List.of(
                        Refinement.Node.divided(
                                division, java.util.List.of(Refinement.Node.leaf(0, a), Refinement.Node.leaf(1, b))),
                        Refinement.Node.leaf(2, learned.centroids()[1]),
                        Refinement.Node.leaf(3, learned.centroids()[2]),
                        Refinement.Node.leaf(3, learned.centroids()[3])),
                new float[][] {a, b, learned.centroids()[1], learned.centroids()[2]},
                new float[][][] {{a}, {b}, {learned.centroids()[1]}, {learned.centroids()[2], learned.centroids()[3]}});
        Partition refined = learned.refined(refinement);
        for (int i = 0; i < 50; i++) {
            float[] latent = direction();
            double[] before = learned.memberships(latent);
            double[] after = refined.memberships(latent);
            assertThat(sum(after), closeTo(1, 1e-12));
            assertEquals(before[0], after[0] + after[1], 1e-12);
            assertEquals(before[1], after[2], 1e-12);
            assertEquals(before[2] + before[3], after[3], 1e-12);
            double[] parts = division.memberships(latent, division.temperature());
            assertEquals(before[0] * parts[0], after[0], 1e-12);
            assertThat(sum(parts), greaterThan(.999999));
        }
    }

    public void testFarClustersHaveNone() {
        double[] scores = {0, -1, -41};
        LinearRule.soften(scores, 1);
        assertEquals(1 / (1 + Math.exp(-1)), scores[0], 1e-12);
        assertEquals(0, scores[2], 0);
    }
}
