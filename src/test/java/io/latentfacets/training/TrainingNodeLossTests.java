/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.not;

import io.latentfacets.model.Generation;
import io.latentfacets.model.ModelState;
import io.latentfacets.model.StoredModel;
import io.latentfacets.model.TrainingOutcome;
import io.latentfacets.model.store.TrainingTasks;
import io.latentfacets.stats.LatentStats;
import io.latentfacets.stats.StatName;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.opensearch.action.support.PlainActionFuture;
import org.opensearch.cluster.ClusterState;
import org.opensearch.common.settings.Settings;
import org.opensearch.core.tasks.TaskCancelledException;
import org.opensearch.index.query.QueryBuilders;
import org.opensearch.node.Node;

/** Trainings whose worker, caller, cluster manager or whole cluster is lost. */
public class TrainingNodeLossTests extends TrainingClusterTestCase {

    @Override
    protected Settings nodeSettings(int node) {
        return Settings.builder()
                .put(super.nodeSettings(node))
                .put(TrainingService.CHECKPOINT_INTERVAL.getKey(), "1s")
                .build();
    }

    private String manager;

    private void startCluster(int dataNodes) throws Exception {
        manager = internalCluster().startClusterManagerOnlyNode();
        internalCluster().startDataOnlyNodes(dataNodes);
        ensureStableCluster(1 + dataNodes);
        index(manager, dataNodes - 1);
    }

    public void testAnotherNodeTakesOver() throws Exception {
        startCluster(2);
        define(manager, 300);
        // the replica of the models' index must be complete before the node with the primary stops
        ensureGreen();
        PlainActionFuture<TrainResponse> end = PlainActionFuture.newFuture();
        train(manager, end);
        String first = trainer(manager);
        assertThat("a data node trains", first, not(equalTo(manager)));
        internalCluster().stopRandomNode(settings -> first.equals(Node.NODE_NAME_SETTING.get(settings)));
        TrainResponse response = end.actionGet(180_000);
        assertThat(response.summary().number(), equalTo(1));
        StoredModel model = model(manager);
        assertThat(model.state(), equalTo(ModelState.READY));
        assertThat(model.active(), equalTo(1));
        assertThat(model.training().outcome(), equalTo(TrainingOutcome.SUCCESS));
    }

    /** The other node ends with the weights, the clusters and the history of a training that nobody disturbed. */
    public void testAnotherNodeGoesOnFromTheLastCheckpoint() throws Exception {
        startCluster(2);
        define(manager, 600);
        ensureGreen();
        PlainActionFuture<TrainResponse> undisturbed = PlainActionFuture.newFuture();
        train(manager, undisturbed);
        Generation alone =
                read(manager, undisturbed.actionGet(180_000).summary().number());
        List<Map<String, Object>> history = model(manager).training().history();
        PlainActionFuture<TrainResponse> end = PlainActionFuture.newFuture();
        train(manager, end);
        String first = trainer(manager);
        assertBusy(() -> assertThat(checkpoints(), greaterThan(0L)));
        internalCluster().stopRandomNode(settings -> first.equals(Node.NODE_NAME_SETTING.get(settings)));
        assertThat(end.actionGet(180_000).summary().number(), equalTo(2));
        String second = internalCluster().getDataNodeNames().iterator().next();
        LatentStats stats = internalCluster()
                .getInstance(TrainingTestPlugin.Parts.class, second)
                .stats();
        assertThat("it did not begin anew", stats.get(StatName.TRAININGS_RESUMED), equalTo(1L));
        Generation resumed = read(manager, 2);
        assertThat(resumed.encoder(), equalTo(alone.encoder()));
        assertThat(
                resumed.clusters().partition().centroids(),
                equalTo(alone.clusters().partition().centroids()));
        assertThat(model(manager).training().history(), equalTo(history));
        assertThat("the end of the training deletes its checkpoint", checkpoints(), equalTo(0L));
    }

