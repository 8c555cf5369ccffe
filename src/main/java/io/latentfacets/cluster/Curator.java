/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes of learned clusters what people have merged and split. One learned cluster after the other is divided down to
 * leaves; then leaves that count for the same key become one cluster. So a cluster's place among the ordinals is that
 * of its first leaf. Used once, by one thread.
 */
final class Curator {

    /** The deepest nesting of splits; a deeper one is not followed. */
    static final int DEEPEST = 16;

    private final Clusters learned;
    private final Curation curation;
    private final String encoder;

    private final Map<String, String> counts = new HashMap<>();
    private final Map<String, Cluster> clusters = new LinkedHashMap<>();
    /** The split clusters that have parts here, by key, with the key of the parent of each; null for none. */
    private final Map<String, String> parents = new LinkedHashMap<>();

    private boolean changed;

    /** What becomes one cluster. */
    private static final class Cluster {
        final List<float[]> centroids = new ArrayList<>();
        final List<ClusterInfo> infos = new ArrayList<>();
        final Set<String> keys = new LinkedHashSet<>();
        final int ordinal;
        /** That of the leaf whose key counts, or of the first one if there is no such leaf; null for none. */
        String parent;

        float floor = 1;

        Cluster(int ordinal, String parent) {
            this.ordinal = ordinal;
            this.parent = parent;
        }
    }

    Curator(Clusters learned, Curation curation, String encoder) {
        this.learned = learned;
        this.curation = curation;
        this.encoder = encoder;
        curation.merges().forEach((key, merge) -> merge.parts().forEach(part -> counts.put(part, key)));
    }

    Clusters curate() {
        List<Refinement.Node> nodes = new ArrayList<>();
        for (int c = 0; c < learned.infos().size(); c++) {
            ClusterInfo info = learned.infos().get(c);
            nodes.add(node(
                    c, info, learned.partition().centroids()[c], learned.tree().parentKey(c), 0));
        }
        if (!changed) {
            return learned;
        }
        float[][] centroids = new float[clusters.size()][];
        float[][][] leaves = new float[clusters.size()][][];
        float[] floors = new float[clusters.size()];
        List<ClusterInfo> infos = new ArrayList<>();
        Map<String, Integer> aliases = new HashMap<>();
        clusters.forEach((key, cluster) -> {
            leaves[cluster.ordinal] = cluster.centroids.toArray(float[][]::new);
            centroids[cluster.ordinal] = mean(cluster);
            floors[cluster.ordinal] = cluster.floor;
            infos.add(info(key, cluster));
            cluster.keys.forEach(part -> aliases.put(part, cluster.ordinal));
        });
        return new Clusters(
                learned.partition().refined(new Refinement(nodes, centroids, leaves)),
                infos,
                learned.nextKey(),
                tree(infos),
                learned.floors().known() ? new Floors(floors) : Floors.NONE,
                aliases);
    }

    /**
     * A learned cluster, or a part of one.
     *
     * @param base the ordinal of the learned cluster
     * @param info the description of this cluster or part
     * @param parent the key of the learned cluster's parent, null for none
     */
    private Refinement.Node node(int base, ClusterInfo info, float[] centroid, String parent, int depth) {
        String key = info.key();
        Curation.Division division = depth < DEEPEST ? curation.division(encoder, key) : null;
        if (division == null || division.centroids()[0].length != centroid.length) {
            return leaf(base, info, centroid, parent);
        }
        changed = true;
        List<Refinement.Node> parts = new ArrayList<>();
        for (int c = 0; c < division.keys().size(); c++) {
            String part = division.keys().get(c);
            ClusterInfo own = curation.added().getOrDefault(part, blank(part));
            // a part with the key of the whole is what is left of it
            parts.add(
                    part.equals(key)
                            ? leaf(base, info, division.centroids()[c], parent)
                            : node(base, own, division.centroids()[c], parent, depth + 1));
        }
        return Refinement.Node.divided(division.rule(), parts);
    }

