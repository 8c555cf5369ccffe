/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import io.latentfacets.async.Listeners;
import io.latentfacets.model.StoredModel;
import io.latentfacets.model.TrainingOutcome;
import io.latentfacets.model.TrainingRecord;
import io.latentfacets.model.store.ModelStore;
import io.latentfacets.model.store.TrainingTasks;
import io.latentfacets.stats.LatentStats;
import io.latentfacets.stats.StatName;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.opensearch.ExceptionsHelper;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.core.tasks.TaskCancelledException;
import org.opensearch.persistent.PersistentTaskParams;
import org.opensearch.persistent.PersistentTasksCustomMetadata.PersistentTask;
import org.opensearch.persistent.PersistentTasksService;
import org.opensearch.tasks.TaskManager;
import org.opensearch.threadpool.ThreadPool;

/**
 * Waits for the end of a training, wherever it runs, and answers the caller. The training does not need it: it goes on
 * if this node is lost. Cancels the training when the caller's task is cancelled. Never blocks. For a single use.
 */
final class TrainingFollower {

    private static final Logger logger = LogManager.getLogger(TrainingFollower.class);

    private static final TimeValue PAUSE = TimeValue.timeValueMillis(500);

    /** The number of pauses in which a training without a persistent task may still record its end. */
    private static final int PATIENCE = 120;

    /** The services of this node. */
    record Node(
            PersistentTasksService tasks,
            TaskManager taskManager,
            ClusterService cluster,
            ThreadPool threadPool,
            ModelStore store,
            LatentStats stats) {}

    private final Node here;
    private final String model;
    private final int generation;
    private final boolean stored;
    private final CoordinatorTask task;
    private final ActionListener<TrainResponse> listener;
    private final AtomicBoolean answered = new AtomicBoolean();
    private final AtomicInteger missing = new AtomicInteger();

    /** @param listener called once, when the training has ended */
    TrainingFollower(
            Node here,
            TrainRequest request,
            int generation,
            CoordinatorTask task,
            ActionListener<TrainResponse> listener) {
        this.here = here;
        this.model = request.model();
        this.stored = request.storeTaskResult();
        this.generation = generation;
        this.task = task;
        this.listener = listener;
    }

    /** Begins to wait, and returns at once. */
    void follow() {
        task.whenCancelled(this::cancel);
        await();
    }

    private String id() {
        return TrainingTasks.id(model, generation);
    }

    private void await() {
        here.tasks()
                .waitForPersistentTaskCondition(
                        id(),
                        running -> running == null,
                        null,
                        new PersistentTasksService.WaitForPersistentTaskListener<PersistentTaskParams>() {
                            @Override
                            public void onResponse(PersistentTask<PersistentTaskParams> gone) {
                                look();
                            }

                            @Override
                            public void onFailure(Exception e) {
                                fail(e);
                            }
                        });
    }

    private void look() {
        here.store().get(model, Listeners.once(this::look, e -> {
            if (ExceptionsHelper.status(e).getStatus() < 500) {
                fail(e);
            } else {
                later(e);
            }
        }));
    }

    private void look(StoredModel found) {
        TrainingRecord record = found.training();
        if (record == null || record.generation() != generation) {
            fail(new OpenSearchStatusException(
                    "the training of generation [{}] of model [{}] has ended and another one has begun",
                    RestStatus.CONFLICT,
                    generation,
                    model));
        } else if (!record.running()) {
            answer(found, record);
        } else if (TrainingTasks.get(here.cluster().state(), model, generation) != null) {
            // this node had not seen the task yet
            await();
        } else {
            later(null);
        }
    }

    private void answer(StoredModel found, TrainingRecord record) {
        TrainingOutcome outcome = record.outcome();
        switch (outcome.status()) {
            case SUCCESS -> succeed(new TrainResponse(record.owner().task(), found.generation(generation)));
            case NOT_ACTIVATED -> fail(new OpenSearchStatusException(outcome.error(), RestStatus.CONFLICT));
            case CANCELLED -> fail(new TaskCancelledException(outcome.error()));
            case FAILED -> fail(failure(outcome));
        }
    }

    private static Exception failure(TrainingOutcome outcome) {
        RestStatus status = RestStatus.fromCode(outcome.code());
        return status == RestStatus.BAD_REQUEST
                ? new IllegalArgumentException(outcome.error())
                : new OpenSearchStatusException(outcome.error(), status);
    }

    /** Looks again after a pause; records an end itself when nobody has for long. */
    private void later(Exception cause) {
        if (answered.get()) {
            return;
        }
        if (missing.incrementAndGet() <= PATIENCE) {
            here.threadPool().scheduleUnlessShuttingDown(PAUSE, ThreadPool.Names.GENERIC, this::look);
            return;
        }
        String message = "nobody has recorded the end of the training";
        end(
                task.isCancelled() ? cancelled() : TrainingOutcome.failed(message),
                new IllegalStateException(message, cause));
    }

    /**
     * Takes the training from its node, whose worker then records the end. A training that waits for a node has no
     * worker.
     */
    private void cancel() {
        PersistentTask<?> running = TrainingTasks.get(here.cluster().state(), model, generation);
        if (running == null || running.isAssigned()) {
            remove();
        } else {
            end(cancelled(), new TaskCancelledException(cancelled().error()));
            remove();
        }
    }

    private TrainingOutcome cancelled() {
        return TrainingOutcome.cancelled("training of [" + model + "] was cancelled: " + task.getReasonCancelled());
    }

    /** Records an end that no worker records, then answers with the failure. */
    private void end(TrainingOutcome outcome, Exception failure) {
        StatName counter = outcome.status() == TrainingOutcome.Status.CANCELLED
                ? StatName.TRAININGS_CANCELLED
                : StatName.TRAININGS_FAILED;
        here.store()
                .endTraining(
                        model,
                        generation,
                        outcome,
                        List.of(),
                        Listeners.either(
                                done -> {
                                    here.stats().increment(counter);
                                    fail(failure);
                                },
                                e -> {
                                    failure.addSuppressed(e);
                                    fail(failure);
                                }));
    }

    private void remove() {
        here.tasks()
                .sendRemoveRequest(
                        id(),
                        Listeners.either(
                                done -> {},
                                e -> logger.debug(
                                        "the persistent task [{}] is not removed: {}", id(), e.getMessage())));
    }

    private void succeed(TrainResponse response) {
        if (answered.compareAndSet(false, true)) {
            if (stored) {
                here.taskManager().storeResult(task, response, listener);
            } else {
                listener.onResponse(response);
            }
        }
    }

    private void fail(Exception e) {
        if (answered.compareAndSet(false, true)) {
            if (stored) {
                here.taskManager().storeResult(task, e, listener);
            } else {
                listener.onFailure(e);
            }
        }
    }
}
