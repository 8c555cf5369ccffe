/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.refresh;

import io.latentfacets.async.Listeners;
import io.latentfacets.async.Retries;
import io.latentfacets.model.StoredModel;
import java.util.Optional;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.opensearch.ExceptionsHelper;
import org.opensearch.ResourceNotFoundException;
import org.opensearch.action.support.clustermanager.AcknowledgedResponse;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.concurrency.OpenSearchRejectedExecutionException;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.persistent.PersistentTasksCustomMetadata.PersistentTask;
import org.opensearch.threadpool.Scheduler;
import org.opensearch.threadpool.ThreadPool;

/**
 * Runs the schedule of one model on the node to which core has assigned its task: waits until something is due, does
 * it, and records it. At most one run is under way. Thread-safe; never blocks.
 *
 * <p>What happened stands in the task's state. So whoever gets the task next knows when the last run ended, and finds a
 * run that its former node could not end.
 */
final class RefreshRunner {

    private static final Logger logger = LogManager.getLogger(RefreshRunner.class);

    /** The longest wait without a look at the clock, which may have been set. */
    private static final TimeValue LONGEST_WAIT = TimeValue.timeValueMinutes(10);
    /** The wait after something that has to come back first, and between two looks at a training of another node. */
    private static final TimeValue AGAIN = TimeValue.timeValueSeconds(5);

    private static final TimeValue RECORD_PAUSE = TimeValue.timeValueSeconds(1);
    private static final TimeValue RECORD_PATIENCE = TimeValue.timeValueMinutes(5);

    private final String model;
    private final RefreshTask task;
    private final RefreshContext context;
    private final RefreshTraining training;
    private final OnlineTimer online;

    private RefreshState seen;
    private long seenMillis;
    private long lastEndMillis;
    private long lastCheckMillis;
    private boolean busy;
    private boolean stopped;
    private Scheduler.Cancellable timer;

    RefreshRunner(String model, RefreshTask task, RefreshContext context) {
        this.model = model;
        this.task = task;
        this.context = context;
        this.training = new RefreshTraining(model, task, context);
        this.online = new OnlineTimer(model, task, context);
    }

    /** Looks at the schedule, and begins what is due. Call it when the state of the task may have changed. */
    void wake() {
        Schedule.Cause cause;
        long defined;
        RefreshRun unfinished;
        synchronized (this) {
            if (busy || stopped) {
                return;
            }
            cancelTimer();
            PersistentTask<?> assigned = assigned();
            if (assigned == null) {
                return;
            }
            RefreshState state = RefreshState.of(assigned.getState());
            unfinished = state.running();
            Schedule.Due due = schedule(RefreshTasks.params(assigned), state).next(lastCheckMillis);
            long step = online.due(RefreshTasks.params(assigned), state);
            if (step < due.at()) {
                due = new Schedule.Due(step, Schedule.Cause.ONLINE);
            }
            long now = context.now();
            if (unfinished == null && due.at() > now) {
                if (due.at() != Schedule.NEVER) {
                    wakeIn(Math.min(due.at() - now, LONGEST_WAIT.millis()));
                }
                return;
            }
            cause = due.cause();
            defined = RefreshTasks.params(assigned).definedMillis();
            busy = true;
        }
        ActionListener<RefreshRun> end = Listeners.either(this::ended, this::unable);
        if (unfinished == null && cause == Schedule.Cause.ONLINE) {
            online.step(end);
        } else if (unfinished == null) {
            context.store().get(model, Listeners.andThen(end, (next, stored) -> decide(cause, defined, stored, next)));
        } else {
            RefreshRun other = unfinished;
            context.store().get(model, Listeners.andThen(end, (next, stored) -> adopt(other, stored, next)));
        }
    }

    /** The task in the cluster state, if it is still assigned to this one. */
    private PersistentTask<?> assigned() {
        PersistentTask<?> found = RefreshTasks.of(context.state(), model);
        return found == null || found.getAllocationId() != task.getAllocationId() ? null : found;
    }

