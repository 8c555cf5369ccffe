/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.not;

import io.latentfacets.model.Generation;
import io.latentfacets.model.ModelState;
import io.latentfacets.model.StoredModel;
import io.latentfacets.model.TrainingOutcome;
import io.latentfacets.stats.LatentStats;
import io.latentfacets.stats.StatName;
import java.util.List;
import java.util.Map;
import org.opensearch.action.admin.cluster.node.tasks.cancel.CancelTasksRequest;
import org.opensearch.action.support.PlainActionFuture;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.settings.Settings;
import org.opensearch.core.tasks.TaskCancelledException;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.index.query.QueryBuilders;
import org.opensearch.node.Node;

/** A training with its coordinating node on one node and its worker on another, which may be lost. */
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
        StoredModel model = model(manager);
        assertThat(model.state(), equalTo(ModelState.CREATED));
        assertThat(model.training().outcome().status(), equalTo(TrainingOutcome.Status.CANCELLED));
        assertThat(status(client(manager)).phase(), equalTo("cancelled"));
    }
}
