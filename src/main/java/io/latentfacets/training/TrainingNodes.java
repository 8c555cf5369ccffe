/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import io.latentfacets.training.progress.WorkerTask;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.node.DiscoveryNode;
import org.opensearch.cluster.node.DiscoveryNodeFilters;
import org.opensearch.cluster.node.DiscoveryNodes;
import org.opensearch.common.settings.ClusterSettings;
import org.opensearch.common.settings.Setting;
import org.opensearch.common.settings.Settings;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.persistent.PersistentTasksCustomMetadata;
import org.opensearch.persistent.PersistentTasksCustomMetadata.Assignment;

/**
 * Chooses the node of each training: one training a node, others wait. Knows whether trainings are paused. Thread-safe.
 */
public final class TrainingNodes {

    /** Whether trainings pause. A running one waits before its next step, a new one before it begins. */
    public static final Setting<Boolean> PAUSED = Setting.boolSetting(
            "plugins.latent.training.paused", false, Setting.Property.NodeScope, Setting.Property.Dynamic);

    /**
     * The values that an attribute of a node may have for the node to train, separated by commas. Works like
     * {@code cluster.routing.allocation.include}: of several attributes one is enough.
     */
    public static final Setting.AffixSetting<String> NODES = Setting.prefixKeySetting(
            "plugins.latent.training.nodes.",
            key -> Setting.simpleString(
                    key,
                    value -> DiscoveryNodeFilters.IP_VALIDATOR.accept(key, value),
                    Setting.Property.NodeScope,
                    Setting.Property.Dynamic));

    /** The role of nodes for machine learning, which ml-commons introduced. */
    private static final String ML_ROLE = "ml";

    private volatile boolean paused;
    private volatile DiscoveryNodeFilters filters;

    public TrainingNodes(Settings settings, ClusterSettings clusterSettings) {
        paused = PAUSED.get(settings);
        clusterSettings.addSettingsUpdateConsumer(PAUSED, value -> paused = value);
        filter(NODES.getAsMap(settings));
        clusterSettings.addAffixMapUpdateConsumer(NODES, this::filter, (attribute, value) -> {});
    }

    private synchronized void filter(Map<String, String> changed) {
        filters = DiscoveryNodeFilters.buildOrUpdateFromKeyValue(filters, DiscoveryNodeFilters.OpType.OR, changed);
    }

    /** Why trainings wait although a node is free; empty if they need not. */
    Optional<String> pause() {
        return paused ? Optional.of("trainings are paused: [" + PAUSED.getKey() + "] is [true]") : Optional.empty();
    }

    /** Fails with status 503 if no node of the cluster may ever train. */
    void requireAny(DiscoveryNodes nodes) {
        if (candidates(nodes).isEmpty()) {
            throw new OpenSearchStatusException(nobody(), RestStatus.SERVICE_UNAVAILABLE);
        }
    }

    /**
     * Assigns one more training: to the first node by name that may train and has no training, or to none, with the
     * reason.
     */
    Assignment assign(ClusterState state) {
        Optional<String> pause = pause();
        if (pause.isPresent()) {
            return new Assignment(null, pause.get());
        }
        List<DiscoveryNode> candidates = candidates(state.nodes());
        if (candidates.isEmpty()) {
            return new Assignment(null, nobody());
        }
        PersistentTasksCustomMetadata tasks = PersistentTasksCustomMetadata.getPersistentTasksCustomMetadata(state);
        return candidates.stream()
                .filter(node -> tasks == null || tasks.getNumberOfTasksOnNode(node.getId(), WorkerTask.PERSISTENT) == 0)
                .min(Comparator.comparing(DiscoveryNode::getName).thenComparing(DiscoveryNode::getId))
                .map(node -> new Assignment(node.getId(), "node [" + node.getName() + "] may train and is free"))
                .orElseGet(() -> new Assignment(
                        null,
                        "each of the [" + candidates.size() + "] nodes that may train has a training, one must end"));
    }

    /** The nodes with the role {@code ml} that match the filter or, if there is none, the data nodes that do. */
    private List<DiscoveryNode> candidates(DiscoveryNodes nodes) {
        DiscoveryNodeFilters wanted = filters;
        return candidates(nodes.getNodes().values().stream()
                .filter(node -> wanted == null || wanted.match(node))
                .toList());
    }

    /** The nodes with the role {@code ml} or, if there is none among these, the data nodes. */
    public static List<DiscoveryNode> candidates(Collection<DiscoveryNode> matching) {
        List<DiscoveryNode> learning = matching.stream()
                .filter(node -> node.getRoles().stream()
                        .anyMatch(role -> role.roleName().equals(ML_ROLE)))
                .toList();
        return learning.isEmpty()
                ? matching.stream().filter(DiscoveryNode::isDataNode).toList()
                : learning;
    }

    private String nobody() {
        DiscoveryNodeFilters wanted = filters;
        return "no node can train: the cluster has no [" + ML_ROLE + "] node and no data node"
                + (wanted == null ? "" : " that matches [" + NODES.getKey() + "*], which is [" + wanted + "]");
    }
}
