/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.classify;

import java.util.Map;
import org.opensearch.action.StepListener;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.tasks.CancellableTask;

/** The task of a training of a classifier. Cancelling it ends the training. Thread-safe. */
final class ClassifierTask extends CancellableTask {

    private final StepListener<Void> begun = new StepListener<>();

    ClassifierTask(
            long id, String type, String action, String description, TaskId parent, Map<String, String> headers) {
        super(id, type, action, description, parent, headers);
    }

    /** Completes once all checks are made; fails if the training cannot begin. */
    StepListener<Void> begun() {
        return begun;
    }

    @Override
    public boolean shouldCancelChildrenOnCancellation() {
        return true;
    }
}
