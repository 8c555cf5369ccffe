/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

import java.util.ArrayList;
import java.util.List;

/**
 * Keys of clusters, or of parents of clusters, that live on from one generation to the next. A key is {@code c}, or
 * {@code p} for a parent, and a number; numbers are never reused.
 *
 * @param keys one per cluster, by ordinal
 * @param next the number that the next new cluster gets
 */
public record StableKeys(List<String> keys, long next) {
    /** Two clusters are the same one grown older if they share at least this part of the documents that either has. */
    public static final double MIN_JACCARD = 0.25;

    private static final String CLUSTER = "c";
    private static final String PARENT = "p";

    public StableKeys {
        keys = List.copyOf(keys);
    }

    /** {@code c0}, {@code c1}, … for a model's first clusters. */
    public static StableKeys first(int count) {
        return renew(List.of(), 0, new int[0], new int[0], count);
    }

    /**
     * Keys for a new generation's clusters. Old and new assignments are of the same documents, in the same order; −1
     * where a document was not assigned. A new cluster keeps the key of the old one that Hungarian matching gives it,
     * if their Jaccard overlap is at least {@link #MIN_JACCARD}, else it gets a fresh one.
     *
     * @param oldKeys keys of the previous generation, by ordinal
     * @param next the previous generation's next number
     * @param newCount number of clusters of the new generation
     */
    public static StableKeys renew(List<String> oldKeys, long next, int[] oldAssign, int[] newAssign, int newCount) {
        return renew(CLUSTER, oldKeys, next, oldAssign, newAssign, newCount);
    }

    /** {@link #renew} for parents: {@code p0}, {@code p1}, …, with numbers of their own. */
    public static StableKeys renewParents(
            List<String> oldKeys, long next, int[] oldAssign, int[] newAssign, int newCount) {
        return renew(PARENT, oldKeys, next, oldAssign, newAssign, newCount);
    }

    private static StableKeys renew(
            String prefix, List<String> oldKeys, long next, int[] oldAssign, int[] newAssign, int newCount) {
        int[] match = ClusterMatching.match(oldAssign, newAssign, oldKeys.size(), newCount);
        List<String> keys = new ArrayList<>(newCount);
        for (int c = 0; c < newCount; c++) {
            boolean livesOn =
                    match[c] >= 0 && ClusterMatching.jaccard(oldAssign, newAssign, match[c], c) >= MIN_JACCARD;
            keys.add(livesOn ? oldKeys.get(match[c]) : prefix + next++);
        }
        return new StableKeys(keys, next);
    }
}
