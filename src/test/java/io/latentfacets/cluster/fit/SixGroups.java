/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.fit;

import io.latentfacets.cluster.Clouds;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

/** Six groups of points around random directions; the last one is small and close to the first. */
final class SixGroups {
    private static final int DIMS = 16;
    private static final int LARGE = 300;
    static final int SMALL = 60;
    static final int FIRST_OF_SMALL = 5 * LARGE;

    private SixGroups() {}

    static float[][] points() {
        Random random = new Random(7);
        float[][] centers = Clouds.random(random, 6, DIMS);
        for (int j = 0; j < DIMS; j++) {
            centers[5][j] = centers[0][j] + 0.9f * centers[5][j];
        }
        float[][] large = Clouds.around(random, Arrays.copyOf(centers, 5), FIRST_OF_SMALL, .4);
        float[][] small = Clouds.around(random, new float[][] {centers[5]}, SMALL, .4);
        float[][] all = Arrays.copyOf(large, large.length + small.length);
        System.arraycopy(small, 0, all, large.length, small.length);
        return all;
    }

    /** The true group of each point, the small one with the first if {@code joined}. */
    static int[] labels(boolean joined) {
        return IntStream.range(0, FIRST_OF_SMALL + SMALL)
                .map(i -> i < FIRST_OF_SMALL ? i % 5 : joined ? 0 : 5)
                .toArray();
    }

    /** Ten points of a group. */
    static float[][] shown(float[][] points, int group) {
        int[] labels = labels(false);
        return IntStream.range(0, labels.length)
                .filter(i -> labels[i] == group)
                .limit(10)
                .mapToObj(i -> points[i])
                .toArray(float[][]::new);
    }
}
