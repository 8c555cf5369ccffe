/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.rest;

import java.util.Map;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.tasks.CancellableTask;

/** The task of a request that takes all that it has started with it when it is cancelled. */
public final class WholeTask extends CancellableTask {

    public WholeTask(
            long id, String type, String action, String description, TaskId parent, Map<String, String> headers) {
        super(id, type, action, description, parent, headers);
    }

    @Override
    public boolean shouldCancelChildrenOnCancellation() {
        return true;
    }
}
