/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import java.util.Map;
import org.opensearch.action.StepListener;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.tasks.CancellableTask;

/**
 * A training as its user sees it: finds a node for it and another one if that is lost. The work is in a child,
 * {@link WorkerTask}.
 */
public final class CoordinatorTask extends CancellableTask {

    private final StepListener<Integer> begun = new StepListener<>();

    CoordinatorTask(
            long id, String type, String action, String description, TaskId parent, Map<String, String> headers) {
        super(id, type, action, description, parent, headers);
    }

    /** The generation set aside for this training as soon as the model is ours to train, or why it is not. */
    StepListener<Integer> begun() {
        return begun;
    }

    @Override
    public boolean shouldCancelChildrenOnCancellation() {
        return true;
    }
}
