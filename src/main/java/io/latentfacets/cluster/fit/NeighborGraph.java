/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.fit;

import java.util.Arrays;
import org.apache.lucene.util.VectorUtil;

/**
 * The graph that joins every point to its nearest neighbours by cosine. The graph does not depend on any division of
 * the points, so it can judge divisions, balanced and skewed ones alike. Takes time quadratic in the number of points.
 * Immutable and thread-safe.
 */
final class NeighborGraph {
    private final int[][] neighbors;

    /**
     * @param points the points, {@code [points][dims]}, unit length
     * @param count the number of neighbours of each point; all other points if there are fewer
     */
    NeighborGraph(float[][] points, int count, Runnable checkCancelled) {
        int n = points.length;
        int wanted = Math.min(count, n - 1);
        neighbors = new int[n][];
        float[] similarities = new float[wanted];
        for (int i = 0; i < n; i++) {
            if (i % 64 == 0) {
                checkCancelled.run();
            }
            neighbors[i] = nearest(points, i, similarities);
        }
    }

    private static int[] nearest(float[][] points, int of, float[] similarities) {
        int[] nearest = new int[similarities.length];
        Arrays.fill(similarities, Float.NEGATIVE_INFINITY);
        for (int j = 0; j < points.length && nearest.length > 0; j++) {
            if (j == of) {
                continue;
            }
            float similarity = VectorUtil.dotProduct(points[of], points[j]);
            int place = nearest.length;
            while (place > 0 && similarities[place - 1] < similarity) {
                place--;
            }
            if (place < nearest.length) {
                System.arraycopy(nearest, place, nearest, place + 1, nearest.length - place - 1);
                System.arraycopy(similarities, place, similarities, place + 1, nearest.length - place - 1);
                nearest[place] = j;
                similarities[place] = similarity;
            }
        }
        return nearest;
    }

    /**
     * The normalised cut (Shi &amp; Malik, 2000): the sum over clusters of the share of a cluster's edges that leave
     * it, 0 to the number of clusters; less is better. An empty cluster counts 1.
     *
     * @param labels the cluster of each point, 0 to count − 1
     */
    double normalizedCut(int[] labels, int count) {
        long[] volume = new long[count];
        long[] cut = new long[count];
        for (int i = 0; i < neighbors.length; i++) {
            for (int j : neighbors[i]) {
                volume[labels[i]]++;
                volume[labels[j]]++;
                if (labels[i] != labels[j]) {
                    cut[labels[i]]++;
                    cut[labels[j]]++;
                }
            }
        }
        double sum = 0;
        for (int c = 0; c < count; c++) {
            sum += volume[c] == 0 ? 1 : (double) cut[c] / volume[c];
        }
        return sum;
    }

    /**
     * Newman's modularity (Newman, 2006): the share of edges within clusters, minus the share that random edges with
     * the same degrees would have within them. Below 1; 0 is the value of chance.
     *
     * @param labels the cluster of each point, 0 to count − 1
     */
    double modularity(int[] labels, int count) {
        double[] volume = new double[count];
        long edges = 0;
        long within = 0;
        for (int i = 0; i < neighbors.length; i++) {
            for (int j : neighbors[i]) {
                volume[labels[i]]++;
                volume[labels[j]]++;
                edges++;
                within += labels[i] == labels[j] ? 1 : 0;
            }
        }
        if (edges == 0) {
            return 0;
        }
        double expected = 0;
        for (double v : volume) {
            expected += v / (2.0 * edges) * (v / (2.0 * edges));
        }
        return (double) within / edges - expected;
    }

    /**
     * By how much the modularity would rise if two clusters were one, {@code [count][count]}; negative infinity for a
     * pair of which one is empty.
     *
     * @param labels the cluster of each point, 0 to count − 1
     */
    double[][] gainsOfMerging(int[] labels, int count) {
        double[] volume = new double[count];
        double[][] between = new double[count][count];
        long edges = 0;
        for (int i = 0; i < neighbors.length; i++) {
            for (int j : neighbors[i]) {
                volume[labels[i]]++;
                volume[labels[j]]++;
                between[labels[i]][labels[j]]++;
                edges++;
            }
        }
        double[][] gains = new double[count][count];
        for (int a = 0; a < count; a++) {
            for (int b = 0; b < count; b++) {
                gains[a][b] = volume[a] == 0 || volume[b] == 0
                        ? Double.NEGATIVE_INFINITY
                        : (between[a][b] + between[b][a]) / edges
                                - 2 * (volume[a] / (2.0 * edges)) * (volume[b] / (2.0 * edges));
            }
        }
        return gains;
    }

    /**
     * The share of all ends of edges that each cluster has; they add up to 1.
     *
     * @param labels the cluster of each point, 0 to count − 1
     */
    double[] volumes(int[] labels, int count) {
        long[] ends = new long[count];
        long all = 0;
        for (int i = 0; i < neighbors.length; i++) {
            for (int j : neighbors[i]) {
                ends[labels[i]]++;
                ends[labels[j]]++;
                all += 2;
            }
        }
        double[] volumes = new double[count];
        for (int c = 0; c < count; c++) {
            volumes[c] = (double) ends[c] / Math.max(1, all);
        }
        return volumes;
    }

    /**
     * The two clusters whose merging raises the modularity most, the lower number first.
     *
     * @param least null is returned unless the gain is higher
     */
    int[] bestMerge(int[] labels, int count, double least) {
        double[][] gains = gainsOfMerging(labels, count);
        double best = least;
        int[] pair = null;
        for (int a = 0; a < count; a++) {
            for (int b = a + 1; b < count; b++) {
                if (gains[a][b] > best) {
                    best = gains[a][b];
                    pair = new int[] {a, b};
                }
            }
        }
        return pair;
    }
}
