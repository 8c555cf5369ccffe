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
 * A model's clusters: how latents are divided and what each part is about. Ordinals (what {@link Partition#assign}
 * gives) and {@link #infos} run in parallel; outside, clusters are known by key. Immutable and thread-safe.
 */
public final class Clusters {
    private static final int VERSION = 1;

    private final Partition partition;
    private final List<ClusterInfo> infos;
    private final long nextKey;
    private final Map<String, Integer> ordinals = new HashMap<>();

    /**
     * @param infos one per cluster of the partition, by ordinal, keys distinct
     * @param nextKey the number that the next new cluster's key gets; never given out before
     */
    public Clusters(Partition partition, List<ClusterInfo> infos, long nextKey) {
        if (infos.size() != partition.count()) {
            throw new IllegalArgumentException(
                    "[" + partition.count() + "] clusters but [" + infos.size() + "] descriptions");
        }
        this.partition = partition;
        this.infos = List.copyOf(infos);
        this.nextKey = nextKey;
        for (int c = 0; c < infos.size(); c++) {
            if (ordinals.put(infos.get(c).key(), c) != null) {
                throw new IllegalArgumentException(
                        "two clusters have the key [" + infos.get(c).key() + "]");
            }
        }
    }

    /**
     * Puts together what is known about each cluster: label, size, share, nearest documents and place on the map.
     *
     * @param terms best first, one list per cluster; from {@link Labeler}
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
        Exemplars exemplars = new Exemplars(partition, unitLatents, ids);
        float[][] map = ClusterMap.place(partition.centroids());
        Set<String> labels = new HashSet<>();
        List<ClusterInfo> infos = new ArrayList<>(count);
        for (int c = 0; c < count; c++) {
            String label = ClusterInfo.labelOf(terms.get(c));
            String key = keys.keys().get(c);
            if (label.isEmpty()) {
                label = key;
            } else if (labels.contains(label)) {
                label = label + " (" + key + ")";
            }
            labels.add(label);
            infos.add(new ClusterInfo(
                    key,
                    label,
                    terms.get(c),
                    exemplars.size(c),
                    exemplars.share(c),
                    map[c][0],
                    map[c][1],
                    exemplars.nearest(c)));
        }
        return new Clusters(partition, infos, keys.next());
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

    /** By ordinal. */
    public List<String> keys() {
        return infos.stream().map(ClusterInfo::key).toList();
    }

    /** Heap bytes, for a circuit breaker. */
    public long ramBytes() {
        long bytes = partition.ramBytes();
        for (ClusterInfo info : infos) {
            bytes += 512 + 96L * info.terms().size() + 96L * info.exemplars().size();
        }
        return bytes;
    }

    public void writeTo(DataOutput out) throws IOException {
        out.writeInt(VERSION);
        partition.writeTo(out);
        out.writeLong(nextKey);
        for (ClusterInfo info : infos) {
            info.writeTo(out);
        }
    }

    /** @throws IOException also for anything {@link #writeTo} does not write */
    public static Clusters readFrom(DataInput in) throws IOException {
        Wire.checkVersion(in, VERSION, "clusters");
        Partition partition = Partition.readFrom(in);
        long nextKey = in.readLong();
        List<ClusterInfo> infos = new ArrayList<>(partition.count());
        for (int c = 0; c < partition.count(); c++) {
            infos.add(ClusterInfo.readFrom(in));
        }
        return new Clusters(partition, infos, nextKey);
    }
}
