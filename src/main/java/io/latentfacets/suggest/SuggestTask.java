/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.suggest;

import java.util.Map;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.tasks.CancellableTask;

/** The task of a call that asks a language model. Takes its children along when it is cancelled. Thread-safe. */
final class SuggestTask extends CancellableTask {

    // guarded by this
    private Runnable stop;
    private boolean over;

    SuggestTask(long id, String type, String action, String description, TaskId parent, Map<String, String> headers) {
        super(id, type, action, description, parent, headers);
    }

    /** Runs something when the task is cancelled, or now if it is. To be called once. */
    void onCancel(Runnable work) {
        boolean now;
        synchronized (this) {
            stop = work;
            now = over;
        }
        if (now) {
            work.run();
        }
    }

    @Override
    protected void onCancelled() {
        Runnable work;
        synchronized (this) {
            over = true;
            work = stop;
        }
        if (work != null) {
            work.run();
        }
    }

    @Override
    public boolean shouldCancelChildrenOnCancellation() {
        return true;
    }
}
