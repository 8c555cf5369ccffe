/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.arithmetic;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/**
 * Threads that share the tasks of one caller. A task writes only what no other one reads or writes, so results do not
 * depend on which thread runs what. The threads wait between calls; {@link #close} ends them.
 *
 * <p>For one caller at a time, who may not call from within a task.
 */
public final class Workers implements AutoCloseable {

    /** No threads but the caller's. Any number of callers may share it. */
    public static final Workers NONE = new Workers(1);

    private final List<Thread> threads = new ArrayList<>();
    private final Semaphore begin = new Semaphore(0);
    private volatile Run run;
    private volatile boolean closed;

    /**
     * The tasks of one call. It ends when all tasks have ended, not when all threads have begun: a thread that wakes up
     * late, on a busy machine, finds nothing left to do.
     */
    private static final class Run {
        private static final int SPINS = 2000;

        private final int tasks;
        private final IntConsumer task;
        private final Thread caller = Thread.currentThread();
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicInteger ended = new AtomicInteger();
        private final AtomicReference<Throwable> failure = new AtomicReference<>();

        Run(int tasks, IntConsumer task) {
            this.tasks = tasks;
            this.task = task;
        }

        void work() {
            for (int i = next.getAndIncrement(); i < tasks; i = next.getAndIncrement()) {
                try {
                    if (failure.get() == null) {
                        task.accept(i);
                    }
                } catch (Throwable e) {
                    // also a checked one, which generics let through
                    failure.compareAndSet(null, e);
                } finally {
                    if (ended.incrementAndGet() == tasks) {
                        LockSupport.unpark(caller);
                    }
                }
            }
        }

        void await() {
            boolean interrupted = false;
            for (int spin = 0; ended.get() < tasks; spin++) {
                if (spin < SPINS) {
                    Thread.onSpinWait();
                } else {
                    // an interrupt must not make it return early: others write to the caller's arrays. Nor does a
                    // thread park while it is interrupted
                    interrupted |= Thread.interrupted();
                    LockSupport.park(this);
                }
            }
            if (interrupted) {
                caller.interrupt();
            }
        }
    }

    /** @param count the number of threads that work, the caller's among them; at least 1 */
    public Workers(int count) {
        for (int i = 1; i < count; i++) {
            Thread thread = new Thread(this::serve, "latent-worker-" + i);
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
    }

    /** Returns the number of threads that work, the caller's among them. */
    public int count() {
        return threads.size() + 1;
    }

    /**
     * Runs tasks and returns when all have ended, also if the caller is interrupted, which it stays. If one throws, no
     * further ones begin, and this call throws the first exception.
     *
     * @param tasks the number of tasks
     * @param task runs the task of a number, from 0
     */
    public void run(int tasks, IntConsumer task) {
        int helpers = Math.min(threads.size(), tasks - 1);
        if (helpers <= 0) {
            for (int i = 0; i < tasks; i++) {
                task.accept(i);
            }
            return;
        }
        Run now = new Run(tasks, task);
        run = now;
        begin.drainPermits();
        begin.release(helpers);
        now.work();
        now.await();
        run = null;
        Throwable failure = now.failure.get();
        if (failure != null) {
            throw Workers.<RuntimeException>unchecked(failure);
        }
    }

    /** Makes the caller throw an exception as it is, checked or not: the type is erased. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T extends Throwable> T unchecked(Throwable failure) throws T {
        throw (T) failure;
    }

    /**
     * For a long task: throws {@link CancellationException} if another task of the same call has failed. The call then
     * throws the exception of that one.
     */
    public void checkOthers() {
        Run now = run;
        if (now != null && now.failure.get() != null) {
            throw new CancellationException("another part of the work has failed");
        }
    }

    /**
     * Runs tasks over ranges of numbers, 0 to {@code size}.
     *
     * @param step the length of a range but the last; results of a task may depend on it, so it must not depend on the
     *     number of threads
     */
    public void runRanges(int size, int step, Range range) {
        run((size + step - 1) / step, i -> range.accept(i * step, Math.min(size, (i + 1) * step)));
    }

    /** What to do with the numbers from {@code from} to {@code to} − 1. */
    @FunctionalInterface
    public interface Range {
        void accept(int from, int to);
    }

    private void serve() {
        while (true) {
            begin.acquireUninterruptibly();
            if (closed) {
                return;
            }
            Run now = run;
            if (now != null) {
                now.work();
            }
        }
    }

    /** Ends the threads, and waits for them. */
    @Override
    public void close() {
        closed = true;
        begin.release(threads.size());
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        threads.clear();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
