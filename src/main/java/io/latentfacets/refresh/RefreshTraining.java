/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.refresh;

import io.latentfacets.async.Listeners;
import io.latentfacets.model.StoredModel;
import io.latentfacets.model.TrainingOutcome;
import io.latentfacets.model.TrainingRecord;
import io.latentfacets.training.TrainAction;
import io.latentfacets.training.TrainRequest;
import java.util.Optional;
import org.opensearch.ExceptionsHelper;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.core.tasks.TaskCancelledException;

/**
 * The training of a run: starts it with the rights of the model's definer, and says how it ended. It never fails: what
 * goes wrong is the verdict of the run. Thread-safe; never blocks.
 */
final class RefreshTraining {

    private final String model;
    private final RefreshTask task;
    private final RefreshContext context;

    /** @param task the parent of the trainings: who cancels it cancels the training */
    RefreshTraining(String model, RefreshTask task, RefreshContext context) {
        this.model = model;
        this.task = task;
        this.context = context;
    }

    /**
     * Trains.
     *
     * @param run the run, which has begun
     * @param decision what the run is to do
     * @param stored the model, with its definer
     * @param listener gets the run when the training has ended
     */
    void start(
            RefreshRun run, RefreshPolicy.Decision decision, StoredModel stored, ActionListener<RefreshRun> listener) {
        TrainRequest request = new TrainRequest(model)
                .mode(run.mode().training())
                .start(decision.start())
                .why("refresh: " + run.why());
        if (decision.newSubjects() != null) {
            request.continuing(decision.newSubjects());
        }
        request.setParentTask(context.localNodeId(), task.getId());
        context.system()
                .executeAs(
                        stored.definer(),
                        TrainAction.INSTANCE,
                        request,
                        Listeners.either(
                                response -> listener.onResponse(run.end(
                                        context.now(),
                                        RefreshRun.Verdict.SUCCESS,
                                        response.summary().number(),
                                        null)),
                                failure -> fail(run, failure, listener)));
    }

    private void fail(RefreshRun run, Exception failure, ActionListener<RefreshRun> listener) {
        if (ExceptionsHelper.status(failure) != RestStatus.CONFLICT) {
            listener.onResponse(failed(run, failure));
            return;
        }
        // either somebody else was faster, or the new generation was worse
        context.store()
                .get(
                        model,
                        Listeners.either(
                                stored -> listener.onResponse(
                                        RefreshDecisions.trains(stored)
                                                ? run.end(
                                                        context.now(), RefreshRun.Verdict.SKIPPED, 0, message(failure))
                                                : conflict(run, stored, failure)),
                                unreadable -> listener.onResponse(failed(run, failure))));
    }

    private RefreshRun conflict(RefreshRun run, StoredModel stored, Exception failure) {
        TrainingRecord latest = stored.training();
        boolean rejected = latest != null && latest.outcome().status() == TrainingOutcome.Status.NOT_ACTIVATED;
        return rejected
                ? run.end(context.now(), RefreshRun.Verdict.REJECTED, latest.generation(), message(failure))
                : failed(run, failure);
    }

    /** The run after a failure. */
    RefreshRun failed(RefreshRun run, Exception failure) {
        RestStatus status = ExceptionsHelper.status(failure);
        boolean refused = status == RestStatus.FORBIDDEN || status == RestStatus.UNAUTHORIZED;
        boolean cancelled = ExceptionsHelper.unwrapCause(failure) instanceof TaskCancelledException;
        return run.end(
                context.now(),
                refused ? RefreshRun.Verdict.REFUSED : RefreshRun.Verdict.FAILED,
                0,
                (cancelled ? "cancelled: " : "") + message(failure));
    }

    private static String message(Exception failure) {
        Throwable cause = ExceptionsHelper.unwrapCause(failure);
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }

    /**
     * How a run ended that nobody waited for, by what the store knows of the model's latest training.
     *
     * @param stored the model, which does not train any more
     * @return the run after its end; empty if its training never began, because the node was lost between the two
     */
    static Optional<RefreshRun> afterwards(RefreshRun run, StoredModel stored, long nowMillis) {
        TrainingRecord latest = stored.training();
        if (latest == null || latest.owner().startedMillis() < run.startMillis()) {
            return Optional.empty();
        }
        TrainingOutcome outcome = latest.outcome();
        return Optional.of(
                switch (outcome.status()) {
                    case SUCCESS -> run.end(nowMillis, RefreshRun.Verdict.SUCCESS, latest.generation(), null);
                    case NOT_ACTIVATED ->
                        run.end(nowMillis, RefreshRun.Verdict.REJECTED, latest.generation(), outcome.error());
                    case FAILED, CANCELLED -> run.end(nowMillis, RefreshRun.Verdict.FAILED, 0, outcome.error());
                });
    }
}
