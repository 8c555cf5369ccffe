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
 * Tries again what may fail for a while: core's {@link RetryableAction} with a constant pause. No thread waits between
 * two attempts. Immutable, thread-safe.
 *
 * @param logger is told at level warn why there is another attempt
 * @param pause between two attempts
 * @param patience no attempt begins later than this after the first; the last failure is the result then
 */
public record Retries(Logger logger, ThreadPool threadPool, TimeValue pause, TimeValue patience) {

    /**
     * Begins, on the generic pool, and returns.
     *
     * @param what completes the sentence "cannot … yet"
     * @param again which failures may pass
     * @param attempt one attempt; may wait
     * @param listener called once, with the first success or the last failure
     */
    public <T> void run(
            String what, Predicate<Exception> again, Consumer<ActionListener<T>> attempt, ActionListener<T> listener) {
        // core asks the policy for pauses without asking whether there is one: let the patience end first
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
