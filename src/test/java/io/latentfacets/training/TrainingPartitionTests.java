/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.latentfacets.model.ModelState;
import io.latentfacets.model.StoredModel;
import io.latentfacets.model.TrainingOutcome;
import io.latentfacets.training.progress.WorkerTask;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.opensearch.action.support.PlainActionFuture;
import org.opensearch.cluster.routing.allocation.decider.FilterAllocationDecider;
import org.opensearch.common.settings.Settings;
import org.opensearch.core.tasks.TaskCancelledException;
import org.opensearch.test.disruption.NetworkDisruption;

/**
 * A node is cut off while it trains, the others go on, and the partition heals. The cut comes at the worst moment: the
 * node has written all chunks of its generation and checked that the training is still its own, and the request that
 * commits the generation arrives only after the partition has healed.
 *
 * <p>One node manages the cluster, one has all shards, two have none and train. So all writes of a trainer cross the
 * network.
 */
public class TrainingPartitionTests extends TrainingClusterTestCase {

    private String manager;
    private String first;
    private String second;
    private String holder;
    private NetworkDisruption partition;

    @Override
    protected Settings nodeSettings(int ordinal) {
        return Settings.builder().put(super.nodeSettings(ordinal)).put(SOON).build();
    }

    private void startCluster() throws Exception {
        manager = internalCluster().startClusterManagerOnlyNode();
        first = internalCluster().startDataOnlyNode();
        second = internalCluster().startDataOnlyNode();
        holder = internalCluster().startDataOnlyNode();
        ensureStableCluster(4);
        client(manager)
                .admin()
                .cluster()
                .prepareUpdateSettings()
                .setTransientSettings(Settings.builder()
                        .put(
                                FilterAllocationDecider.CLUSTER_ROUTING_EXCLUDE_GROUP_SETTING
                                        .getConcreteSettingForNamespace("_name")
                                        .getKey(),
                                first + "," + second))
                .get();
        index(manager, 0);
        define(manager, 5);
        ensureGreen();
    }

    /** Cuts the first node off, and waits until the others know. */
    private void cutOff() throws Exception {
        partition = new NetworkDisruption(
                new NetworkDisruption.TwoPartitions(Set.of(first), Set.of(manager, second, holder)),
                randomFrom(NetworkDisruption.DISCONNECT, NetworkDisruption.UNRESPONSIVE));
        internalCluster().setDisruptionScheme(partition);
        partition.startDisrupting();
        ensureStableCluster(3, manager);
    }

    private void heal() throws Exception {
        partition.stopDisrupting();
        ensureStableCluster(4);
    }

    private void assertReady(int generation) {
        for (String node : internalCluster().getNodeNames()) {
            StoredModel model = model(node);
            assertThat(model.state(), equalTo(ModelState.READY));
            assertThat(model.error(), equalTo(null));
            assertThat(model.active(), equalTo(generation));
            assertThat(model.training().generation(), equalTo(generation));
            assertThat(model.training().outcome(), equalTo(TrainingOutcome.SUCCESS));
            // whatever the model lists can be read
            model.generations()
                    .forEach(each -> assertThat(read(node, each.number()).number(), equalTo(each.number())));
            assertThat(status(client(node)).phase(), equalTo("done"));
        }
    }

    private void assertTrainsAgain(int generation) {
        PlainActionFuture<TrainResponse> end = PlainActionFuture.newFuture();
        train(manager, end);
        assertThat(end.actionGet(120_000).summary().number(), equalTo(generation));
        assertReady(generation);
    }

    /** The node that was asked and that trains is cut off; another one ends the training, and the caller is told. */
    public void testACallerThatWasCutOffLearnsTheEnd() throws Exception {
        startCluster();
        HeldRequests commit = HeldRequests.writesOf(internalCluster(), first, "generation_");
        PlainActionFuture<TrainResponse> end = PlainActionFuture.newFuture();
        train(first, end);
        commit.await();
        cutOff();
        assertBusy(() -> assertThat(model(manager).active(), equalTo(1)), 60, TimeUnit.SECONDS);
        heal();
        commit.release();
        assertThat(end.actionGet(120_000).summary().number(), equalTo(1));
        assertReady(1);
        assertTrainsAgain(2);
    }

    /** While its worker is cut off the training is cancelled, and another one begins a new generation. */
    public void testAWorkerThatWasCutOffCommitsNothingAfterACancellation() throws Exception {
        startCluster();
        HeldRequests commit = HeldRequests.writesOf(internalCluster(), first, "generation_");
        PlainActionFuture<TrainResponse> lost = PlainActionFuture.newFuture();
        CoordinatorTask task = train(manager, lost);
        commit.await();
        pause(manager, true);
        cutOff();
        assertThat(status(client(manager)).waitingFor(), containsString(TrainingNodes.PAUSED.getKey()));
        cancel(manager, task);
        expectThrows(TaskCancelledException.class, () -> lost.actionGet(120_000));
        pause(manager, false);

        HeldRequests activation = HeldRequests.of(
                internalCluster(), second, (action, request) -> action.startsWith("internal:cluster/latent_facets"));
        PlainActionFuture<TrainResponse> next = PlainActionFuture.newFuture();
        train(second, next);
        activation.await();
        heal();
        commit.release();
        assertWorkerEnds();
        activation.release();
        assertThat(next.actionGet(120_000).summary().number(), equalTo(2));
        assertReady(2);
        assertThat(model(manager).generation(1), equalTo(null));
        assertTrainsAgain(3);
    }

    /** The worker is cut off, so the cluster manager gives the training to another node, which commits first. */
    public void testAWorkerThatWasCutOffIsTooLate() throws Exception {
        startCluster();
        HeldRequests commit = HeldRequests.writesOf(internalCluster(), first, "generation_");
        PlainActionFuture<TrainResponse> end = PlainActionFuture.newFuture();
        train(manager, end);
        commit.await();
        cutOff();
        assertThat(end.actionGet(120_000).summary().number(), equalTo(1));
        long created = model(manager).generation(1).info().createdMillis();

        heal();
        commit.release();
        assertWorkerEnds();
        assertThat(
                "the committed one stays", model(manager).generation(1).info().createdMillis(), equalTo(created));
        assertReady(1);
        assertTrainsAgain(2);
    }

    /** Both workers are about to commit the same generation when the partition heals, and the lost one is faster. */
    public void testTwoWorkersCommitOneGeneration() throws Exception {
        startCluster();
        HeldRequests commit = HeldRequests.writesOf(internalCluster(), first, "generation_");
        HeldRequests other = HeldRequests.writesOf(internalCluster(), second, "generation_");
        PlainActionFuture<TrainResponse> end = PlainActionFuture.newFuture();
        train(manager, end);
        commit.await();
        cutOff();
        other.await();
        heal();
        commit.release();
        assertWorkerEnds();
        assertThat(model(manager).generation(1).number(), equalTo(1));

        other.release();
        assertThat(end.actionGet(120_000).summary(), equalTo(model(manager).generation(1)));
        assertReady(1);
        assertTrainsAgain(2);
    }

    /** Waits until nothing trains on the node that was cut off. */
    private void assertWorkerEnds() throws Exception {
        assertBusy(() -> assertThat(
                client(first)
                        .admin()
                        .cluster()
                        .prepareListTasks(first)
                        .setActions(WorkerTask.ACTION)
                        .get()
                        .getTasks()
                        .size(),
                equalTo(0)));
    }
}
