/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Keys of clusters, or of parents, that stay the same from one generation to the next. A key is {@code c}, or {@code p}
 * for a parent, and a number. A model never reuses a number.
 *
 * @param keys one key per cluster, by ordinal
 * @param next the number in the key of the next new cluster
 */
public record StableKeys(List<String> keys, long next) {
    /** The least Jaccard overlap of their documents with which a new cluster continues an old one. */
    public static final double MIN_JACCARD = 0.25;

    private static final String CLUSTER = "c";
    private static final String PARENT = "p";

    public StableKeys {
        keys = List.copyOf(keys);
    }

    /** The keys {@code c0}, {@code c1}, … of a model's first clusters. */
    public static StableKeys first(int count) {
        return renew(List.of(), 0, new int[0], new int[0], count);
    }

    /**
     * The keys of a new generation's clusters. Hungarian matching pairs new clusters with old ones. A new cluster keeps
     * the key of its old one if their Jaccard overlap is at least {@link #MIN_JACCARD}; otherwise it gets a new key.
     *
     * @param oldKeys the keys of the previous generation, by ordinal
     * @param next the next number of the previous generation
     * @param oldAssign the old cluster of each document, −1 for none
     * @param newAssign the new cluster of each document, −1 for none; the same documents in the same order
     * @param newCount the number of clusters of the new generation
     */
    public static StableKeys renew(List<String> oldKeys, long next, int[] oldAssign, int[] newAssign, int newCount) {
        return renew(CLUSTER, oldKeys, next, oldAssign, newAssign, newCount);
    }

    /** {@link #renew} for parents: {@code p0}, {@code p1}, …, with numbers of their own. */
    public static StableKeys renewParents(
            List<String> oldKeys, long next, int[] oldAssign, int[] newAssign, int newCount) {
        return renew(PARENT, oldKeys, next, oldAssign, newAssign, newCount);
    }

    /**
     * {@link #renew} where some clusters keep their keys whatever their documents are.
     *
     * @param held the old key of each new cluster that keeps one, distinct; null for the others. A key that is not
     *     among the old ones does not count
     */
    public static StableKeys renew(
            List<String> oldKeys, long next, int[] oldAssign, int[] newAssign, List<String> held) {
        return renew(CLUSTER, oldKeys, next, oldAssign, newAssign, held);
    }

    private static StableKeys renew(
            String prefix, List<String> oldKeys, long next, int[] oldAssign, int[] newAssign, int newCount) {
        return renew(prefix, oldKeys, next, oldAssign, newAssign, Collections.nCopies(newCount, null));
    }

    private static StableKeys renew(
            String prefix, List<String> oldKeys, long next, int[] oldAssign, int[] newAssign, List<String> held) {
        boolean[] holds = new boolean[held.size()];
        boolean[] isHeld = new boolean[oldKeys.size()];
        for (int c = 0; c < holds.length; c++) {
            int old = held.get(c) == null ? -1 : oldKeys.indexOf(held.get(c));
            holds[c] = old >= 0;
            if (old >= 0) {
                isHeld[old] = true;
            }
        }
        // the others are matched among themselves
        int[] old =
                Arrays.stream(oldAssign).map(c -> c >= 0 && isHeld[c] ? -1 : c).toArray();
        int[] now =
                Arrays.stream(newAssign).map(c -> c >= 0 && holds[c] ? -1 : c).toArray();
        int[] match = ClusterMatching.match(old, now, oldKeys.size(), held.size());
        List<String> keys = new ArrayList<>(held.size());
        for (int c = 0; c < held.size(); c++) {
            boolean livesOn =
                    match[c] >= 0 && ClusterMatching.jaccard(oldAssign, newAssign, match[c], c) >= MIN_JACCARD;
            keys.add(holds[c] ? held.get(c) : livesOn ? oldKeys.get(match[c]) : prefix + next++);
        }
        return new StableKeys(keys, next);
    }
}
