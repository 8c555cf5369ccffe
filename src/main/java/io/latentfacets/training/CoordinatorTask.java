/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import java.util.Map;
import org.opensearch.action.StepListener;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.tasks.CancellableTask;

/**
 * The task of a training on its coordinating node, as the user sees it. {@link TrainingCoordinator} sends the work to a
 * node, and to another one if that node is lost. The work runs in a child task, {@link WorkerTask}.
 */
public final class CoordinatorTask extends CancellableTask {

    private final StepListener<Integer> begun = new StepListener<>();

    CoordinatorTask(
            long id, String type, String action, String description, TaskId parent, Map<String, String> headers) {
        super(id, type, action, description, parent, headers);
    }

    /** Completes with the number of the new generation once the training holds the model's lock; fails if it cannot. */
    StepListener<Integer> begun() {
        return begun;
    }

    @Override
    public boolean shouldCancelChildrenOnCancellation() {
        return true;
    }
}
