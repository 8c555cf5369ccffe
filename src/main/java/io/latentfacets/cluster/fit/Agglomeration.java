/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.fit;

import io.latentfacets.cluster.Measures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Merges clusters bottom-up by average linkage (UPGMA; Sokal and Michener, 1958). The distance of two groups is 1 − the
 * mean cosine between the centroids of one and of the other, each centroid weighted by its documents. The height never
 * falls from one merge to the next. Immutable once built.
 */
final class Agglomeration {
    /** The least number of clusters that get parents: a reader grasps fewer clusters without them. */
    static final int MIN_COUNT = 6;

    /** The largest number of parents: more give no overview. */
    private static final int MAX_GROUPS = 100;

    /**
     * The least mean silhouette of the clusters in their groups: below it the groups are not coherent. Directions
     * without any structure reach 0.12 in 64 dimensions.
     */
    private static final double MIN_SILHOUETTE = 0.18;

    private final float[][] centroids;
    private final int count;
    private final List<int[]> merges = new ArrayList<>();
    private final double[] heights;

    /**
     * Runs all merges.
     *
     * @param centroids the centroids, {@code [count][dims]}, unit length; not changed
     * @param weights the number of documents of each cluster, at least 0
     */
    Agglomeration(float[][] centroids, long[] weights) {
        this.centroids = centroids;
        count = centroids.length;
        heights = new double[Math.max(0, count - 1)];
        double[][] distances = distances(centroids);
        double[] mass = new double[count];
        for (int c = 0; c < count; c++) {
            // a cluster without documents still takes part, with the weight of one document
            mass[c] = Math.max(1, weights[c]);
        }
        boolean[] merged = new boolean[count];
        // the nearest group with a higher number, per group; only a merge with that group starts a new search
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
                // average linkage brings no group nearer, so only a nearest of a or b can change
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

    /** The nearest group with a higher number, the first one of a tie; −1 if there is none. */
    private static int nearest(int group, double[][] distances, boolean[] merged) {
        int best = -1;
        for (int other = group + 1; other < merged.length; other++) {
            if (!merged[other] && (best < 0 || distances[group][other] < distances[group][best])) {
                best = other;
            }
        }
        return best;
    }

    /** The distance of each merge, in the order of the merges; read-only. */
    double[] heights() {
        return heights;
    }

    /**
     * Chooses one level of parents: the cut before the merge with the largest step in height. A cut qualifies if it
     * leaves two groups or more and at most half as many groups as clusters, gives at least half of the clusters a
     * parent, and separates the groups ({@link #MIN_SILHOUETTE}).
     *
     * @return the parent of each cluster, 0, 1, … in the order of their first clusters, −1 for a cluster that merges
     *     with no other; all −1 if no cut qualifies
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

    /** Numbers the groups of two or more clusters in the order of their first members; −1 for the others. */
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

    /** Whether there are at least two parents and at least half of the clusters have one. */
    private boolean isLevel(int[] parentOf) {
        long children = Arrays.stream(parentOf).filter(parent -> parent >= 0).count();
        return Arrays.stream(parentOf).max().orElse(-1) >= 1 && 2 * children >= count;
    }

    /** The group of each cluster after the first {@code mergesDone} merges; a group's number is its lowest member. */
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
