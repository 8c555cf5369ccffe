/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;

import io.latentfacets.model.Bound;
import io.latentfacets.model.Generation;
import io.latentfacets.model.ModelNameRequest;
import io.latentfacets.model.StoredModel;
import io.latentfacets.model.definition.ModelDefinition;
import io.latentfacets.model.definition.Presets;
import io.latentfacets.model.store.ModelStore;
import io.latentfacets.training.progress.TrainingStatus;
import io.latentfacets.training.progress.TrainingStatusAction;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.opensearch.action.admin.cluster.node.tasks.cancel.CancelTasksRequest;
import org.opensearch.action.bulk.BulkRequest;
import org.opensearch.action.index.IndexRequest;
import org.opensearch.action.support.PlainActionFuture;
import org.opensearch.action.support.WriteRequest;
import org.opensearch.cluster.coordination.FollowersChecker;
import org.opensearch.cluster.coordination.LeaderChecker;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.xcontent.json.JsonXContent;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.core.xcontent.DeprecationHandler;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.index.reindex.ReindexModulePlugin;
import org.opensearch.plugins.Plugin;
import org.opensearch.test.OpenSearchIntegTestCase;
import org.opensearch.test.transport.MockTransportService;
import org.opensearch.transport.client.Client;
import org.opensearch.transport.client.node.NodeClient;

/** Trainings of model {@value #MODEL} on a small corpus, in a cluster whose nodes a test starts, stops and cuts off. */
@OpenSearchIntegTestCase.ClusterScope(
        scope = OpenSearchIntegTestCase.Scope.TEST,
        numDataNodes = 0,
        numClientNodes = 0,
        supportsDedicatedMasters = false,
        autoManageMasterNodes = true)
abstract class TrainingClusterTestCase extends OpenSearchIntegTestCase {

    static final String MODEL = "m";

    /** Settings of a node that notices within seconds that another one is gone. */
    static final Settings SOON = Settings.builder()
            .put(LeaderChecker.LEADER_CHECK_TIMEOUT_SETTING.getKey(), "5s")
            .put(LeaderChecker.LEADER_CHECK_RETRY_COUNT_SETTING.getKey(), 1)
            .put(FollowersChecker.FOLLOWER_CHECK_TIMEOUT_SETTING.getKey(), "5s")
            .put(FollowersChecker.FOLLOWER_CHECK_RETRY_COUNT_SETTING.getKey(), 1)
            .build();

    @Override
    protected Collection<Class<? extends Plugin>> nodePlugins() {
        return List.of(TrainingTestPlugin.class, ReindexModulePlugin.class, MockTransportService.TestPlugin.class);
    }

    static <T> T await(Consumer<ActionListener<T>> call) {
        PlainActionFuture<T> future = PlainActionFuture.newFuture();
        call.accept(future);
        return future.actionGet(120_000);
    }

    static ModelStore store(String node) {
        return internalCluster().getInstance(ModelStore.class, node);
    }

    static StoredModel model(String node) {
        return await(l -> store(node).get(MODEL, l));
    }

    /** Reads every chunk of a generation, through a node, and verifies it. */
    static Generation read(String node, int generation) {
        return await(l -> store(node).readGeneration(MODEL, generation, l));
    }

    void index(String node, int replicas) {
        client(node)
                .admin()
                .indices()
                .prepareCreate("docs")
                .setSettings(
                        Settings.builder().put("index.number_of_shards", 2).put("index.number_of_replicas", replicas))
                .get();
        BulkRequest bulk = new BulkRequest().setRefreshPolicy(WriteRequest.RefreshPolicy.IMMEDIATE);
        for (int i = 0; i < 200; i++) {
            String topic = i % 2 == 0 ? "crude oil barrel opec refinery rig" : "wheat grain crop harvest corn farmer";
            bulk.add(
                    new IndexRequest("docs").id("d" + i).source("body", topic + " report week " + "abc".charAt(i % 3)));
        }
        assertFalse(client(node).bulk(bulk).actionGet().hasFailures());
        ensureGreen("docs");
    }

    static void define(String node, int epochs) throws Exception {
        define(node, MODEL, epochs);
    }

    static void define(String node, String model, int epochs) throws Exception {
        String json = "{\"source\":{\"index\":\"docs\",\"fields\":[\"body\"]},\"text\":{\"min_doc_freq\":2},"
                + "\"vae\":{\"latent_dims\":8,\"hidden_dims\":[16],\"epochs\":" + epochs
                + "},\"clusters\":{\"count\":2}}";
        try (XContentParser parser = JsonXContent.jsonXContent.createParser(
                NamedXContentRegistry.EMPTY, DeprecationHandler.THROW_UNSUPPORTED_OPERATION, json)) {
            ModelDefinition definition = ModelDefinition.parse(model, parser, Presets.bundled());
            await((ActionListener<Void> l) -> store(node).put(definition, null, Bound.NONE, l));
        }
    }

    /** Starts a training that a node coordinates, and returns when it has begun. */
    static CoordinatorTask train(String node, PlainActionFuture<TrainResponse> end) {
        return train(node, MODEL, end);
    }

    static CoordinatorTask train(String node, String model, PlainActionFuture<TrainResponse> end) {
        NodeClient client = internalCluster().getInstance(NodeClient.class, node);
        CoordinatorTask task = (CoordinatorTask)
                client.executeLocally(TrainAction.INSTANCE, new TrainRequest(model).start(TrainStart.COLD), end);
        await((ActionListener<Integer> l) -> task.begun().whenComplete(l::onResponse, l::onFailure));
        return task;
    }

    static void cancel(String node, CoordinatorTask task) {
        String id = internalCluster()
                .getInstance(ClusterService.class, node)
                .localNode()
                .getId();
        client(node)
                .admin()
                .cluster()
                .cancelTasks(new CancelTasksRequest().setTaskId(new TaskId(id, task.getId())))
                .actionGet();
    }

    static void pause(String node, boolean paused) {
        client(node)
                .admin()
                .cluster()
                .prepareUpdateSettings()
                .setPersistentSettings(Settings.builder().put(TrainingNodes.PAUSED.getKey(), paused ? "true" : null))
                .get();
    }

    static TrainingStatus status(Client client) {
        return status(client, MODEL);
    }

    static TrainingStatus status(Client client, String model) {
        return client.execute(TrainingStatusAction.INSTANCE, new ModelNameRequest(model))
                .actionGet(60_000)
                .status();
    }

    /** Waits until a node trains, and returns its name. */
    String trainer(String asked) throws Exception {
        String[] node = new String[1];
        assertBusy(() -> {
            TrainingStatus status = status(client(asked));
            assertThat(status.phase(), equalTo("training"));
            assertThat(status.epoch(), greaterThan(0));
            node[0] = status.node();
        });
        ClusterService clusterService = internalCluster().getInstance(ClusterService.class, asked);
        return clusterService.state().nodes().get(node[0]).getName();
    }
}
