/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import io.latentfacets.model.ModelState;
import io.latentfacets.model.StoredModel;
import io.latentfacets.model.TrainingOutcome;
import org.opensearch.action.admin.cluster.node.tasks.cancel.CancelTasksRequest;
import org.opensearch.action.support.PlainActionFuture;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.core.tasks.TaskCancelledException;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.node.Node;
import org.opensearch.test.OpenSearchIntegTestCase;

/** A training with its coordinating node on one node and its worker on another, which may be lost. */
@OpenSearchIntegTestCase.ClusterScope(
        scope = OpenSearchIntegTestCase.Scope.TEST,
        numDataNodes = 0,
        numClientNodes = 0,
        supportsDedicatedMasters = false,
        autoManageMasterNodes = true)
public class TrainingNodeLossTests extends TrainingClusterTestCase {

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
