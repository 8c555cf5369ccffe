/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import io.latentfacets.async.Listeners;
import io.latentfacets.async.Retries;
import io.latentfacets.model.GenerationSummary;
import io.latentfacets.model.LeftDocuments;
import io.latentfacets.model.StoredModel;
import io.latentfacets.model.TrainingOutcome;
import io.latentfacets.model.TrainingRecord;
import io.latentfacets.model.definition.ModelDefinition;
import io.latentfacets.model.store.ModelStore;
import io.latentfacets.model.store.SystemClient;
import io.latentfacets.stats.StatName;
import io.latentfacets.training.progress.WorkerTask;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.opensearch.ExceptionsHelper;
import org.opensearch.ResourceNotFoundException;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.core.tasks.TaskCancelledException;
import org.opensearch.node.NodeClosedException;
import org.opensearch.search.SearchContextMissingException;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.ConnectTransportException;

/**
 * One node's work on a training that core has assigned to it. It claims the training in the store, lets the worker
 * train, records the end, and completes the persistent task. If this node leaves before, another node makes the next
 * attempt, from the last checkpoint. If another node leaves on which the work depends, this node begins again, from the
 * last checkpoint too. Never blocks. For a single use.
 */
final class TrainingAttempt {

    private static final Logger logger = LogManager.getLogger(TrainingAttempt.class);

    /** The number of nodes that may be lost, one after the other, without a checkpoint in between. */
    static final int MAX_ATTEMPTS = 5;

    /** The number of times that the attempt goes on after another node was lost. */
    private static final int MAX_REPEATS = 3;

    private static final TimeValue REPEAT_PAUSE = TimeValue.timeValueSeconds(5);

    /** The time that the store gets to recover, after a restart of the cluster for example. */
    private static final TimeValue STORE_PATIENCE = TimeValue.timeValueMinutes(10);

    private static final TimeValue STORE_PAUSE = TimeValue.timeValueSeconds(1);

    private final TrainingService trainings;
    private final ModelStore store;
    private final ClusterService clusterService;
    private final ThreadPool threadPool;
    private final WorkerTask task;
    private final TrainingParams params;
    private final AtomicInteger repeats = new AtomicInteger();

    TrainingAttempt(
            TrainingService trainings,
            ClusterService clusterService,
            ThreadPool threadPool,
            WorkerTask task,
            TrainingParams params) {
        this.trainings = trainings;
        this.store = trainings.services().store();
        this.clusterService = clusterService;
        this.threadPool = threadPool;
        this.task = task;
        this.params = params;
    }

    /** Begins, and returns at once. */
    void start() {
        new Retries(logger, threadPool, STORE_PAUSE, STORE_PATIENCE)
                .<StoredModel>run(
                        "read model [" + params.model() + "] to train it",
                        e -> ExceptionsHelper.status(e).getStatus() >= 500 && !task.isCancelled() && !leaving(),
                        once -> store.get(params.model(), once),
                        Listeners.once(this::found, this::fail));
    }

    private void found(StoredModel stored) {
        TrainingRecord record = stored.training();
        if (record == null || !record.running() || record.generation() != params.generation()) {
            // a node recorded the end and was lost before it could complete the task, or the cluster state is older
            // than the store
            logger.info("the training of {} has ended before", name());
            task.markAsCompleted();
            return;
        }
        store.claimTraining(
                params.model(),
                params.generation(),
                task.getAllocationId(),
                Listeners.once(attempts -> claimed(stored, attempts), this::fail));
    }

    private void claimed(StoredModel stored, int attempts) {
        GenerationSummary published = stored.generation(params.generation());
        if (published != null && published.rejected()) {
            // the node before was lost after it had stored the generation, which is worse than the active one
            succeed(new TrainingResult(published, List.of()));
        } else if (published != null) {
            store.activate(
                    params.model(),
                    params.generation(),
                    Listeners.once(done -> reencode(stored.definition(), published, attempts), this::fail));
        } else if (attempts > MAX_ATTEMPTS) {
            fail(new IllegalStateException("lost [" + MAX_ATTEMPTS
                    + "] nodes, one after the other, that trained and did not get to a checkpoint"));
        } else {
            if (stored.training().claim().allocation() > 0) {
                logger.info(
                        "node [{}] takes over the training of {}",
                        clusterService.localNode().getName(),
                        name());
            }
            train(stored.definition());
        }
    }

