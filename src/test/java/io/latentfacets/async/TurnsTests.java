/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.async;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.action.support.PlainActionFuture;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.common.util.concurrent.ThreadContext;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.test.OpenSearchTestCase;
import org.opensearch.threadpool.TestThreadPool;
import org.opensearch.threadpool.ThreadPool;

public class TurnsTests extends OpenSearchTestCase {

    private ThreadPool threadPool;
    private Turns turns;

    @Override
    public void setUp() throws Exception {
        super.setUp();
        threadPool = new TestThreadPool(getTestName());
        turns = new Turns(threadPool);
    }

    @Override
    public void tearDown() throws Exception {
        ThreadPool.terminate(threadPool, 10, TimeUnit.SECONDS);
        super.tearDown();
    }

    private static <T> T await(Consumer<ActionListener<T>> call) {
        PlainActionFuture<T> future = PlainActionFuture.newFuture();
        call.accept(future);
        return future.actionGet(10_000);
    }

    public void testWorkForOneThingRunsInOrderAndNeverTogether() {
        AtomicInteger running = new AtomicInteger();
        List<Integer> order = Collections.synchronizedList(new ArrayList<>());
        List<PlainActionFuture<Integer>> results = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            int number = i;
            PlainActionFuture<Integer> result = PlainActionFuture.newFuture();
            results.add(result);
            turns.<Integer>take(
                    "news",
                    listener -> {
                        assertThat(running.incrementAndGet(), equalTo(1));
                        threadPool.schedule(
                                () -> {
                                    order.add(number);
                                    running.decrementAndGet();
                                    if (number % 3 == 0) {
                                        listener.onFailure(new IllegalStateException("no"));
                                    } else {
                                        listener.onResponse(number);
                                    }
                                },
                                TimeValue.timeValueMillis(number % 2),
                                ThreadPool.Names.GENERIC);
                    },
                    result);
        }
        for (int i = 0; i < results.size(); i++) {
            PlainActionFuture<Integer> result = results.get(i);
            if (i % 3 == 0) {
                expectThrows(IllegalStateException.class, () -> result.actionGet(10_000));
            } else {
                assertThat(result.actionGet(10_000), equalTo(i));
            }
        }
        assertThat(order, equalTo(IntStream.range(0, 50).boxed().toList()));
    }

    public void testWorkForAnotherThingDoesNotWait() {
        turns.<Void>take("news", listener -> {}, PlainActionFuture.newFuture());
        assertThat(await(listener -> turns.take("sport", each -> each.onResponse("done"), listener)), equalTo("done"));
    }

    public void testWorkThatThrowsEndsItsTurn() {
        expectThrows(
                IllegalArgumentException.class,
                () -> TurnsTests.<Void>await(listener -> turns.take(
                        "news",
                        each -> {
                            throw new IllegalArgumentException("bad");
                        },
                        listener)));
        assertThat(await(listener -> turns.take("news", each -> each.onResponse(1), listener)), equalTo(1));
    }

    public void testAListenerThatThrowsEndsOneTurnOnly() {
        List<ActionListener<Integer>> held = new ArrayList<>();
        List<PlainActionFuture<Integer>> results = new ArrayList<>();
        PlainActionFuture<String> begun = PlainActionFuture.newFuture();
        turns.<Integer>take(
                "news",
                listener -> {
                    for (int i = 0; i < 2; i++) {
                        PlainActionFuture<Integer> result = PlainActionFuture.newFuture();
                        results.add(result);
                        turns.<Integer>take(
                                "news",
                                each -> {
                                    held.add(each);
                                    begun.onResponse("begun");
                                },
                                result);
                    }
                    listener.onResponse(1);
                },
                new ActionListener<>() {
                    @Override
                    public void onResponse(Integer value) {
                        throw new IllegalStateException("a bad listener");
                    }

                    @Override
                    public void onFailure(Exception e) {
                        throw new AssertionError("it was answered before", e);
                    }
                });
        assertThat(begun.actionGet(10_000), equalTo("begun"));
        assertThat("the second waits for the first", held, hasSize(1));
        held.get(0).onResponse(2);
        assertThat(results.get(0).actionGet(10_000), equalTo(2));
    }

    public void testEachTurnHasTheContextOfItsCaller() {
        List<ActionListener<String>> held = new ArrayList<>();
        turns.<String>take("news", held::add, PlainActionFuture.newFuture());
        ThreadContext context = threadPool.getThreadContext();
        PlainActionFuture<String> second = PlainActionFuture.newFuture();
        ThreadContext.StoredContext outside = context.stashContext();
        context.putHeader("user", "kim");
        turns.take("news", listener -> listener.onResponse(context.getHeader("user")), second);
        outside.restore();
        outside = context.stashContext();
        context.putHeader("user", "lee");
        held.get(0).onResponse("done");
        outside.restore();
        assertThat(second.actionGet(10_000), equalTo("kim"));
    }

    public void testTooManyAreRefusedAndTheOthersServed() {
        List<ActionListener<Integer>> held = new ArrayList<>();
        turns.<Integer>take("news", held::add, PlainActionFuture.newFuture());
        List<PlainActionFuture<Integer>> waiting = new ArrayList<>();
        for (int i = 0; i < Turns.MOST; i++) {
            PlainActionFuture<Integer> future = PlainActionFuture.newFuture();
            waiting.add(future);
            turns.take("news", listener -> listener.onResponse(1), future);
        }
        OpenSearchStatusException refused = expectThrows(
                OpenSearchStatusException.class,
                () -> TurnsTests.<Integer>await(listener -> turns.take("news", each -> each.onResponse(1), listener)));
        assertThat(refused.status(), equalTo(RestStatus.TOO_MANY_REQUESTS));
        assertThat(refused.getMessage(), containsString("[news]"));
        assertThat(held, hasSize(1));
        held.get(0).onResponse(0);
        waiting.forEach(future -> assertThat(future.actionGet(10_000), equalTo(1)));
    }
}