    /** The training does not need the node that was asked for it. */
    public void testTheCallersNodeIsLost() throws Exception {
        startCluster(2);
        define(manager, 300);
        ensureGreen();
        String caller = internalCluster().startCoordinatingOnlyNode(Settings.EMPTY);
        train(caller, PlainActionFuture.newFuture());
        trainer(manager);
        internalCluster().stopRandomNode(settings -> caller.equals(Node.NODE_NAME_SETTING.get(settings)));
        awaitEnd(manager, 1);
    }

    public void testTheClusterManagerIsLost() throws Exception {
        internalCluster().startClusterManagerOnlyNodes(3);
        manager = internalCluster().startDataOnlyNode();
        ensureStableCluster(4);
        index(manager, 0);
        define(manager, 300);
        PlainActionFuture<TrainResponse> end = PlainActionFuture.newFuture();
        train(manager, end);
        trainer(manager);
        internalCluster().stopCurrentClusterManagerNode();
        assertThat(end.actionGet(180_000).summary().number(), equalTo(1));
        awaitEnd(manager, 1);
    }

    /** After a restart of all nodes the training goes on by itself, to the weights of one that nobody disturbed. */
    public void testAllNodesAreLostAtOnce() throws Exception {
        startCluster(1);
        define(manager, 600);
        PlainActionFuture<TrainResponse> undisturbed = PlainActionFuture.newFuture();
        train(manager, undisturbed);
        Generation alone =
                read(manager, undisturbed.actionGet(180_000).summary().number());
        List<Map<String, Object>> history = model(manager).training().history();
        train(manager, PlainActionFuture.newFuture());
        trainer(manager);
        assertBusy(() -> assertThat(checkpoints(), greaterThan(0L)));
        internalCluster().fullRestart();
        ensureGreen();
        awaitEnd(manager, 2);
        Generation resumed = read(manager, 2);
        assertThat(resumed.encoder(), equalTo(alone.encoder()));
        assertThat(model(manager).training().history(), equalTo(history));
        LatentStats stats = internalCluster()
                .getInstance(
                        TrainingTestPlugin.Parts.class,
                        internalCluster().getDataNodeNames().iterator().next())
                .stats();
        assertThat("it did not begin anew", stats.get(StatName.TRAININGS_RESUMED), equalTo(1L));
        assertThat(checkpoints(), equalTo(0L));
    }

    /** Waits until a training has ended, with a generation that is active, and nothing of it is left. */
    private static void awaitEnd(String node, int generation) throws Exception {
        assertBusy(
                () -> {
                    StoredModel model = model(node);
                    assertThat(model.active(), equalTo(generation));
                    assertThat(model.training().outcome(), equalTo(TrainingOutcome.SUCCESS));
                    ClusterState state = internalCluster().clusterService(node).state();
                    assertThat(TrainingTasks.get(state, MODEL, generation), equalTo(null));
                },
                120,
                TimeUnit.SECONDS);
    }

    /** The number of checkpoints in the models' index. */
    private long checkpoints() {
        client(manager)
                .admin()
                .indices()
                .prepareRefresh(".plugins-latent-models")
                .get();
        return client(manager)
                .prepareSearch(".plugins-latent-models")
                .setQuery(QueryBuilders.termQuery("type", "checkpoint"))
                .setSize(0)
                .get()
                .getHits()
                .getTotalHits()
                .value();
    }

    public void testCancellingReachesTheNodeThatTrains() throws Exception {
        startCluster(1);
        define(manager, 10_000);
        PlainActionFuture<TrainResponse> end = PlainActionFuture.newFuture();
        CoordinatorTask task = train(manager, end);
        trainer(manager);
        cancel(manager, task);
        expectThrows(TaskCancelledException.class, () -> end.actionGet(60_000));
        StoredModel model = model(manager);
        assertThat(model.state(), equalTo(ModelState.CREATED));
        assertThat(model.training().outcome().status(), equalTo(TrainingOutcome.Status.CANCELLED));
        assertThat(status(client(manager)).phase(), equalTo("cancelled"));
    }
}
