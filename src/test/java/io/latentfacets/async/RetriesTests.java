/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.async;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.sameInstance;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.logging.log4j.LogManager;
import org.opensearch.action.support.PlainActionFuture;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.test.OpenSearchTestCase;
import org.opensearch.threadpool.ThreadPool;

/** Retries repeats only the given failures, and no thread waits between attempts. */
public class RetriesTests extends OpenSearchTestCase {

    private static final TimeValue PAUSE = TimeValue.timeValueMillis(10);

    private ThreadPool threadPool;

    @Override
    public void setUp() throws Exception {
        super.setUp();
        threadPool = new ThreadPool(Settings.builder()
                .put("node.name", getTestName())
                .put("thread_pool.generic.core", 1)
                .put("thread_pool.generic.max", 1)
                .build());
    }

    @Override
    public void tearDown() throws Exception {
        assertTrue(ThreadPool.terminate(threadPool, 30, TimeUnit.SECONDS));
        super.tearDown();
    }

    private Retries retries(TimeValue patience) {
        return new Retries(LogManager.getLogger(RetriesTests.class), threadPool, PAUSE, patience);
    }

    public void testWhatPassesIsTriedAgain() {
        AtomicInteger attempts = new AtomicInteger();
        PlainActionFuture<Integer> result = PlainActionFuture.newFuture();
        retries(TimeValue.timeValueMinutes(1))
                .run(
                        "count",
                        e -> true,
                        once -> {
                            if (attempts.incrementAndGet() < 4) {
                                once.onFailure(new IllegalStateException("not yet"));
                            } else {
                                once.onResponse(attempts.get());
                            }
                        },
                        result);
        assertThat(result.actionGet(30_000), equalTo(4));
    }

    public void testWhatDoesNotPassFailsAtOnce() {
        AtomicInteger attempts = new AtomicInteger();
        Exception failure = new IllegalArgumentException("never");
        PlainActionFuture<Integer> result = PlainActionFuture.newFuture();
        retries(TimeValue.timeValueMinutes(1))
                .run(
                        "count",
                        e -> false,
                        once -> {
                            attempts.incrementAndGet();
                            once.onFailure(failure);
                        },
                        result);
        assertThat(expectThrows(IllegalArgumentException.class, () -> result.actionGet(30_000)), sameInstance(failure));
        assertThat(attempts.get(), equalTo(1));
    }

    public void testThePatienceEndsWithTheLastFailure() {
        AtomicInteger attempts = new AtomicInteger();
        PlainActionFuture<Integer> result = PlainActionFuture.newFuture();
        retries(TimeValue.timeValueMillis(200))
                .run(
                        "count",
                        e -> true,
                        once -> {
                            once.onFailure(new IllegalStateException("attempt " + attempts.incrementAndGet()));
                        },
                        result);
        Exception last = expectThrows(IllegalStateException.class, () -> result.actionGet(30_000));
        assertThat(last.getMessage(), containsString("attempt " + attempts.get()));
        assertThat(attempts.get(), greaterThan(1));
    }

    /** The generic pool has one thread here. If it waited between two attempts, no other work could run. */
    public void testNoThreadWaitsBetweenAttempts() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch others = new CountDownLatch(1);
        PlainActionFuture<String> result = PlainActionFuture.newFuture();
        retries(TimeValue.timeValueMinutes(1))
                .run(
                        "hear of others",
                        e -> true,
                        once -> {
                            begun.countDown();
                            if (others.getCount() > 0) {
                                once.onFailure(new IllegalStateException("nobody else has worked"));
                            } else {
                                once.onResponse("done");
                            }
                        },
                        result);
        assertTrue(begun.await(30, TimeUnit.SECONDS));
        threadPool.generic().execute(others::countDown);
        assertThat(result.actionGet(30_000), equalTo("done"));
    }
}