    /** The node before was lost after the generation had become active, maybe while it encoded the documents. */
    private void reencode(ModelDefinition definition, GenerationSummary published, int attempts) {
        if (attempts > MAX_ATTEMPTS) {
            String why = "lost [" + MAX_ATTEMPTS + "] nodes, one after the other, while documents were encoded";
            succeed(new TrainingResult(
                    published, List.of(new LeftDocuments(LeftDocuments.ALL, LeftDocuments.UNKNOWN, why))));
            return;
        }
        logger.info(
                "encoding documents with {} on node [{}]",
                name(),
                clusterService.localNode().getName());
        ActionListener<TrainingResult> end = Listeners.once(this::succeed, this::fail);
        run(() -> trainings.reencode(job(definition), published, task, end));
    }

    private void train(ModelDefinition definition) {
        logger.info(
                "training {} on node [{}]", name(), clusterService.localNode().getName());
        ActionListener<TrainingResult> end = Listeners.once(this::succeed, this::fail);
        task.resume(List.of()); // of an attempt before, should there be one; a checkpoint brings its own
        run(() -> trainings.train(job(definition), task, end));
    }

    private TrainingJob job(ModelDefinition definition) {
        return new TrainingJob(
                definition, params.generation(), params.mode(), params.force(), params.why(), params.beginning());
    }

    /** Runs something with the rights of the caller of the training. */
    private void run(Runnable work) {
        SystemClient.runAs(threadPool.getThreadContext(), params.runner(), work);
    }

    private String name() {
        return "generation [" + params.generation() + "] of model [" + params.model() + "]";
    }

    private void succeed(TrainingResult result) {
        GenerationSummary summary = result.summary();
        TrainingOutcome outcome = summary.rejected()
                ? TrainingOutcome.notActivated(summary.decision().reason())
                : TrainingOutcome.success(result.left());
        Runnable end = () -> end(StatName.TRAININGS_SUCCEEDED, outcome);
        trainings
                .services()
                .retention()
                .afterTraining(params.model(), Listeners.either(done -> end.run(), never -> end.run()));
    }

    private void fail(Exception e) {
        if (leaving()) {
            // the next node goes on; an end that this node recorded would be wrong
            logger.info("this node is leaving, so another one trains {}", name());
            return;
        }
        boolean cancelled = task.isCancelled() || ExceptionsHelper.unwrapCause(e) instanceof TaskCancelledException;
        if (!cancelled && isPassing(e) && repeats.incrementAndGet() <= MAX_REPEATS) {
            logger.warn("the training of {} begins again: {}", name(), e.getMessage());
            threadPool.scheduleUnlessShuttingDown(REPEAT_PAUSE, ThreadPool.Names.GENERIC, this::start);
            return;
        }
        String message = e.getMessage() == null ? e.toString() : e.getMessage();
        RestStatus status = ExceptionsHelper.status(e);
        if (cancelled || status.getStatus() < 500) {
            logger.info("the training of {} ended without a generation: {}", name(), message);
        } else {
            logger.warn("the training of {} failed", name(), e);
        }
        end(
                cancelled ? StatName.TRAININGS_CANCELLED : StatName.TRAININGS_FAILED,
                cancelled ? TrainingOutcome.cancelled(message) : TrainingOutcome.failed(message, status.getStatus()));
    }

    /** Whether this node is stopping. What fails on it then says nothing about the training. */
    private boolean leaving() {
        return TrainingExecutor.stopping(clusterService);
    }

    /** Whether the failure comes from a node that left: one that holds the source, or the model store. */
    private static boolean isPassing(Exception e) {
        return ExceptionsHelper.unwrap(
                        e,
                        ConnectTransportException.class,
                        NodeClosedException.class,
                        SearchContextMissingException.class)
                != null;
    }

    /** Records the end in the store, then completes the task, even if recording failed. */
    private void end(StatName counter, TrainingOutcome outcome) {
        store.endTraining(
                params.model(),
                params.generation(),
                task.getAllocationId(),
                outcome,
                task.history(),
                ActionListener.notifyOnce(ActionListener.runAfter(
                        Listeners.either(done -> trainings.services().stats().increment(counter), e -> {
                            if (!(e instanceof ResourceNotFoundException)
                                    && ExceptionsHelper.status(e) != RestStatus.CONFLICT) {
                                logger.warn("cannot note the end of the training of {}: {}", name(), e.getMessage());
                            }
                        }),
                        task::markAsCompleted)));
    }
}
