/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.cluster.node.DiscoveryNode;
import org.opensearch.cluster.node.DiscoveryNodes;
import org.opensearch.core.rest.RestStatus;

/** Chooses the node that trains. */
public final class TrainingNodes {

    /** The role of nodes for machine learning, which ml-commons introduced. */
    private static final String ML_ROLE = "ml";

    private TrainingNodes() {}

    /** The nodes that may train: those with the role {@code ml} or, if the cluster has none, the data nodes. */
    public static List<DiscoveryNode> candidates(DiscoveryNodes nodes) {
        List<DiscoveryNode> candidates = new ArrayList<>();
        for (DiscoveryNode node : nodes) {
            if (node.getRoles().stream().anyMatch(role -> role.roleName().equals(ML_ROLE))) {
                candidates.add(node);
            }
        }
        if (candidates.isEmpty()) {
            candidates.addAll(nodes.getDataNodes().values());
        }
        return candidates;
    }

    /**
     * Chooses among the nodes with the role {@code ml} or, if the cluster has none, among the data nodes. Prefers the
     * local node, then the first node by name. Fails with status 503 if no candidate is left.
     *
     * @param lost the ids of nodes that must not be tried again
     */
    static DiscoveryNode choose(DiscoveryNodes nodes, Set<String> lost) {
        List<DiscoveryNode> candidates = candidates(nodes);
        candidates.removeIf(node -> lost.contains(node.getId()));
        return candidates.stream()
                .min(Comparator.comparing((DiscoveryNode node) -> !node.getId().equals(nodes.getLocalNodeId()))
                        .thenComparing(DiscoveryNode::getName)
                        .thenComparing(DiscoveryNode::getId))
                .orElseThrow(() -> new OpenSearchStatusException(
                        "no node can train: the cluster has no [" + ML_ROLE + "] node and no data node left to try",
                        RestStatus.SERVICE_UNAVAILABLE));
    }
}
