/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.not;

import io.latentfacets.model.Bound;
import io.latentfacets.model.ModelState;
import io.latentfacets.model.StoredModel;
import io.latentfacets.model.TrainingOutcome;
import io.latentfacets.model.definition.ModelDefinition;
import io.latentfacets.model.definition.Presets;
import io.latentfacets.model.store.ModelStore;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.opensearch.action.admin.cluster.node.tasks.cancel.CancelTasksRequest;
import org.opensearch.action.bulk.BulkRequest;
import org.opensearch.action.index.IndexRequest;
import org.opensearch.action.support.PlainActionFuture;
import org.opensearch.action.support.WriteRequest;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.xcontent.json.JsonXContent;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.tasks.TaskCancelledException;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.core.xcontent.DeprecationHandler;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.index.reindex.ReindexModulePlugin;
import org.opensearch.node.Node;
import org.opensearch.plugins.Plugin;
import org.opensearch.test.OpenSearchIntegTestCase;
import org.opensearch.transport.client.Client;
import org.opensearch.transport.client.node.NodeClient;

/** A training with its coordinating node on one node and its worker on another, which may be lost. */
@OpenSearchIntegTestCase.ClusterScope(
        scope = OpenSearchIntegTestCase.Scope.TEST,
        numDataNodes = 0,
        numClientNodes = 0,
        supportsDedicatedMasters = false,
        autoManageMasterNodes = true)
public class TrainingNodeLossTests extends OpenSearchIntegTestCase {

    @Override
    protected Collection<Class<? extends Plugin>> nodePlugins() {
        return List.of(TrainingTestPlugin.class, ReindexModulePlugin.class);
    }

    private static <T> T await(Consumer<ActionListener<T>> call) {
        PlainActionFuture<T> future = PlainActionFuture.newFuture();
        call.accept(future);
        return future.actionGet(120_000);
    }

    private String manager;
    private ModelStore store;

    private void startCluster(int dataNodes) throws Exception {
        manager = internalCluster().startClusterManagerOnlyNode();
        internalCluster().startDataOnlyNodes(dataNodes);
        ensureStableCluster(1 + dataNodes);
        store = internalCluster().getInstance(ModelStore.class, manager);
        client(manager)
                .admin()
                .indices()
                .prepareCreate("docs")
                .setSettings(Settings.builder()
                        .put("index.number_of_shards", 2)
                        .put("index.number_of_replicas", dataNodes - 1))
                .get();
        BulkRequest bulk = new BulkRequest().setRefreshPolicy(WriteRequest.RefreshPolicy.IMMEDIATE);
        for (int i = 0; i < 200; i++) {
            String topic = i % 2 == 0 ? "crude oil barrel opec refinery rig" : "wheat grain crop harvest corn farmer";
            bulk.add(
                    new IndexRequest("docs").id("d" + i).source("body", topic + " report week " + "abc".charAt(i % 3)));
        }
        assertFalse(client(manager).bulk(bulk).actionGet().hasFailures());
        ensureGreen("docs");
    }

    private void define(int epochs) throws Exception {
        String json = "{\"source\":{\"index\":\"docs\",\"fields\":[\"body\"]},\"text\":{\"min_doc_freq\":2},"
                + "\"vae\":{\"latent_dims\":8,\"hidden_dims\":[16],\"epochs\":" + epochs
                + "},\"clusters\":{\"count\":2}}";
        try (XContentParser parser = JsonXContent.jsonXContent.createParser(
                NamedXContentRegistry.EMPTY, DeprecationHandler.THROW_UNSUPPORTED_OPERATION, json)) {
            ModelDefinition definition = ModelDefinition.parse("m", parser, Presets.bundled());
            await((ActionListener<Void> l) -> store.put(definition, null, Bound.NONE, l));
        }
    }

    private CoordinatorTask train(PlainActionFuture<TrainResponse> end) {
        NodeClient node = internalCluster().getInstance(NodeClient.class, manager);
        CoordinatorTask task = (CoordinatorTask) node.executeLocally(TrainAction.INSTANCE, new TrainRequest("m"), end);
        await((ActionListener<Integer> l) -> task.begun().whenComplete(l::onResponse, l::onFailure));
        return task;
    }

    private TrainingStatus status(Client client) {
        return client.execute(TrainingStatusAction.INSTANCE, new TrainingStatusAction.Request("m"))
                .actionGet(60_000)
                .status();
    }

    /** Waits until a node trains, and returns its name. */
    private String trainer() throws Exception {
        String[] node = new String[1];
        assertBusy(() -> {
            TrainingStatus status = status(client(manager));
            assertThat(status.phase(), equalTo("training"));
            assertThat(status.epoch(), greaterThan(0));
            node[0] = status.node();
        });
        ClusterService clusterService = internalCluster().getInstance(ClusterService.class, manager);
        return clusterService.state().nodes().get(node[0]).getName();
    }

    public void testAnotherNodeTakesOver() throws Exception {
        startCluster(2);
        define(300);
        // the replica of the models' index must be complete before the node with the primary stops
        ensureGreen();
        PlainActionFuture<TrainResponse> end = PlainActionFuture.newFuture();
        train(end);
        String first = trainer();
        assertThat("a data node trains", first, not(equalTo(manager)));
        internalCluster().stopRandomNode(settings -> first.equals(Node.NODE_NAME_SETTING.get(settings)));
        TrainResponse response = end.actionGet(180_000);
        assertThat(response.summary().number(), equalTo(1));
        StoredModel model = await(l -> store.get("m", l));
        assertThat(model.state(), equalTo(ModelState.READY));
        assertThat(model.active(), equalTo(1));
        assertThat(model.training().outcome(), equalTo(TrainingOutcome.SUCCESS));
    }

    public void testCancellingReachesTheNodeThatTrains() throws Exception {
        startCluster(1);
        define(10_000);
        PlainActionFuture<TrainResponse> end = PlainActionFuture.newFuture();
        CoordinatorTask task = train(end);
        trainer();
        String managerId = internalCluster()
                .getInstance(ClusterService.class, manager)
                .localNode()
                .getId();
        client(manager)
                .admin()
                .cluster()
                .cancelTasks(new CancelTasksRequest().setTaskId(new TaskId(managerId, task.getId())))
                .actionGet();
        expectThrows(TaskCancelledException.class, () -> end.actionGet(60_000));
        StoredModel model = await(l -> store.get("m", l));
        assertThat(model.state(), equalTo(ModelState.CREATED));
        assertThat(model.training().outcome().status(), equalTo(TrainingOutcome.Status.CANCELLED));
        assertThat(status(client(manager)).phase(), equalTo("cancelled"));
    }
}
