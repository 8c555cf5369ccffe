/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A model's clusters: how latents are divided, what each part is about, what it is part of, and how similar its
 * documents are at least. Ordinals (what {@link Partition#assign} gives) and {@link #infos} run in parallel; outside,
 * clusters and their parents are known by key. Immutable and thread-safe.
 */
public final class Clusters {
    private static final int VERSION = 2;

    private final Partition partition;
    private final List<ClusterInfo> infos;
    private final long nextKey;
    private final ClusterTree tree;
    private final Floors floors;
    private final Map<String, Integer> ordinals = new HashMap<>();

    /**
     * Clusters without parents and without floors.
     *
     * @param infos one per cluster of the partition, by ordinal, keys distinct
     * @param nextKey the number that the next new cluster's key gets; never given out before
     */
    public Clusters(Partition partition, List<ClusterInfo> infos, long nextKey) {
        this(partition, infos, nextKey, ClusterTree.none(partition.count(), 0), Floors.NONE);
    }

    private Clusters(Partition partition, List<ClusterInfo> infos, long nextKey, ClusterTree tree, Floors floors) {
        if (infos.size() != partition.count()) {
            throw new IllegalArgumentException(
                    "[" + partition.count() + "] clusters but [" + infos.size() + "] descriptions");
        }
        this.partition = partition;
        this.infos = List.copyOf(infos);
        this.nextKey = nextKey;
        this.tree = tree;
        this.floors = floors;
        if (tree.clusters() != infos.size() || (floors.known() && floors.count() != infos.size())) {
            throw new IllegalArgumentException("[" + infos.size() + "] clusters, parents of [" + tree.clusters()
                    + "], floors of [" + floors.count() + "]");
        }
        for (int c = 0; c < infos.size(); c++) {
            if (ordinals.put(infos.get(c).key(), c) != null) {
                throw new IllegalArgumentException(
                        "two clusters have the key [" + infos.get(c).key() + "]");
            }
        }
    }

    /**
     * Puts together what is known about each cluster: label, size, share, floor, nearest documents and place on the
     * map. They have no parents yet: see {@link #with(ClusterTree)}.
     *
     * @param terms best first, one list per cluster; from {@link io.latentfacets.cluster.label.Labeler}
     * @param keys one key per cluster and the next number
     * @param unitLatents documents × dims; rows that are not of unit length (documents without words) count for no
     *     cluster
     * @param ids document ids, parallel to the latents
     */
    public static Clusters describe(
            Partition partition,
            List<List<ClusterTerm>> terms,
            StableKeys keys,
            float[][] unitLatents,
            List<String> ids) {
        int count = partition.count();
        if (terms.size() != count || keys.keys().size() != count || ids.size() != unitLatents.length) {
            throw new IllegalArgumentException("[" + count + "] clusters, [" + terms.size() + "] term lists, ["
                    + keys.keys().size() + "] keys; [" + unitLatents.length + "] latents, [" + ids.size() + "] ids");
        }
        int[] assigned = new int[unitLatents.length];
        for (int i = 0; i < assigned.length; i++) {
            assigned[i] = Points.usable(unitLatents[i]) ? partition.assign(unitLatents[i]) : -1;
        }
        Exemplars exemplars = new Exemplars(partition.centroids(), assigned, unitLatents, ids);
        float[][] map = ClusterMap.place(partition.centroids());
        Set<String> labels = new HashSet<>();
        List<ClusterInfo> infos = new ArrayList<>(count);
        for (int c = 0; c < count; c++) {
            String key = keys.keys().get(c);
            infos.add(new ClusterInfo(
                    key,
                    ClusterInfo.distinctLabel(terms.get(c), key, labels),
                    terms.get(c),
                    exemplars.size(c),
                    exemplars.share(c),
                    map[c][0],
                    map[c][1],
                    exemplars.nearest(c)));
        }
        return new Clusters(
                partition,
                infos,
                keys.next(),
                ClusterTree.none(count, 0),
                Floors.learn(partition.centroids(), assigned, unitLatents));
    }

    /** The same clusters under these parents. */
    public Clusters with(ClusterTree parents) {
        return new Clusters(partition, infos, nextKey, parents, floors);
    }

    /** The same clusters with these floors. */
    public Clusters with(Floors other) {
        return new Clusters(partition, infos, nextKey, tree, other);
    }

    public Partition partition() {
        return partition;
    }

    /** One per cluster, by ordinal. */
    public List<ClusterInfo> infos() {
        return infos;
    }

    /** The number that the next new cluster's key gets. */
    public long nextKey() {
        return nextKey;
    }

    /** The ordinal of a key, −1 if there is no such cluster. */
    public int ordinal(String key) {
        return ordinals.getOrDefault(key, -1);
    }

    /** What the clusters are part of. */
    public ClusterTree tree() {
        return tree;
    }

    /** How similar documents are at least; {@link Floors#NONE} for an archive from before they were learned. */
    public Floors floors() {
        return floors;
    }

    /** Ordinals of the clusters that a key means: one, all children of a parent, or none if there is no such key. */
    public List<Integer> ordinals(String key) {
        Integer cluster = ordinals.get(key);
        if (cluster != null) {
            return List.of(cluster);
        }
        int parent = tree.ordinal(key);
        return parent < 0 ? List.of() : tree.children(parent);
    }

    /** By ordinal. */
    public List<String> keys() {
        return infos.stream().map(ClusterInfo::key).toList();
    }

    /** Heap bytes, for a circuit breaker. */
    public long ramBytes() {
        long bytes = partition.ramBytes();
        for (ClusterInfo info : all()) {
            bytes += 512 + 96L * info.terms().size() + 96L * info.exemplars().size();
        }
        return bytes + 16L * infos.size();
    }

    private List<ClusterInfo> all() {
        List<ClusterInfo> all = new ArrayList<>(infos);
        all.addAll(tree.parents());
        return all;
    }

    public void writeTo(DataOutput out) throws IOException {
        out.writeInt(VERSION);
        partition.writeTo(out);
        out.writeLong(nextKey);
        for (ClusterInfo info : infos) {
            info.writeTo(out);
        }
        floors.writeTo(out);
        tree.writeTo(out);
    }

    /**
     * Format 1 ends before floors and parents, which then are none.
     *
     * @throws IOException also for anything that neither {@link #writeTo} nor its older versions write
     */
    public static Clusters readFrom(DataInput in) throws IOException {
        int version = Wire.readVersion(in, VERSION, "clusters");
        Partition partition = Partition.readFrom(in);
        long nextKey = in.readLong();
        List<ClusterInfo> infos = new ArrayList<>(partition.count());
        for (int c = 0; c < partition.count(); c++) {
            infos.add(ClusterInfo.readFrom(in));
        }
        if (version == 1) {
            return new Clusters(partition, infos, nextKey);
        }
        Floors floors = Floors.readFrom(in, partition.count());
        return new Clusters(partition, infos, nextKey, ClusterTree.readFrom(in, partition.count()), floors);
    }
}
