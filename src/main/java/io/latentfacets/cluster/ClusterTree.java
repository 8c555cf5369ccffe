/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One level of parents above the clusters. A document belongs to the parent of its cluster; some clusters have no
 * parent. Parents have ordinals and keys of their own. {@link io.latentfacets.cluster.fit.TreeBuilder} builds it.
 * Immutable and thread-safe.
 */
public final class ClusterTree {
    private final List<ClusterInfo> parents;
    private final int[] parentOf;
    private final List<List<Integer>> children = new ArrayList<>();
    private final long nextKey;

    /**
     * @param parents the parents by ordinal, each with at least one cluster
     * @param parentOf the ordinal of each cluster's parent, −1 for none; copied
     * @param nextKey the number in the key of the next new parent; no earlier parent of the model had it
     * @throws IllegalArgumentException if an ordinal is out of bounds or a parent has no cluster
     */
    public ClusterTree(List<ClusterInfo> parents, int[] parentOf, long nextKey) {
        this.parents = List.copyOf(parents);
        this.parentOf = parentOf.clone();
        this.nextKey = nextKey;
        List<List<Integer>> grouped = new ArrayList<>();
        parents.forEach(parent -> grouped.add(new ArrayList<>()));
        for (int c = 0; c < parentOf.length; c++) {
            if (parentOf[c] < -1 || parentOf[c] >= parents.size()) {
                throw new IllegalArgumentException(
                        "parent of cluster [" + c + "] must be in [-1, " + (parents.size() - 1) + "]: " + parentOf[c]);
            }
            if (parentOf[c] >= 0) {
                grouped.get(parentOf[c]).add(c);
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
        int[] parentOf = new int[clusters];
        Arrays.fill(parentOf, -1);
        return new ClusterTree(List.of(), parentOf, nextKey);
    }

    /** The parents by ordinal; empty if no clusters merge. */
    public List<ClusterInfo> parents() {
        return parents;
    }

    /** The keys of the parents, by ordinal. */
    public List<String> keys() {
        return parents.stream().map(ClusterInfo::key).toList();
    }

    /** The ordinal of a cluster's parent, −1 for none. */
    public int parentOf(int cluster) {
        return parentOf[cluster];
    }

    /** The key of a cluster's parent, null for none. */
    public String parentKey(int cluster) {
        return parentOf[cluster] < 0 ? null : parents.get(parentOf[cluster]).key();
    }

    /** The ordinals of a parent's clusters, ascending. */
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

    void writeTo(DataOutput out) throws IOException {
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
