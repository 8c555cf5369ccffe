/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.fit;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.latentfacets.cluster.Clouds;
import io.latentfacets.cluster.Measures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.Test;

public class AgglomerationTests {
    private static long[] weights(int count, long each) {
        long[] weights = new long[count];
        Arrays.fill(weights, each);
        return weights;
    }

    private static int[] parents(float[]... centroids) {
        return new Agglomeration(centroids, weights(centroids.length, 10)).parents();
    }

    /** A direction in the plane of axes 2·plane and 2·plane + 1. */
    private static float[] at(int plane, double angle) {
        float[] direction = new float[8];
        direction[2 * plane] = (float) Math.cos(angle);
        direction[2 * plane + 1] = (float) Math.sin(angle);
        return direction;
    }

    @Test
    public void groupsAreFoundAndTheRestIsLeftAlone() {
        assertArrayEquals(
                new int[] {0, 1, 0, 1, 0, -1, 1, 2, 2},
                parents(at(0, 0), at(1, 0), at(0, .3), at(1, .2), at(0, .5), at(2, 0), at(1, .4), at(3, 0), at(3, .1)));
    }

    @Test
    public void noParentsWhereNothingMerges() {
        float[][] axes = new float[8][8];
        for (int c = 0; c < 8; c++) {
            axes[c][c] = 1;
        }
        assertArrayEquals(new int[] {-1, -1, -1, -1, -1, -1, -1, -1}, parents(axes));
        // a single pair does not make a level
        axes[7] = axes[6].clone();
        assertArrayEquals(new int[] {-1, -1, -1, -1, -1, -1, -1, -1}, parents(axes));
    }

    @Test
    public void noParentsOfFewClusters() {
        assertArrayEquals(new int[] {-1, -1, -1, -1, -1}, parents(at(0, 0), at(0, .1), at(1, 0), at(1, .1), at(1, .2)));
        assertArrayEquals(new int[] {-1}, parents(at(0, 0)));
    }

    @Test
    public void noParentsWhereAllIsOne() {
        assertArrayEquals(
                new int[] {-1, -1, -1, -1, -1, -1},
                parents(at(0, 0), at(0, 0), at(0, 0), at(0, 0), at(0, 0), at(0, 0)));
    }

    @Test
    public void twoLevelsOfRandomDirectionsAreFoundAgain() {
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            int groups = 3 + random.nextInt(4);
            int count = groups * (2 + random.nextInt(4));
            float[][] centroids = Clouds.around(random, Clouds.random(random, groups, 64), count, .6);
            int[] found = new Agglomeration(centroids, weights(count, 5)).parents();
            assertEquals("seed " + seed, 1, Measures.adjustedRandIndex(Clouds.truth(count, groups), found), 1e-9);
        }
    }

    /**
     * As after a contrastive training: clusters of one group are nearly orthogonal, those of different groups point
     * apart.
     */
    @Test
    public void clustersOfAGroupNeedNotBeNearIfOthersAreFarther() {
        float[][] groups = {{1, 0}, {-.5f, (float) Math.sqrt(.75)}, {-.5f, (float) -Math.sqrt(.75)}};
        float[][] centroids = new float[9][11];
        for (int c = 0; c < 9; c++) {
            centroids[c][0] = (float) Math.sqrt(.2) * groups[c % 3][0];
            centroids[c][1] = (float) Math.sqrt(.2) * groups[c % 3][1];
            centroids[c][2 + c] = (float) Math.sqrt(.8);
        }
        assertArrayEquals(new int[] {0, 1, 2, 0, 1, 2, 0, 1, 2}, parents(centroids));
    }

    /** UPGMA by its definition: the mean over pairs, at every step. */
    @Test
    public void mergesAreThoseOfTheDefinition() {
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            int count = 6 + random.nextInt(12);
            float[][] centroids = Clouds.random(random, count, 6);
            long[] weights = random.longs(count, 1, 100).toArray();
            Agglomeration got = new Agglomeration(centroids, weights);
            List<List<Integer>> groups = new ArrayList<>();
            for (int c = 0; c < count; c++) {
                groups.add(new ArrayList<>(List.of(c)));
            }
            for (int step = 0; step < count - 1; step++) {
                List<Integer> first = null;
                List<Integer> second = null;
                double least = Double.POSITIVE_INFINITY;
                for (int a = 0; a < groups.size(); a++) {
                    for (int b = 0; b < a; b++) {
                        double mean = meanDistance(groups.get(a), groups.get(b), centroids, weights);
                        if (mean < least) {
                            least = mean;
                            first = groups.get(a);
                            second = groups.get(b);
                        }
                    }
                }
                assertEquals(least, got.heights()[step], 1e-6);
                first.addAll(second);
                groups.remove(second);
                assertEquals(1, Measures.adjustedRandIndex(numbers(groups, count), got.groups(step + 1)), 1e-9);
                assertTrue(step == 0 || got.heights()[step] >= got.heights()[step - 1] - 1e-9);
            }
        }
    }

    private static double meanDistance(List<Integer> a, List<Integer> b, float[][] centroids, long[] weights) {
        double sum = 0;
        double total = 0;
        for (int i : a) {
            for (int j : b) {
                double cosine = 0;
                for (int k = 0; k < centroids[i].length; k++) {
                    cosine += (double) centroids[i][k] * centroids[j][k];
                }
                double weight = (double) weights[i] * weights[j];
                sum += weight * (1 - cosine);
                total += weight;
            }
        }
        return sum / total;
    }

    private static int[] numbers(List<List<Integer>> groups, int count) {
        int[] numbers = new int[count];
        for (int g = 0; g < groups.size(); g++) {
            for (int c : groups.get(g)) {
                numbers[c] = g;
            }
        }
        return numbers;
    }

    /**
     * For any centroids there are no parents, or at least two with at least two clusters each, numbered by first
     * appearance.
     */
    @Test
    public void parentsAreAlwaysALevelOrNone() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            int count = 2 + random.nextInt(60);
            float[][] centroids = Clouds.random(random, count, 2 + random.nextInt(40));
            long[] weights = random.longs(count, 0, 1000).toArray();
            int[] parents = new Agglomeration(centroids, weights).parents();
            assertArrayEquals(parents, new Agglomeration(centroids, weights).parents());
            Map<Integer, Integer> sizes = new HashMap<>();
            int seen = 0;
            int children = 0;
            for (int parent : parents) {
                if (parent >= 0) {
                    assertTrue(parent <= seen);
                    seen = Math.max(seen, parent + 1);
                    sizes.merge(parent, 1, Integer::sum);
                    children++;
                }
            }
            sizes.values().forEach(size -> assertTrue(size >= 2));
            assertTrue(sizes.isEmpty() || (sizes.size() >= 2 && 2 * children >= count && count >= 6));
        }
    }
}
