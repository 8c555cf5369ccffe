/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.summarize;

import java.util.concurrent.TimeUnit;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.core.tasks.TaskCancelledException;
import org.opensearch.tasks.CancellableTask;

/** Ends the work of a call when its task is cancelled or its time is over. Thread-safe. */
public final class CallLimits {

    private final CancellableTask task;
    private final TimeValue timeout;
    private final long startNanos = System.nanoTime();

    /** Starts the clock. */
    public CallLimits(CancellableTask task, TimeValue timeout) {
        this.task = task;
        this.timeout = timeout;
    }

    /**
     * Checks the limits.
     *
     * @throws TaskCancelledException if the task is cancelled
     * @throws OpenSearchStatusException with status 504 if the time is over
     */
    public void check() {
        if (task.isCancelled()) {
            throw new TaskCancelledException(
                    "[" + task.getDescription() + "] was cancelled: " + task.getReasonCancelled());
        }
        if (System.nanoTime() - startNanos > timeout.nanos()) {
            throw new OpenSearchStatusException(
                    "[timeout] is over: {} has taken more than [{}]",
                    RestStatus.GATEWAY_TIMEOUT,
                    task.getDescription(),
                    timeout.getStringRep());
        }
    }

    /** The time that searches may take: half of the call's, so that something can be made of what they find. */
    public TimeValue ofSearches() {
        return TimeValue.timeValueMillis(Math.max(1, timeout.millis() / 2));
    }

    /** The milliseconds since the start. */
    public long tookMillis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
    }
}
