/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.refresh;

import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.persistent.AllocatedPersistentTask;

/** The task of a schedule on the node to which it is assigned. Thread-safe. */
final class RefreshTask extends AllocatedPersistentTask {

    private final AtomicBoolean completed = new AtomicBoolean();
    private Runnable stop;

    RefreshTask(long id, String type, String action, String description, TaskId parent, Map<String, String> headers) {
        super(id, type, action, description, parent, headers);
    }

    /** @param whenCancelled called once when the task is cancelled, or now if it is already */
    void onCancellation(Runnable whenCancelled) {
        synchronized (this) {
            if (!isCancelled()) {
                stop = whenCancelled;
                return;
            }
        }
        whenCancelled.run();
    }

    @Override
    protected void onCancelled() {
        Runnable known;
        synchronized (this) {
            known = stop;
            stop = null;
        }
        if (known != null) {
            known.run();
        }
    }

    /** Ends the task on this node, once. */
    void complete() {
        if (completed.compareAndSet(false, true)) {
            markAsCompleted();
        }
    }
}
