/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.refresh;

import io.latentfacets.async.Listeners;
import io.latentfacets.model.StoredModel;
import org.opensearch.core.action.ActionListener;
import org.opensearch.persistent.PersistentTasksCustomMetadata.PersistentTask;

/**
 * When the clusters of one model take their next step after the stream, and the step itself, on the node that has the
 * schedule. Thread-safe; never blocks.
 */
final class OnlineTimer {

    /** The steps in a half-life: so many that a step moves little, so few that each one sees new documents. */
    private static final int STEPS = 16;

    private final String model;
    private final RefreshTask task;
    private final RefreshContext context;

    private volatile long lastTryMillis;

    OnlineTimer(String model, RefreshTask task, RefreshContext context) {
        this.model = model;
        this.task = task;
        this.context = context;
        this.lastTryMillis = context.now();
    }

    /** When the next step is due, epoch milliseconds; {@link Schedule#NEVER} for none. */
    long due(RefreshParams params, RefreshState state) {
        if (params.halfLifeMillis() <= 0 || state.paused()) {
            return Schedule.NEVER;
        }
        long pause = Math.max(params.halfLifeMillis() / STEPS, context.onlineIntervalMillis());
        // another node's clock may be ahead
        long recorded = state.online() == null
                ? 0
                : Math.min(context.now(), state.online().millis());
        return Math.max(lastTryMillis, recorded) + pause;
    }

    /**
     * Takes the step, if there is anything to follow.
     *
     * @param listener called when the step is recorded; fails if it could not be made
     */
    void step(ActionListener<RefreshRun> listener) {
        lastTryMillis = context.now();
        PersistentTask<?> present = RefreshTasks.of(context.state(), model);
        if (present == null) {
            listener.onResponse(null);
            return;
        }
        StreamStep last = RefreshState.of(present.getState()).online();
        context.store().get(model, Listeners.<StoredModel, RefreshRun>andThen(listener, (next, stored) -> {
            if (!stored.definition().followsStream()) {
                next.onResponse(null);
                return;
            }
            context.follower().step(stored, last, Listeners.andThen(next, this::record));
        }));
    }

    private void record(ActionListener<RefreshRun> listener, StreamStep step) {
        lastTryMillis = context.now();
        if (step == null) {
            listener.onResponse(null);
            return;
        }
        context.update(
                UpdateRefreshAction.Request.step(model, task.getAllocationId(), step),
                Listeners.andThen(listener, (next, done) -> next.onResponse(null)));
    }
}
