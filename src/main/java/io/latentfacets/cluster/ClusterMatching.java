/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

import java.util.Arrays;

/** One-to-one matching of two clusterings of the same documents. Stateless. */
public final class ClusterMatching {
    private ClusterMatching() {}

    /**
     * Matches new clusters to old ones so that as many documents as possible stay in their cluster (Hungarian algorithm
     * on the counts of documents in both).
     *
     * @param oldAssign the old cluster of each document, −1 for none
     * @param newAssign the new cluster of each document, −1 for none
     * @return for each new cluster the old cluster that it continues, −1 for none
     */
    public static int[] match(int[] oldAssign, int[] newAssign, int oldCount, int newCount) {
        long[][] counts = counts(newAssign, oldAssign, newCount, oldCount);
        int[] match = new int[newCount];
        Arrays.fill(match, -1);
        if (newCount == 0 || oldCount == 0) {
            return match;
        }
        int[] best = Hungarian.maximize(counts);
        for (int c = 0; c < newCount; c++) {
            // the algorithm also matches clusters without a common document, to fill the table
            match[c] = best[c] >= 0 && counts[c][best[c]] > 0 ? best[c] : -1;
        }
        return match;
    }

    /** The number of documents in both clusters over the number of documents in either; 0 if both are empty. */
    static double jaccard(int[] oldAssign, int[] newAssign, int oldCluster, int newCluster) {
        long both = 0;
        long either = 0;
        for (int i = 0; i < oldAssign.length; i++) {
            boolean before = oldAssign[i] == oldCluster;
            boolean after = newAssign[i] == newCluster;
            both += before && after ? 1 : 0;
            either += before || after ? 1 : 0;
        }
        return either == 0 ? 0 : (double) both / either;
    }

    /**
     * The contingency table, {@code [rows][columns]}: the number of documents per pair of labels. A document with a
     * negative label does not count.
     */
    static long[][] counts(int[] rowLabels, int[] columnLabels, int rows, int columns) {
        if (rowLabels.length != columnLabels.length) {
            throw new IllegalArgumentException(
                    "labels of [" + rowLabels.length + "] and of [" + columnLabels.length + "] documents");
        }
        long[][] counts = new long[rows][columns];
        for (int i = 0; i < rowLabels.length; i++) {
            if (rowLabels[i] >= 0 && columnLabels[i] >= 0) {
                counts[rowLabels[i]][columnLabels[i]]++;
            }
        }
        return counts;
    }
}
