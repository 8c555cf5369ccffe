/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

import java.util.Random;

/** Generates points for tests of clustering. */
public final class Clouds {
    private Clouds() {}

    /** A cancellation check that never throws. */
    public static void goOn() {}

    /** Random directions without structure. */
    public static float[][] random(Random random, int n, int dims) {
        float[][] points = new float[n][dims];
        for (float[] point : points) {
            for (int j = 0; j < dims; j++) {
                point[j] = (float) random.nextGaussian();
            }
            Points.normalize(point);
        }
        return points;
    }

    /** Point i belongs to group i % groups; noise is the expected length of what is added to a unit direction. */
    public static float[][] around(Random random, float[][] means, int n, double noise) {
        int dims = means[0].length;
        float[][] points = new float[n][dims];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < dims; j++) {
                points[i][j] = (float) (means[i % means.length][j] + noise / Math.sqrt(dims) * random.nextGaussian());
            }
            Points.normalize(points[i]);
        }
        return points;
    }

    /**
     * Groups whose points vary far more along a few shared directions than their means differ. Whitening is for such
     * data.
     */
    public static float[][] stretched(Random random, int groups, int n, int dims) {
        float[][] points = new float[n][dims];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < dims; j++) {
                points[i][j] = (float) ((j < 3 ? .6 : .04) * random.nextGaussian());
            }
            points[i][3 + i % groups] += .6f;
            Points.normalize(points[i]);
        }
        return points;
    }

    public static int[] truth(int n, int groups) {
        int[] truth = new int[n];
        for (int i = 0; i < n; i++) {
            truth[i] = i % groups;
        }
        return truth;
    }
}
