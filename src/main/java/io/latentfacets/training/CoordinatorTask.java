/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import io.latentfacets.training.progress.WorkerTask;
import java.util.Map;
import org.opensearch.action.StepListener;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.tasks.CancellableTask;

/**
 * The task of whoever asked for a training, on the node that he asked. {@link TrainingFollower} waits in it for the end
 * of the training, which runs in a {@link WorkerTask} of its own. Cancelling this task cancels the training. Losing the
 * node does not. Thread-safe.
 */
public final class CoordinatorTask extends CancellableTask {

    private final StepListener<Integer> begun = new StepListener<>();
    private Runnable cancelled;

    CoordinatorTask(
            long id, String type, String action, String description, TaskId parent, Map<String, String> headers) {
        super(id, type, action, description, parent, headers);
    }

    /**
     * Completes with the number of the new generation once core has the training as a task; fails if it cannot begin.
     */
    StepListener<Integer> begun() {
        return begun;
    }

    /** Runs {@code action} when the task is cancelled, at once if it is already. */
    void whenCancelled(Runnable action) {
        synchronized (this) {
            cancelled = action;
        }
        if (isCancelled()) {
            onCancelled();
        }
    }

    @Override
    protected void onCancelled() {
        Runnable action;
        synchronized (this) {
            action = cancelled;
            cancelled = null;
        }
        if (action != null) {
            action.run();
        }
    }

    @Override
    public boolean shouldCancelChildrenOnCancellation() {
        return true;
    }
}
