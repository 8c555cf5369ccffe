/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.latentfacets.model.TrainingOutcome;
import io.latentfacets.training.progress.TrainingStatus;
import org.opensearch.action.support.PlainActionFuture;
import org.opensearch.core.tasks.TaskCancelledException;

/** Trainings that wait: for a node that is free, and for the end of a pause. */
public class TrainingQueueTests extends TrainingClusterTestCase {

    private static final String OTHER = "other";

    private String manager;

    private void startCluster() throws Exception {
        manager = internalCluster().startClusterManagerOnlyNode();
        internalCluster().startDataOnlyNode();
        ensureStableCluster(2);
        index(manager, 0);
    }

    public void testATrainingWaitsForAFreeNode() throws Exception {
        startCluster();
        define(manager, 10_000);
        define(manager, OTHER, 5);
        PlainActionFuture<TrainResponse> first = PlainActionFuture.newFuture();
        CoordinatorTask task = train(manager, first);
        trainer(manager);
        PlainActionFuture<TrainResponse> second = PlainActionFuture.newFuture();
        train(manager, OTHER, second);
        TrainingStatus waiting = status(client(manager), OTHER);
        assertThat(waiting.phase(), equalTo("waiting"));
        assertThat(waiting.waitingFor(), containsString("each of the [1] nodes that may train has a training"));
        cancel(manager, task);
        expectThrows(TaskCancelledException.class, () -> first.actionGet(60_000));
        assertThat(second.actionGet(120_000).summary().number(), equalTo(1));
    }

    public void testATrainingThatWaitsCanBeCancelled() throws Exception {
        startCluster();
        define(manager, 5);
        pause(manager, true);
        PlainActionFuture<TrainResponse> end = PlainActionFuture.newFuture();
        CoordinatorTask task = train(manager, end);
        assertThat(status(client(manager)).phase(), equalTo("waiting"));
        cancel(manager, task);
        expectThrows(TaskCancelledException.class, () -> end.actionGet(60_000));
        assertThat(model(manager).training().outcome().status(), equalTo(TrainingOutcome.Status.CANCELLED));
        pause(manager, false);
        PlainActionFuture<TrainResponse> next = PlainActionFuture.newFuture();
        train(manager, next);
        assertThat(next.actionGet(120_000).summary().number(), equalTo(2));
    }

    /** A training that runs stops at its next step; it goes on, or is cancelled, from there. */
    public void testPause() throws Exception {
        startCluster();
        define(manager, 10_000);
        PlainActionFuture<TrainResponse> end = PlainActionFuture.newFuture();
        CoordinatorTask task = train(manager, end);
        trainer(manager);
        pause(manager, true);
        assertBusy(() -> assertThat(
                status(client(manager)).waitingFor(), containsString("[plugins.latent.training.paused] is [true]")));
        int epoch = status(client(manager)).epoch();
        pause(manager, false);
        assertBusy(() -> {
            TrainingStatus status = status(client(manager));
            assertThat(status.waitingFor(), nullValue());
            assertTrue("it goes on", status.epoch() > epoch);
        });
        pause(manager, true);
        assertBusy(() -> assertNotNull(status(client(manager)).waitingFor()));
        cancel(manager, task);
        expectThrows(TaskCancelledException.class, () -> end.actionGet(60_000));
        pause(manager, false);
    }
}
