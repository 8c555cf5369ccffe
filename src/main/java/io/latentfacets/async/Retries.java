/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.async;

import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.logging.log4j.Logger;
import org.opensearch.action.bulk.BackoffPolicy;
import org.opensearch.action.support.RetryableAction;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.core.action.ActionListener;
import org.opensearch.threadpool.ThreadPool;

/**
 * Repeats an operation that may fail for a while: core's {@link RetryableAction} with a constant pause. No thread waits
 * between two attempts. Immutable, thread-safe.
 *
 * @param logger logs at level warn why another attempt follows
 * @param threadPool the pool that runs and schedules the attempts
 * @param pause the time between two attempts
 * @param patience the time after the first attempt within which another may begin; after that the last failure is the
 *     result
 */
public record Retries(Logger logger, ThreadPool threadPool, TimeValue pause, TimeValue patience) {

    /**
     * Starts the first attempt on the generic pool and returns at once.
     *
     * @param what the operation, completing the log message "cannot … yet"
     * @param again accepts the failures after which another attempt makes sense
     * @param attempt makes one attempt; may block
     * @param listener called once, with the first success or the last failure
     */
    public <T> void run(
            String what, Predicate<Exception> again, Consumer<ActionListener<T>> attempt, ActionListener<T> listener) {
        // core takes the next pause without checking that one is left, so provide more pauses than the patience allows
        int pauses = Math.toIntExact(2 * patience.millis() / pause.millis() + 10);
        new RetryableAction<T>(
                logger,
                threadPool,
                pause,
                patience,
                listener,
                BackoffPolicy.constantBackoff(pause, pauses),
                ThreadPool.Names.GENERIC) {
            @Override
            public void tryAction(ActionListener<T> once) {
                attempt.accept(once);
            }

            @Override
            public boolean shouldRetry(Exception e) {
                boolean passing = again.test(e);
                if (passing) {
                    logger.warn("cannot {} yet: {}", what, e.getMessage());
                }
                return passing;
            }
        }.run();
    }
}
