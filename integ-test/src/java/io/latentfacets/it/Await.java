/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for a state of the server, with a limit far above what a healthy run needs. */
public final class Await {
    private static final Duration STEP = Duration.ofMillis(200);

    private Await() {}

    /**
     * Polls until {@code condition} holds. An exception counts as "not yet", and the message shows it if the time runs
     * out; an AssertionError propagates.
     *
     * @param limit the longest wait
     * @param what the condition, completing the message "waited 60 s for …"
     * @param condition returns whether the state is reached
     * @throws AssertionError if the condition does not hold within {@code limit}
     */
    public static void until(Duration limit, String what, Callable<Boolean> condition) {
        long deadline = System.nanoTime() + limit.toNanos();
        Exception last;
        do {
            last = null;
            try {
                if (condition.call()) {
                    return;
                }
                Thread.sleep(STEP.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while waiting for " + what, e);
            } catch (Exception e) {
                last = e;
                pause();
            }
        } while (System.nanoTime() < deadline);
        throw new AssertionError("waited " + limit.toSeconds() + " s for " + what, last);
    }

    private static void pause() {
        try {
            Thread.sleep(STEP.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
