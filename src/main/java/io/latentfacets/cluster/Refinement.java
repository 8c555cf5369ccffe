/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.lucene.util.VectorUtil;

/**
 * What people have made of the clusters of a partition's rule: some are divided, and some count as one. Each learned
 * cluster is a {@link Node}: a leaf, or a rule that sends a latent on to one of several nodes. Leaves with the same
 * cluster are merged. Immutable and thread-safe.
 */
final class Refinement {

    /**
     * A learned cluster or a part of one.
     *
     * @param cluster the ordinal of the cluster that a latent in this leaf belongs to; −1 if the node is no leaf
     * @param rule decides between the parts; null in a leaf
     * @param margin what {@link LinearRule#margin} returns for the rule
     * @param temperature what {@link LinearRule#temperature} returns for the rule
     * @param parts the parts, one per cluster of the rule; empty in a leaf
     * @param centroid the mean direction of the leaf's members, {@code [dims]}, unit length; null if the node is no
     *     leaf
     */
    record Node(int cluster, LinearRule rule, float margin, double temperature, List<Node> parts, float[] centroid) {
        static Node leaf(int cluster, float[] centroid) {
            return new Node(cluster, null, 0, 0, List.of(), Objects.requireNonNull(centroid));
        }

        static Node divided(LinearRule rule, List<Node> parts) {
            if (rule.count() != parts.size()) {
                throw new IllegalArgumentException("a rule of [" + rule.count() + "] and [" + parts.size() + "] parts");
            }
            return new Node(-1, rule, rule.margin(), rule.temperature(), List.copyOf(parts), null);
        }
    }

    private final List<Node> nodes;
    private final float[][] centroids;
    /** The centroids of the leaves of each cluster. */
    private final float[][][] leaves;

    /**
     * @param nodes the learned clusters, by ordinal
     * @param centroids the mean direction of each cluster's members, {@code [count][dims]}, unit length
     * @param leaves the centroids of each cluster's leaves, at least one a cluster
     */
    Refinement(List<Node> nodes, float[][] centroids, float[][][] leaves) {
        this.nodes = List.copyOf(nodes);
        this.centroids = centroids;
        this.leaves = leaves;
    }

    /** The number of learned clusters. */
    int learned() {
        return nodes.size();
    }

    float[][] centroids() {
        return centroids;
    }

    /** The cluster of a latent that the partition's rule gives to a learned cluster. */
    int cluster(int learned, float[] unitLatent) {
        Node node = nodes.get(learned);
        while (node.rule() != null) {
            node = node.parts().get(node.rule().assign(unitLatent, node.margin()));
        }
        return node.cluster();
    }

    /**
     * The memberships in these clusters: a merged cluster has those of all its leaves, and the parts of a divided one
     * share its membership by their own rule.
     *
     * @param learned the memberships in the learned clusters
     * @param into one per cluster, overwritten
     */
    void memberships(double[] learned, float[] unitLatent, double[] into) {
        Arrays.fill(into, 0);
        for (int c = 0; c < learned.length; c++) {
            share(nodes.get(c), learned[c], unitLatent, into);
        }
    }

    private static void share(Node node, double membership, float[] unitLatent, double[] into) {
        if (node.rule() == null) {
            into[node.cluster()] += membership;
        } else if (membership > 0) {
            double[] parts = node.rule().memberships(unitLatent, node.temperature());
            for (int part = 0; part < parts.length; part++) {
                share(node.parts().get(part), membership * parts[part], unitLatent, into);
            }
        }
    }

    /** The largest cosine between a latent and the centroid of a leaf of the cluster. */
    float similarity(float[] unitLatent, int cluster) {
        float largest = -1;
        for (float[] leaf : leaves[cluster]) {
            largest = Math.max(largest, VectorUtil.dotProduct(leaf, unitLatent));
        }
        return largest;
    }

    /** Heap bytes, for a circuit breaker. */
    long ramBytes() {
        long bytes = 0;
        for (Node node : nodes) {
            bytes += ramBytes(node);
        }
        return bytes;
    }

    private static long ramBytes(Node node) {
        long bytes = 96;
        if (node.rule() != null) {
            bytes += node.rule().count() * (64L + 4L * node.rule().directions()[0].length);
        }
        for (Node part : node.parts()) {
            bytes += ramBytes(part);
        }
        return bytes;
    }
}