    /** Call it with the lock held. */
    private Schedule schedule(RefreshParams params, RefreshState state) {
        if (!state.equals(seen)) {
            seen = state;
            seenMillis = context.now();
        }
        Schedule plain = Schedule.of(params, state, context.driftCheckMillis());
        // Another node's clock may be ahead. This node may know of an end that its cluster state does not show yet.
        return plain.from(Math.max(Math.min(plain.base(), seenMillis), lastEndMillis));
    }

    /** Call it with the lock held. */
    private void wakeIn(long millis) {
        cancelTimer();
        try {
            timer = context.threadPool()
                    .schedule(this::wake, TimeValue.timeValueMillis(Math.max(1, millis)), ThreadPool.Names.GENERIC);
        } catch (OpenSearchRejectedExecutionException e) {
            logger.debug("this node stops, so the schedule of model [{}] goes on elsewhere", model);
        }
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    /** Decides what a run does, and begins it. Answers with null if there is nothing to record. */
    private void decide(
            Schedule.Cause cause, long definedMillis, StoredModel stored, ActionListener<RefreshRun> listener) {
        boolean drift = cause == Schedule.Cause.DRIFT;
        if (drift) {
            synchronized (this) {
                lastCheckMillis = context.now();
            }
        }
        if (!stored.definition().scheduled()) {
            remove("its definition has no schedule any more", listener);
            return;
        }
        long start = context.now();
        ActionListener<RefreshPolicy.Decision> made =
                Listeners.andThen(listener, (next, decision) -> follow(drift, start, decision, stored, next));
        ActionListener<RefreshPolicy.Decision> decided = Listeners.either(made::onResponse, failure -> {
            RefreshRun undecided = RefreshRun.begin(
                    start, new RefreshPolicy.Decision(RefreshPolicy.Advice.NONE, "it could not be decided"));
            listener.onResponse(training.failed(undecided, failure));
        });
        RefreshPolicy policy = drift ? context.byDrift() : context.byInterval();
        try {
            RefreshDecisions.decide(cause, definedMillis, stored, policy, decided);
        } catch (RuntimeException e) {
            decided.onFailure(e);
        }
    }

    private void follow(
            boolean drift,
            long start,
            RefreshPolicy.Decision decision,
            StoredModel stored,
            ActionListener<RefreshRun> listener) {
        RefreshRun run = RefreshRun.begin(start, decision);
        if (decision.advice() == RefreshPolicy.Advice.NONE) {
            // a check that found no drift is no run
            listener.onResponse(drift ? null : run.end(context.now(), RefreshRun.Verdict.SKIPPED, 0, null));
            return;
        }
        context.update(
                UpdateRefreshAction.Request.begin(model, task.getAllocationId(), run),
                Listeners.andThen(listener, (next, done) -> {
                    logger.info("model [{}]: refresh [{}] begins, because {}", model, run.mode(), run.why());
                    training.start(run, decision, stored, next);
                }));
    }

    /** Ends a run that began on another node, or that this node could not record, once its training has ended. */
    private void adopt(RefreshRun unfinished, StoredModel stored, ActionListener<RefreshRun> listener) {
        if (RefreshDecisions.trains(stored)) {
            again();
            return;
        }
        Optional<RefreshRun> end = RefreshTraining.afterwards(unfinished, stored, context.now());
        if (end.isPresent()) {
            listener.onResponse(end.get());
        } else {
            forget(unfinished, listener);
        }
    }

    /** Makes a run due again whose node was lost between its beginning and that of its training. */
    private void forget(RefreshRun unfinished, ActionListener<RefreshRun> listener) {
        logger.info(
                "model [{}]: refresh [{}] begins again, because its training had not begun", model, unfinished.mode());
        context.update(
                UpdateRefreshAction.Request.forget(model, task.getAllocationId(), unfinished),
                Listeners.andThen(listener, (next, done) -> again()));
    }

    private void remove(String why, ActionListener<RefreshRun> listener) {
        logger.info("model [{}]: its schedule is removed, because {}", model, why);
        context.update(
                UpdateRefreshAction.Request.remove(model, task.getAllocationId()),
                Listeners.andThen(listener, (next, done) -> next.onResponse(null)));
    }

    /** Records a run; null for none. */
    private void ended(RefreshRun run) {
        if (run == null) {
            goOn(0);
            return;
        }
        if (run.verdict() != RefreshRun.Verdict.SUCCESS && context.stopping()) {
            // the run stays under way in the task's state, and the next node finds out how it ends
            logger.debug("this node stops, so the schedule of model [{}] goes on elsewhere", model);
            return;
        }
        log(run);
        new Retries(logger, context.threadPool(), RECORD_PAUSE, RECORD_PATIENCE)
                .<AcknowledgedResponse>run(
                        "record the end of a refresh of model [" + model + "]",
                        e -> ExceptionsHelper.status(e) != RestStatus.CONFLICT && assigned() != null,
                        once -> context.update(
                                UpdateRefreshAction.Request.end(model, task.getAllocationId(), run), once),
                        Listeners.either(done -> goOn(run.endMillis()), failure -> {
                            logger.warn(
                                    "the end of a refresh of model [{}] is not recorded: {}",
                                    model,
                                    failure.getMessage());
                            goOn(run.endMillis());
                        }));
    }

    /** Nothing could be decided or recorded: the system index or the cluster manager is not there, or the model. */
    private void unable(Exception failure) {
        if (ExceptionsHelper.unwrapCause(failure) instanceof ResourceNotFoundException) {
            remove("there is no such model", Listeners.either(none -> goOn(0), e -> again()));
            return;
        }
        logger.debug("the schedule of model [{}] has to wait: {}", model, failure.getMessage());
        again();
    }

    private void log(RefreshRun run) {
        switch (run.verdict()) {
            case SUCCESS ->
                logger.info("model [{}]: refresh [{}] made generation [{}]", model, run.mode(), run.generation());
            case REJECTED ->
                logger.info(
                        "model [{}]: refresh [{}] made generation [{}], which is kept and not activated: {}",
                        model,
                        run.mode(),
                        run.generation(),
                        run.message());
            case SKIPPED ->
                logger.info(
                        "model [{}]: refresh does nothing, because {}",
                        model,
                        run.message() == null ? run.why() : run.message());
            default ->
                logger.info(
                        "model [{}]: refresh [{}] {}: {}; the next one tries again",
                        model,
                        run.mode(),
                        run.verdict() == RefreshRun.Verdict.REFUSED ? "was refused" : "failed",
                        run.message());
        }
    }

    private void goOn(long endMillis) {
        boolean ending;
        synchronized (this) {
            busy = false;
            lastEndMillis = Math.max(lastEndMillis, endMillis);
            ending = stopped;
        }
        if (ending) {
            leave();
        } else {
            wake();
        }
    }

    private void again() {
        boolean ending;
        synchronized (this) {
            busy = false;
            ending = stopped;
            if (!ending) {
                wakeIn(AGAIN.millis());
            }
        }
        if (ending) {
            leave();
        }
    }

    /** Ends the schedule on this node, when the run that is under way has ended. */
    void stop() {
        synchronized (this) {
            stopped = true;
            cancelTimer();
            if (busy) {
                return;
            }
        }
        leave();
    }

    /**
     * Ends the task. If it is still assigned to this node, a user has cancelled it with the API of tasks. That ends the
     * run under way and not the schedule, so the task is assigned anew first.
     */
    private void leave() {
        if (assigned() == null) {
            task.complete();
            return;
        }
        context.update(
                UpdateRefreshAction.Request.restart(model, task.getAllocationId()),
                Listeners.either(done -> task.complete(), failure -> {
                    logger.warn("the schedule of model [{}] ends on this node: {}", model, failure.getMessage());
                    task.complete();
                }));
    }
}