    private Refinement.Node leaf(int base, ClusterInfo info, float[] centroid, String parent) {
        String key = counts.getOrDefault(info.key(), info.key());
        changed |= !key.equals(info.key()) || curation.merges().containsKey(key);
        Cluster cluster = clusters.get(key);
        if (cluster == null) {
            cluster = new Cluster(clusters.size(), parentOf(info.key(), parent));
            clusters.put(key, cluster);
        }
        if (info.key().equals(key)) {
            cluster.parent = parentOf(key, parent);
        }
        cluster.centroids.add(centroid);
        if (cluster.keys.add(info.key())) {
            cluster.infos.add(info);
        }
        cluster.floor = Math.min(cluster.floor, learned.floors().of(base));
        return Refinement.Node.leaf(cluster.ordinal, centroid);
    }

    /** The parent of a leaf: what it was split from, or else the parent of the learned cluster that it is in. */
    private String parentOf(String key, String learnedParent) {
        String whole = curation.whole(key);
        if (whole == null) {
            return learnedParent;
        }
        if (!parents.containsKey(whole)) {
            parents.put(whole, null); // ends a circle, which only a damaged curation has
            parents.put(whole, parentOf(whole, learnedParent));
        }
        return whole;
    }

    private ClusterInfo whole(String key) {
        int ordinal = learned.ordinal(key);
        return ordinal >= 0 ? learned.infos().get(ordinal) : curation.added().getOrDefault(key, blank(key));
    }

    private static ClusterInfo blank(String key) {
        return new ClusterInfo(key, key, List.of(), 0, 0, 0, 0, List.of());
    }

    /** The mean of the leaves' centroids, each with the weight of its documents, scaled to unit length. */
    private static float[] mean(Cluster cluster) {
        if (cluster.centroids.size() == 1) {
            return cluster.centroids.get(0);
        }
        boolean weighted = cluster.infos.size() == cluster.centroids.size()
                && cluster.infos.stream().allMatch(info -> info.size() > 0);
        double[] sum = new double[cluster.centroids.get(0).length];
        for (int i = 0; i < cluster.centroids.size(); i++) {
            double weight = weighted ? cluster.infos.get(i).size() : 1;
            for (int d = 0; d < sum.length; d++) {
                sum[d] += weight * cluster.centroids.get(i)[d];
            }
        }
        double length = Math.sqrt(Arrays.stream(sum).map(x -> x * x).sum());
        float[] mean = new float[sum.length];
        for (int d = 0; d < mean.length; d++) {
            mean[d] = (float)
                    (length > 1e-12 ? sum[d] / length : cluster.centroids.get(0)[d]);
        }
        return mean;
    }

    private ClusterInfo info(String key, Cluster cluster) {
        Curation.Merge merge = curation.merges().get(key);
        ClusterInfo only = cluster.infos.get(0);
        if (cluster.infos.size() == 1 && only.key().equals(key) && (merge == null || merge.label() == null)) {
            return only;
        }
        return MergedInfo.of(key, merge == null ? null : merge.label(), cluster.infos);
    }

    private ClusterTree tree(List<ClusterInfo> infos) {
        ClusterTree before = learned.tree();
        List<ClusterInfo> all = new ArrayList<>(before.parents());
        parents.keySet().forEach(key -> all.add(whole(key)));
        Map<String, Long> sizes = new HashMap<>();
        int at = 0;
        for (Cluster cluster : clusters.values()) {
            ClusterInfo info = infos.get(at++);
            for (String parent = cluster.parent; parent != null; parent = parents.get(parent)) {
                sizes.merge(parent, info.size(), Long::sum);
            }
        }
        // a parent whose clusters were all merged into others is gone
        List<ClusterInfo> kept = new ArrayList<>();
        Map<String, Integer> ordinals = new HashMap<>();
        for (ClusterInfo parent : all) {
            if (sizes.containsKey(parent.key())) {
                ordinals.put(parent.key(), kept.size());
                kept.add(parent.of(sizes.get(parent.key())));
            }
        }
        int[] parentOf = clusters.values().stream()
                .mapToInt(cluster -> ordinals.getOrDefault(cluster.parent, -1))
                .toArray();
        int[] above = kept.stream()
                .mapToInt(parent -> ordinals.getOrDefault(parents.get(parent.key()), -1))
                .toArray();
        return new ClusterTree(kept, parentOf, above, before.nextKey());
    }
}
