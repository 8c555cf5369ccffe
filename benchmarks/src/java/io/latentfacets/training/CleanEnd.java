/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Lets a JVM end (SIGTERM, Ctrl-C) while one of its threads trains. A JVM that ends waits 0.3 s for threads in native
 * code; then the destructors of libtorch's static objects run. A backward pass that is not done by then calls what no
 * longer exists: SIGSEGV, most often at pc 0 under {@code at::accelerator::getAccelerator}, with a report that is cut
 * off. A node needs none of this, because it waits for its thread pools before its JVM ends.
 *
 * <p>While this is open, the end waits for the training's next {@link #check}, at most {@value #MOST_SECONDS} s.
 * Thread-safe. Closing lets the JVM end at once again.
 */
final class CleanEnd implements AutoCloseable {
    private static final long MOST_SECONDS = 20;
    private static final long PAUSE_NANOS = 100_000_000;

    private final CountDownLatch left = new CountDownLatch(1);
    private final Thread hook = new Thread(this::await, "clean-end");
    private volatile boolean ending;
    private volatile boolean closed;

    CleanEnd() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** For each step, on the thread that computes gradients. Once the JVM ends it does not return before the close. */
    void check() {
        while (ending && !closed) {
            left.countDown();
            LockSupport.parkNanos(this, PAUSE_NANOS);
        }
    }

    /** What the JVM does before it ends. */
    void await() {
        ending = true;
        try {
            left.await(MOST_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed = true;
        left.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the JVM ends already, and no longer waits
        }
    }
}
