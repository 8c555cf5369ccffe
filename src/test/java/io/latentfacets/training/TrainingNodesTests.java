/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.latentfacets.training.progress.WorkerTask;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.Version;
import org.opensearch.cluster.ClusterName;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.metadata.Metadata;
import org.opensearch.cluster.node.DiscoveryNode;
import org.opensearch.cluster.node.DiscoveryNodeRole;
import org.opensearch.cluster.node.DiscoveryNodes;
import org.opensearch.common.settings.ClusterSettings;
import org.opensearch.common.settings.Settings;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.persistent.PersistentTasksCustomMetadata;
import org.opensearch.persistent.PersistentTasksCustomMetadata.Assignment;
import org.opensearch.test.OpenSearchTestCase;

/** The choice of the node that trains. */
public class TrainingNodesTests extends OpenSearchTestCase {

    private final ClusterSettings settings =
            new ClusterSettings(Settings.EMPTY, Set.of(TrainingNodes.PAUSED, TrainingNodes.NODES));
    private final TrainingNodes nodes = new TrainingNodes(Settings.EMPTY, settings);
    private int trainings;

    private static DiscoveryNode node(String id, Map<String, String> attributes, String... roles) {
        Set<DiscoveryNodeRole> all = new TreeSet<>();
        for (String role : roles) {
            all.add(DiscoveryNode.getRoleFromRoleName(role));
        }
        return new DiscoveryNode(id, id, buildNewFakeTransportAddress(), attributes, all, Version.CURRENT);
    }

    private static DiscoveryNode node(String id, String... roles) {
        return node(id, Map.of(), roles);
    }

    private static ClusterState cluster(DiscoveryNode... all) {
        DiscoveryNodes.Builder builder = DiscoveryNodes.builder();
        for (DiscoveryNode node : all) {
            builder.add(node);
        }
        return ClusterState.builder(ClusterName.DEFAULT).nodes(builder).build();
    }

    /** The state after one more training has been assigned. */
    private ClusterState assigned(ClusterState state, String node) {
        PersistentTasksCustomMetadata before = PersistentTasksCustomMetadata.getPersistentTasksCustomMetadata(state);
        PersistentTasksCustomMetadata.Builder tasks = before == null
                ? PersistentTasksCustomMetadata.builder()
                : PersistentTasksCustomMetadata.builder(before);
        String id = "training " + trainings++;
        tasks.addTask(
                id,
                WorkerTask.PERSISTENT,
                new TrainingParams(
                        id, 1, TrainMode.AUTO, false, "test", new Beginning(TrainStart.AUTO, 0, "first"), null),
                new Assignment(node, "test"));
        return ClusterState.builder(state)
                .metadata(Metadata.builder().putCustom(PersistentTasksCustomMetadata.TYPE, tasks.build()))
                .build();
    }

    private String node(ClusterState state) {
        return nodes.assign(state).getExecutorNode();
    }

    public void testADataNodeTrains() {
        ClusterState state = cluster(node("c", "cluster_manager"), node("b", "data", "cluster_manager"));
        assertThat(node(state), equalTo("b"));
        nodes.requireAny(state.nodes());
    }

    public void testNobodyCanTrain() {
        ClusterState state = cluster(node("c", "cluster_manager"));
        assertThat(node(state), nullValue());
        OpenSearchStatusException none =
                expectThrows(OpenSearchStatusException.class, () -> nodes.requireAny(state.nodes()));
        assertThat(none.status(), equalTo(RestStatus.SERVICE_UNAVAILABLE));
        assertThat(none.getMessage(), containsString("no [ml] node and no data node"));
    }

    public void testNodesForMachineLearningComeFirst() {
        ClusterState state = cluster(node("data", "data"), node("ml1", "ml"));
        assertThat(node(state), equalTo("ml1"));
        assertThat("nor does a data node help out", node(assigned(state, "ml1")), nullValue());
    }

    public void testANodeHasOneTrainingOthersWait() {
        ClusterState state = cluster(node("b", "data"), node("a", "data"));
        assertThat(node(state), equalTo("a"));
        state = assigned(state, "a");
        assertThat(node(state), equalTo("b"));
        state = assigned(state, "b");
        assertThat(node(state), nullValue());
        assertThat(nodes.assign(state).getExplanation(), containsString("each of the [2] nodes that may train"));
    }

    public void testAnAttributeSaysWhoTrains() {
        ClusterState state = cluster(
                node("a", "data"),
                node("b", Map.of("hardware", "gpu"), "data"),
                node("c", Map.of("hardware", "tpu"), "data"));
        settings.applySettings(Settings.builder()
                .put("plugins.latent.training.nodes.hardware", "gpu")
                .build());
        assertThat(node(state), equalTo("b"));
        settings.applySettings(Settings.builder()
                .put("plugins.latent.training.nodes.hardware", "none,tpu")
                .build());
        assertThat(node(state), equalTo("c"));
        settings.applySettings(Settings.builder()
                .put("plugins.latent.training.nodes.hardware", "none")
                .build());
        assertThat(nodes.assign(state).getExplanation(), containsString("[plugins.latent.training.nodes.*]"));
        OpenSearchStatusException none =
                expectThrows(OpenSearchStatusException.class, () -> nodes.requireAny(state.nodes()));
        assertThat(none.getMessage(), containsString("hardware"));
        settings.applySettings(Settings.EMPTY);
        assertThat(node(state), equalTo("a"));
    }

    public void testPause() {
        ClusterState state = cluster(node("a", "data"));
        settings.applySettings(
                Settings.builder().put(TrainingNodes.PAUSED.getKey(), true).build());
        assertThat(node(state), nullValue());
        assertThat(nodes.assign(state).getExplanation(), containsString("[plugins.latent.training.paused] is [true]"));
        nodes.requireAny(state.nodes());
        settings.applySettings(Settings.EMPTY);
        assertThat(node(state), equalTo("a"));
    }
}
