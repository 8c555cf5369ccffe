/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The parents above the clusters. A document belongs to the parent of its cluster; some clusters have no parent.
 * Parents have ordinals and keys of their own. A training makes one level of them
 * ({@link io.latentfacets.cluster.fit.TreeBuilder}); a cluster that people split becomes a parent too, which may have a
 * parent itself. Immutable and thread-safe.
 */
public final class ClusterTree {
    private final List<ClusterInfo> parents;
    private final int[] parentOf;
    private final int[] above;
    private final List<List<Integer>> children = new ArrayList<>();
    private final long nextKey;

    /**
     * @param parents the parents by ordinal, each with at least one cluster
     * @param parentOf the ordinal of each cluster's parent, −1 for none; copied
     * @param nextKey the number in the key of the next new parent; no earlier parent of the model had it
     * @throws IllegalArgumentException if an ordinal is out of bounds or a parent has no cluster
     */
    public ClusterTree(List<ClusterInfo> parents, int[] parentOf, long nextKey) {
        this(parents, parentOf, none(parents.size()), nextKey);
    }

    /**
     * A tree of several levels.
     *
     * @param above the ordinal of each parent's own parent, −1 for none; no parent is above itself; copied
     * @throws IllegalArgumentException as in the other constructor
     */
    ClusterTree(List<ClusterInfo> parents, int[] parentOf, int[] above, long nextKey) {
        this.parents = List.copyOf(parents);
        this.parentOf = parentOf.clone();
        this.above = above.clone();
        this.nextKey = nextKey;
        List<List<Integer>> grouped = new ArrayList<>();
        parents.forEach(parent -> grouped.add(new ArrayList<>()));
        for (int c = 0; c < parentOf.length; c++) {
            if (parentOf[c] < -1 || parentOf[c] >= parents.size()) {
                throw new IllegalArgumentException(
                        "parent of cluster [" + c + "] must be in [-1, " + (parents.size() - 1) + "]: " + parentOf[c]);
            }
            for (int parent = parentOf[c]; parent >= 0; parent = above[parent]) {
                grouped.get(parent).add(c);
            }
        }
        for (List<Integer> group : grouped) {
            if (group.isEmpty()) {
                throw new IllegalArgumentException("a parent without clusters among [" + parents.size() + "]");
            }
            children.add(List.copyOf(group));
        }
    }

    /** A tree without parents. */
    static ClusterTree none(int clusters, long nextKey) {
        return new ClusterTree(List.of(), none(clusters), nextKey);
    }

    private static int[] none(int count) {
        int[] none = new int[count];
        Arrays.fill(none, -1);
        return none;
    }

    /** The parents by ordinal; empty if no clusters merge. */
    public List<ClusterInfo> parents() {
        return parents;
    }

    /** The keys of the parents, by ordinal. */
    public List<String> keys() {
        return parents.stream().map(ClusterInfo::key).toList();
    }

    /** The ordinal of a cluster's parent, the lowest one if it has several above each other; −1 for none. */
    public int parentOf(int cluster) {
        return parentOf[cluster];
    }

    /** The key of a cluster's parent, null for none. */
    public String parentKey(int cluster) {
        return parentOf[cluster] < 0 ? null : parents.get(parentOf[cluster]).key();
    }

    /** The ordinal of a parent's own parent, −1 for none. */
    public int above(int parent) {
        return above[parent];
    }

    /** The ordinal of the highest parent of a cluster, −1 for none. */
    public int topOf(int cluster) {
        int top = parentOf[cluster];
        while (top >= 0 && above[top] >= 0) {
            top = above[top];
        }
        return top;
    }

    /**
     * The keys of what stands right below a parent: its clusters by ordinal, then the parents by ordinal.
     *
     * @param clusterKeys the keys of the clusters, by ordinal
     */
    public List<String> keysBelow(int parent, List<String> clusterKeys) {
        List<String> below = new ArrayList<>();
        for (int c = 0; c < parentOf.length; c++) {
            if (parentOf[c] == parent) {
                below.add(clusterKeys.get(c));
            }
        }
        for (int p = 0; p < above.length; p++) {
            if (above[p] == parent) {
                below.add(parents.get(p).key());
            }
        }
        return below;
    }

    /** The ordinals of a parent's clusters, at all levels below it, ascending. */
    public List<Integer> children(int parent) {
        return children.get(parent);
    }

    /** The ordinal of the parent with this key, −1 if there is no such parent. */
    public int ordinal(String key) {
        return keys().indexOf(key);
    }

    /** The number in the key of the next new parent. */
    public long nextKey() {
        return nextKey;
    }

    /**
     * The parent of each document.
     *
     * @param assigned the cluster of each document, negative for none
     * @return the ordinal of each document's parent, −1 for none
     */
    public int[] lift(int[] assigned) {
        return lift(parentOf, assigned);
    }

    /** {@link #lift(int[])} by an array with the parent of each cluster, −1 for none. */
    public static int[] lift(int[] parentOf, int[] assigned) {
        int[] lifted = new int[assigned.length];
        for (int i = 0; i < lifted.length; i++) {
            lifted[i] = assigned[i] < 0 ? -1 : parentOf[assigned[i]];
        }
        return lifted;
    }

    int clusters() {
        return parentOf.length;
    }

    /** @throws IllegalStateException if it has several levels: no generation stores what people did */
    void writeTo(DataOutput out) throws IOException {
        if (Arrays.stream(above).anyMatch(parent -> parent >= 0)) {
            throw new IllegalStateException("a tree of several levels is never stored");
        }
        out.writeLong(nextKey);
        out.writeInt(parents.size());
        for (ClusterInfo parent : parents) {
            parent.writeTo(out);
        }
        for (int parent : parentOf) {
            out.writeInt(parent);
        }
    }

    static ClusterTree readFrom(DataInput in, int clusters) throws IOException {
        long nextKey = in.readLong();
        int count = Wire.readSize(in, clusters, "parents");
        List<ClusterInfo> parents = new ArrayList<>(count);
        for (int p = 0; p < count; p++) {
            parents.add(ClusterInfo.readFrom(in));
        }
        int[] parentOf = new int[clusters];
        for (int c = 0; c < clusters; c++) {
            parentOf[c] = in.readInt();
        }
        try {
            return new ClusterTree(parents, parentOf, nextKey);
        } catch (IllegalArgumentException e) {
            throw new IOException("corrupt clusters: " + e.getMessage(), e);
        }
    }
}
