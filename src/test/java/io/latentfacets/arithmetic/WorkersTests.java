/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.arithmetic;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.sameInstance;
import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertThrows;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.Test;

public final class WorkersTests {

    private static long workers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("latent-worker-"))
                .count();
    }

    /** Thousands of short calls, so that threads come late to many of them. */
    @Test
    public void eachTaskRunsOnceBeforeTheCallReturns() {
        try (Workers workers = new Workers(4)) {
            int[] runs = new int[7];
            for (int call = 1; call <= 5000; call++) {
                workers.run(runs.length, i -> runs[i]++);
                int[] expected = new int[runs.length];
                Arrays.fill(expected, call);
                assertArrayEquals(expected, runs);
            }
        }
        assertThat(workers(), equalTo(0L));
    }

    @Test
    public void rangesCoverAllNumbersInEqualSteps() {
        try (Workers workers = new Workers(2)) {
            int[] ends = new int[25];
            workers.runRanges(25, 10, (from, to) -> Arrays.fill(ends, from, to, to));
            int[] expected = new int[25];
            Arrays.fill(expected, 0, 10, 10);
            Arrays.fill(expected, 10, 20, 20);
            Arrays.fill(expected, 20, 25, 25);
            assertArrayEquals(expected, ends);
            workers.runRanges(0, 10, (from, to) -> {
                throw new AssertionError("no numbers");
            });
        }
    }

    @Test
    public void threadsWorkAtTheSameTime() {
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        try (Workers workers = new Workers(3)) {
            CountDownLatch all = new CountDownLatch(3);
            workers.run(3, i -> {
                threads.add(Thread.currentThread());
                all.countDown();
                try {
                    assertThat(all.await(30, TimeUnit.SECONDS), equalTo(true));
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
        }
        assertThat(threads.size(), equalTo(3));
    }

    /** The call waits for tasks that have begun, even when it fails; it begins few others; the next call works. */
    @Test
    public void aFailureEndsTheCall() {
        IllegalStateException failure = new IllegalStateException("for test");
        try (Workers workers = new Workers(3)) {
            for (int at : new int[] {0, 500, 999}) {
                AtomicInteger running = new AtomicInteger();
                AtomicInteger begun = new AtomicInteger();
                Exception thrown = assertThrows(
                        IllegalStateException.class,
                        () -> workers.run(1000, i -> {
                            running.incrementAndGet();
                            begun.incrementAndGet();
                            try {
                                if (i == at) {
                                    throw failure;
                                }
                            } finally {
                                running.decrementAndGet();
                            }
                        }));
                assertThat(thrown, sameInstance(failure));
                assertThat(running.get(), equalTo(0));
                assertThat(begun.get(), greaterThan(0));
            }
            AssertionError error = new AssertionError("for test");
            assertThat(
                    assertThrows(
                            AssertionError.class,
                            () -> workers.run(2, i -> {
                                throw error;
                            })),
                    sameInstance(error));
            AtomicInteger sum = new AtomicInteger();
            workers.run(10, sum::addAndGet);
            assertThat(sum.get(), equalTo(45));
        }
        assertThat(workers(), equalTo(0L));
    }

    @Test
    public void anInterruptLosesNoTask() {
        try (Workers workers = new Workers(2)) {
            Thread.currentThread().interrupt();
            AtomicInteger sum = new AtomicInteger();
            workers.run(100, i -> {
                for (int spin = 0; spin < 10_000; spin++) {
                    Thread.onSpinWait();
                }
                sum.addAndGet(i);
            });
            assertThat(sum.get(), equalTo(4950));
        }
        // closing keeps the interrupt for the caller
        assertThat(Thread.interrupted(), equalTo(true));
        assertThat(workers(), equalTo(0L));
    }

    /** Runs one task on the caller's thread and one on the other thread, at the same time. */
    private static void runBoth(Workers workers, Runnable ours, Runnable theirs) {
        Thread caller = Thread.currentThread();
        CountDownLatch both = new CountDownLatch(2);
        workers.run(2, i -> {
            both.countDown();
            try {
                assertThat(both.await(30, TimeUnit.SECONDS), equalTo(true));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            (Thread.currentThread() == caller ? ours : theirs).run();
        });
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable failure) throws T {
        throw (T) failure;
    }

    @Test
    public void aCheckedExceptionOfAnotherThreadReachesTheCaller() {
        IOException failure = new IOException("for test");
        try (Workers workers = new Workers(2)) {
            for (int call = 0; call < 2; call++) {
                Throwable thrown = assertThrows(
                        IOException.class,
                        () -> runBoth(workers, () -> {}, () -> WorkersTests.<RuntimeException>sneak(failure)));
                assertThat(thrown, sameInstance(failure));
            }
            assertThat("the other thread lives on", workers(), equalTo(1L));
        }
    }

    @Test
    public void aLongTaskEndsWhenAnotherOneFails() {
        IllegalStateException failure = new IllegalStateException("for test");
        try (Workers workers = new Workers(2)) {
            workers.checkOthers();
            AtomicInteger checks = new AtomicInteger();
            Runnable fails = () -> {
                throw failure;
            };
            Runnable isLong = () -> {
                long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
                while (System.nanoTime() < end) {
                    workers.checkOthers();
                    Thread.onSpinWait();
                }
                checks.incrementAndGet();
            };
            assertThat(
                    assertThrows(IllegalStateException.class, () -> runBoth(workers, fails, isLong)),
                    sameInstance(failure));
            assertThat(
                    assertThrows(IllegalStateException.class, () -> runBoth(workers, isLong, fails)),
                    sameInstance(failure));
            assertThat("a long task ran to its end", checks.get(), equalTo(0));
            workers.checkOthers();
        }
    }

    @Test
    public void anInterruptedCallerSleepsWhileItWaits() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        try (Workers workers = new Workers(2)) {
            long before = threads.getCurrentThreadCpuTime();
            runBoth(
                    workers,
                    () -> Thread.currentThread().interrupt(),
                    () -> LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(2)));
            long nanos = threads.getCurrentThreadCpuTime() - before;
            assertThat(nanos, lessThan(TimeUnit.SECONDS.toNanos(1)));
        }
        assertThat("the caller stays interrupted", Thread.interrupted(), equalTo(true));
    }
}
