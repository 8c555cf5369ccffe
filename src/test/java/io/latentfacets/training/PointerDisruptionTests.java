/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import io.latentfacets.model.ModelState;
import io.latentfacets.model.StoredModel;
import io.latentfacets.model.TrainingOutcome;
import io.latentfacets.model.store.ModelRegistry;
import io.latentfacets.model.store.UpdatePointerAction;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.opensearch.Version;
import org.opensearch.action.support.PlainActionFuture;
import org.opensearch.cluster.coordination.Coordinator;
import org.opensearch.common.settings.Settings;
import org.opensearch.core.transport.TransportResponse;
import org.opensearch.node.Node;
import org.opensearch.test.disruption.NetworkDisruption;
import org.opensearch.test.transport.MockTransportService;
import org.opensearch.transport.TransportChannel;
import org.opensearch.transport.TransportService;

/**
 * The cluster manager changes exactly while a training activates its generation. Three nodes may manage the cluster,
 * one other trains and has all shards.
 */
public class PointerDisruptionTests extends TrainingClusterTestCase {

    private String trainer;

    @Override
    protected Settings nodeSettings(int ordinal) {
        return Settings.builder()
                .put(super.nodeSettings(ordinal))
                .put(SOON)
                .put(Coordinator.PUBLISH_TIMEOUT_SETTING.getKey(), "5s")
                .build();
    }

    /** Starts the cluster, and trains generation 1. */
    private String trained() throws Exception {
        internalCluster().startClusterManagerOnlyNodes(3);
        trainer = internalCluster().startDataOnlyNode();
        ensureStableCluster(4);
        index(trainer, 0);
        define(trainer, 3);
        assertThat(end(start()), equalTo(1));
        return internalCluster().getClusterManagerName();
    }

    private PlainActionFuture<TrainResponse> start() {
        PlainActionFuture<TrainResponse> end = PlainActionFuture.newFuture();
        train(trainer, end);
        return end;
    }

    private static int end(PlainActionFuture<TrainResponse> training) {
        return training.actionGet(120_000).summary().number();
    }

    private void stop(String node) throws IOException {
        internalCluster().stopRandomNode(settings -> node.equals(Node.NODE_NAME_SETTING.get(settings)));
    }

    private static int active(String node) {
        return internalCluster().getInstance(ModelRegistry.class, node).active(MODEL);
    }

    private void assertReady(int generation) {
        for (String node : internalCluster().getNodeNames()) {
            StoredModel model = model(node);
            assertThat(model.state(), equalTo(ModelState.READY));
            assertThat(model.error(), equalTo(null));
            assertThat(model.active(), equalTo(generation));
            assertThat(active(node), equalTo(generation));
            assertThat(model.training().outcome(), equalTo(TrainingOutcome.SUCCESS));
            assertThat(read(node, generation).number(), equalTo(generation));
        }
    }

    private void assertActivatedOnce(String former, PlainActionFuture<TrainResponse> training) throws Exception {
        assertThat(end(training), equalTo(2));
        assertThat(internalCluster().getClusterManagerName(), not(equalTo(former)));
        assertReady(2);
        assertThat("the lock is free", end(start()), equalTo(3));
        assertReady(3);
    }

    /** The manager stops before it gets the request. */
    public void testTheManagerStopsBeforeTheActivation() throws Exception {
        String manager = trained();
        HeldRequests activation = HeldRequests.of(
                internalCluster(), trainer, (action, request) -> action.equals(UpdatePointerAction.NAME));
        PlainActionFuture<TrainResponse> training = start();
        activation.await();
        assertThat(active(trainer), equalTo(1));
        stop(manager);
        activation.release();
        assertActivatedOnce(manager, training);
    }

    /** The manager commits the change and stops before it answers. */
    public void testTheManagerStopsBeforeTheAnswer() throws Exception {
        String manager = trained();
        CountDownLatch answered = new CountDownLatch(1);
        MockTransportService transport =
                (MockTransportService) internalCluster().getInstance(TransportService.class, manager);
        transport.addRequestHandlingBehavior(
                UpdatePointerAction.NAME,
                (handler, request, channel, task) ->
                        handler.messageReceived(request, new SilentChannel(channel, answered), task));
        PlainActionFuture<TrainResponse> training = start();
        assertTrue(answered.await(120, TimeUnit.SECONDS));
        assertThat(active(trainer), equalTo(2));
        assertFalse(training.isDone());
        stop(manager);
        assertActivatedOnce(manager, training);
    }

    /** The manager gets the request when it has just lost the other managers, so it cannot commit the change. */
    public void testTheManagerLosesItsMajority() throws Exception {
        String manager = trained();
        Set<String> others = new HashSet<>(List.of(internalCluster().getNodeNames()));
        others.removeAll(Set.of(manager, trainer));
        HeldRequests activation = HeldRequests.of(
                internalCluster(), trainer, (action, request) -> action.equals(UpdatePointerAction.NAME));
        PlainActionFuture<TrainResponse> training = start();
        activation.await();
        NetworkDisruption partition = new NetworkDisruption(
                new NetworkDisruption.TwoPartitions(Set.of(manager), others),
                randomFrom(NetworkDisruption.DISCONNECT, NetworkDisruption.UNRESPONSIVE));
        internalCluster().setDisruptionScheme(partition);
        partition.startDisrupting();
        activation.release();
        ensureStableCluster(3, others.iterator().next());
        partition.stopDisrupting();
        ensureStableCluster(4);
        assertActivatedOnce(manager, training);
    }

    /** A channel whose answers are lost. */
    private record SilentChannel(TransportChannel channel, CountDownLatch answered) implements TransportChannel {

        @Override
        public String getProfileName() {
            return channel.getProfileName();
        }

        @Override
        public String getChannelType() {
            return channel.getChannelType();
        }

        @Override
        public Version getVersion() {
            return channel.getVersion();
        }

        @Override
        public void sendResponse(TransportResponse response) {
            answered.countDown();
        }

        @Override
        public void sendResponse(Exception exception) {
            throw new AssertionError(exception);
        }
    }
}
