/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Parents of clusters, one level of them: what a cluster is part of. A document belongs to the parent of its cluster;
 * some clusters have none. Parents have ordinals and keys of their own. Made by
 * {@link io.latentfacets.cluster.fit.TreeBuilder}; immutable and thread-safe.
 */
public final class ClusterTree {
    private final List<ClusterInfo> parents;
    private final int[] parentOf;
    private final List<List<Integer>> children = new ArrayList<>();
    private final long nextKey;

    /**
     * @param parents by ordinal; each has at least one cluster
     * @param parentOf ordinal of each cluster's parent, −1 for none
     * @param nextKey the number that the next new parent's key gets; never given out before
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

    /** No parents. */
    static ClusterTree none(int clusters, long nextKey) {
        int[] parentOf = new int[clusters];
        Arrays.fill(parentOf, -1);
        return new ClusterTree(List.of(), parentOf, nextKey);
    }

    /** By ordinal; empty where nothing merges. */
    public List<ClusterInfo> parents() {
        return parents;
    }

    /** Keys of the parents, by ordinal. */
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

    /** Ordinals of a parent's clusters, ascending. */
    public List<Integer> children(int parent) {
        return children.get(parent);
    }

    /** The ordinal of a parent's key, −1 if there is no such parent. */
    public int ordinal(String key) {
        return keys().indexOf(key);
    }

    /** The number that the next new parent's key gets. */
    public long nextKey() {
        return nextKey;
    }

    /** Parents of documents, −1 for none, of their clusters, negative for none. */
    public int[] lift(int[] assigned) {
        return lift(parentOf, assigned);
    }

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
