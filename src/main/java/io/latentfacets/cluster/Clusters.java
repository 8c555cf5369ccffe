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
import org.apache.lucene.util.VectorUtil;

/**
 * The clusters of a generation: the partition of latent space, the description of each cluster, their parents and their
 * floors. {@link Partition#assign} gives ordinals, and {@link #infos} is in the order of the ordinals. The REST API
 * names clusters and parents by key. Immutable and thread-safe.
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
     * @param infos one description per cluster of the partition, by ordinal, with distinct keys
     * @param nextKey the number in the key of the next new cluster; no earlier cluster of the model had it
     * @throws IllegalArgumentException if the number of descriptions differs, or two have the same key
     */
    public Clusters(Partition partition, List<ClusterInfo> infos, long nextKey) {
        this(partition, infos, nextKey, ClusterTree.none(partition.count(), 0), Floors.NONE);
    }

    private Clusters(Partition partition, List<ClusterInfo> infos, long nextKey, ClusterTree tree, Floors floors) {
        this(partition, infos, nextKey, tree, floors, Map.of());
    }

    /**
     * All parts of it.
     *
     * @param aliases the ordinals of keys that merged into another cluster
     */
    Clusters(
            Partition partition,
            List<ClusterInfo> infos,
            long nextKey,
            ClusterTree tree,
            Floors floors,
            Map<String, Integer> aliases) {
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
        aliases.forEach(ordinals::putIfAbsent);
    }

    /**
     * What people have made of these clusters.
     *
     * @param curation what they have merged and split
     * @param encoder the fingerprint of the encoder whose latents these clusters divide
     * @return these clusters if none of it concerns them
     */
    public Clusters curated(Curation curation, String encoder) {
        return curation.isNone() ? this : new Curator(this, curation, encoder).curate();
    }

    /**
     * Describes each cluster: label, size, share, floor, exemplars and coordinates on the map. The clusters have no
     * parents yet: see {@link #with(ClusterTree)}.
     *
     * @param labels the phrase and the terms of each cluster, from {@link io.latentfacets.cluster.label.Labeler}
     * @param keys one key per cluster, and the next number
     * @param unitLatents the latents, {@code [documents][dims]}; a row without unit length (a document without known
     *     words) belongs to no cluster
     * @param ids the document ids, parallel to the latents
     * @throws IllegalArgumentException if the numbers of clusters, labels and keys, or of latents and ids, differ
     */
    public static Clusters describe(
            Partition partition, List<ClusterLabel> labels, StableKeys keys, float[][] unitLatents, List<String> ids) {
        int count = partition.count();
        if (labels.size() != count || keys.keys().size() != count || ids.size() != unitLatents.length) {
            throw new IllegalArgumentException("[" + count + "] clusters, [" + labels.size() + "] labels, ["
                    + keys.keys().size() + "] keys; [" + unitLatents.length + "] latents, [" + ids.size() + "] ids");
        }
        int[] assigned = new int[unitLatents.length];
        for (int i = 0; i < assigned.length; i++) {
            assigned[i] = Points.usable(unitLatents[i]) ? partition.assign(unitLatents[i]) : -1;
        }
        Exemplars exemplars = new Exemplars(partition.centroids(), assigned, unitLatents, ids);
        float[][] map = ClusterMap.place(partition.centroids());
        Set<String> taken = new HashSet<>();
        List<ClusterInfo> infos = new ArrayList<>(count);
        for (int c = 0; c < count; c++) {
            String key = keys.keys().get(c);
            infos.add(new ClusterInfo(
                    key,
                    ClusterInfo.distinctLabel(labels.get(c), key, taken),
                    labels.get(c).terms(),
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

    /** A copy with these parents. */
    public Clusters with(ClusterTree parents) {
        return new Clusters(partition, infos, nextKey, parents, floors);
    }

    /**
     * A copy whose clusters have these places on the map.
     *
     * @param places x and y of each cluster, {@code [clusters][2]}, in [−1, 1]
     */
    public Clusters at(float[][] places) {
        List<ClusterInfo> placed = new ArrayList<>(infos.size());
        for (int c = 0; c < infos.size(); c++) {
            placed.add(infos.get(c).at(places[c][0], places[c][1]));
        }
        return new Clusters(partition, placed, nextKey, tree, floors);
    }

    /** A copy with these floors. */
    public Clusters with(Floors other) {
        return new Clusters(partition, infos, nextKey, tree, other);
    }

    /**
     * A copy whose clusters lie elsewhere and are the same otherwise.
     *
     * @throws IllegalArgumentException if the number of clusters differs
     */
    public Clusters with(Partition moved) {
        return new Clusters(moved, infos, nextKey, tree, floors);
    }

    public Partition partition() {
        return partition;
    }

    /** The descriptions, one per cluster, by ordinal. */
    public List<ClusterInfo> infos() {
        return infos;
    }

    /** The number in the key of the next new cluster. */
    public long nextKey() {
        return nextKey;
    }

    /**
     * The ordinal of the cluster with this key, or of the one that it was merged into; −1 if there is no such cluster.
     */
    public int ordinal(String key) {
        return ordinals.getOrDefault(key, -1);
    }

    /** The parents of the clusters. */
    public ClusterTree tree() {
        return tree;
    }

    /** The floors; {@link Floors#NONE} for a generation of format 1, which has none. */
    public Floors floors() {
        return floors;
    }

    /** The ordinals of the clusters under a key: one cluster, all children of a parent, or none for an unknown key. */
    public List<Integer> ordinals(String key) {
        Integer cluster = ordinals.get(key);
        if (cluster != null) {
            return List.of(cluster);
        }
        int parent = tree.ordinal(key);
        return parent < 0 ? List.of() : tree.children(parent);
    }

    /**
     * The centroid of a cluster, or the mean direction of the centroids of a parent's clusters.
     *
     * @return the direction, {@code [dims]}, of unit length, not to be written to; null for an unknown key
     */
    public float[] centroid(String key) {
        List<Integer> members = ordinals(key);
        if (members.size() <= 1) {
            return members.isEmpty() ? null : partition.centroids()[members.get(0)];
        }
        float[] mean = new float[partition.dims()];
        for (int ordinal : members) {
            float[] centroid = partition.centroids()[ordinal];
            for (int d = 0; d < mean.length; d++) {
                mean[d] += centroid[d];
            }
        }
        return VectorUtil.l2normalize(mean, false);
    }

    /** The keys, by ordinal. */
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
     * Reads clusters of this format or of format 1, which has no floors and no parents.
     *
     * @throws IOException also if neither {@link #writeTo} nor its older versions wrote these bytes
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
