/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.fit;

import io.latentfacets.cluster.Measures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Merges clusters from the bottom up by average link (UPGMA; Sokal and Michener, 1958): two groups are as far apart as
 * 1 − the mean cosine between the centroids of one and of the other, every centroid counting by its documents. Heights
 * never fall from one merge to the next.
 */
final class Agglomeration {
    /** Fewer clusters than this are read at a glance. */
    static final int MIN_COUNT = 6;

    /** More parents than this are no overview. */
    private static final int MAX_GROUPS = 100;

    /**
     * Mean silhouette of the clusters among their groups below which groups are not about one thing. Directions without
     * any structure reach 0.12 in 64 dimensions.
     */
    private static final double MIN_SILHOUETTE = 0.18;

    private final float[][] centroids;
    private final int count;
    private final List<int[]> merges = new ArrayList<>();
    private final double[] heights;

    /**
     * @param centroids count × dims, unit length; not changed
     * @param weights documents of each, at least 0
     */
    Agglomeration(float[][] centroids, long[] weights) {
        this.centroids = centroids;
        count = centroids.length;
        heights = new double[Math.max(0, count - 1)];
        double[][] distances = distances(centroids);
        double[] mass = new double[count];
        for (int c = 0; c < count; c++) {
            // a cluster without documents still has a place
            mass[c] = Math.max(1, weights[c]);
        }
        boolean[] merged = new boolean[count];
        // of each group the nearest with a higher number: looked for anew only where a merge has touched it
        int[] nearest = new int[count];
        for (int c = 0; c < count; c++) {
            nearest[c] = nearest(c, distances, merged);
        }
        for (int step = 0; step < heights.length; step++) {
            int a = -1;
            for (int c = 0; c < count; c++) {
                boolean candidate = !merged[c] && nearest[c] >= 0;
                if (candidate && (a < 0 || distances[c][nearest[c]] < distances[a][nearest[a]])) {
                    a = c;
                }
            }
            int b = nearest[a];
            heights[step] = distances[a][b];
            merges.add(new int[] {a, b});
            merged[b] = true;
            for (int c = 0; c < count; c++) {
                if (!merged[c] && c != a) {
                    double between = (mass[a] * distances[a][c] + mass[b] * distances[b][c]) / (mass[a] + mass[b]);
                    distances[a][c] = between;
                    distances[c][a] = between;
                }
            }
            mass[a] += mass[b];
            for (int c = 0; c < b; c++) {
                // nothing has come nearer, so whoever's nearest was another still has it
                if (!merged[c] && (c == a || nearest[c] == a || nearest[c] == b)) {
                    nearest[c] = nearest(c, distances, merged);
                }
            }
        }
    }

    private static double[][] distances(float[][] centroids) {
        int count = centroids.length;
        double[][] distances = new double[count][count];
        for (int a = 0; a < count; a++) {
            for (int b = 0; b < a; b++) {
                double cosine = 0;
                for (int j = 0; j < centroids[a].length; j++) {
                    cosine += (double) centroids[a][j] * centroids[b][j];
                }
                distances[a][b] = 1 - cosine;
                distances[b][a] = 1 - cosine;
            }
        }
        return distances;
    }

    /** The group of a higher number that is nearest, the first of equals; −1 if there is none. */
    private static int nearest(int group, double[][] distances, boolean[] merged) {
        int best = -1;
        for (int other = group + 1; other < merged.length; other++) {
            if (!merged[other] && (best < 0 || distances[group][other] < distances[group][best])) {
                best = other;
            }
        }
        return best;
    }

    /** Distance at which each merge happened, in their order; not to be written to. */
    double[] heights() {
        return heights;
    }

    /**
     * Decides on one level of parents: the cut before the merge that is the largest step up, among cuts that leave at
     * least two and at most half as many groups as clusters, most clusters with a parent, and groups that are apart
     * ({@link #MIN_SILHOUETTE}).
     *
     * @return the parent of each cluster, 0, 1, … in the order of their first clusters, −1 for a cluster that merges
     *     with no other; all −1 if there is no such cut
     */
    int[] parents() {
        int[] best = new int[count];
        Arrays.fill(best, -1);
        double widest = 0;
        int fewest = count < MIN_COUNT ? heights.length : count - Math.min(count / 2, MAX_GROUPS);
        for (int merged = fewest; merged < heights.length; merged++) {
            double step = heights[merged] - heights[merged - 1];
            if (step > widest) {
                int[] groups = groups(merged);
                int[] parentOf = number(groups);
                if (isLevel(parentOf) && Measures.silhouette(centroids, groups) >= MIN_SILHOUETTE) {
                    widest = step;
                    best = parentOf;
                }
            }
        }
        return best;
    }

    /** Numbers the groups of two and more in the order of their first members; −1 for the others. */
    private int[] number(int[] groups) {
        int[] sizes = new int[count];
        for (int group : groups) {
            sizes[group]++;
        }
        int[] numbers = new int[count];
        int parents = 0;
        for (int c = 0; c < count; c++) {
            numbers[c] = sizes[c] > 1 ? parents++ : -1;
        }
        return Arrays.stream(groups).map(group -> numbers[group]).toArray();
    }

    /** Whether there are two parents and most clusters have one. */
    private boolean isLevel(int[] parentOf) {
        long children = Arrays.stream(parentOf).filter(parent -> parent >= 0).count();
        return Arrays.stream(parentOf).max().orElse(-1) >= 1 && 2 * children >= count;
    }

    /** The group of each cluster after so many merges, named by its lowest member. */
    int[] groups(int mergesDone) {
        int[] groups = new int[count];
        Arrays.setAll(groups, c -> c);
        for (int[] merge : merges.subList(0, mergesDone)) {
            for (int c = 0; c < count; c++) {
                groups[c] = groups[c] == merge[1] ? merge[0] : groups[c];
            }
        }
        return groups;
    }
}
