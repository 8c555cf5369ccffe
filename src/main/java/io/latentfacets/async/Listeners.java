/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.async;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.opensearch.common.CheckedBiConsumer;
import org.opensearch.common.CheckedConsumer;
import org.opensearch.core.action.ActionListener;

/**
 * The plugin's idiom for asynchronous code: one listener per step, and each listener is called once. It replaces
 * {@code ActionListener.wrap}, which calls its own {@code onFailure} when its {@code onResponse} throws: a caller that
 * already has an answer would then get a failure as well. A listener of this class is thread-safe if the code that it
 * calls is.
 */
public final class Listeners {

    private Listeners() {}

    /**
     * A step between two calls. A failure goes straight to the next listener. A response goes to the step, which
     * answers the next listener, now or later. If the step throws before that, the next listener gets the exception as
     * a failure. If the step throws after that, the exception came from the next listener itself, and propagates.
     *
     * @param next the listener that waits for the result
     * @param step receives {@code next} and the response; it must reach {@code next} only through its argument
     */
    public static <T, R> ActionListener<T> andThen(
            ActionListener<R> next, CheckedBiConsumer<ActionListener<R>, T, Exception> step) {
        return new ActionListener<>() {
            @Override
            public void onResponse(T response) {
                Once<R> once = new Once<>(next);
                try {
                    step.accept(once, response);
                } catch (Exception e) {
                    if (once.called.get()) {
                        throw e instanceof RuntimeException own ? own : new IllegalStateException(e);
                    }
                    once.onFailure(e);
                }
            }

            @Override
            public void onFailure(Exception e) {
                next.onFailure(e);
            }
        };
    }

    /**
     * The end of a chain: the first call runs one of the two consumers, later calls do nothing. An exception of a
     * consumer propagates to whoever made the call.
     */
    public static <T> ActionListener<T> either(Consumer<T> onResponse, Consumer<Exception> onFailure) {
        return ActionListener.notifyOnce(new ActionListener<>() {
            @Override
            public void onResponse(T response) {
                onResponse.accept(response);
            }

            @Override
            public void onFailure(Exception e) {
                onFailure.accept(e);
            }
        });
    }

    /**
     * A step that handles its own failures: the first call runs one of the two consumers, later calls do nothing. If
     * {@code onResponse} throws, its exception goes to {@code onFailure}. So {@code onResponse} must not throw after it
     * has handed the result on.
     */
    public static <T> ActionListener<T> once(CheckedConsumer<T, Exception> onResponse, Consumer<Exception> onFailure) {
        return either(
                response -> {
                    try {
                        onResponse.accept(response);
                    } catch (Exception e) {
                        onFailure.accept(e);
                    }
                },
                onFailure);
    }

    /** A listener for a call whose result no one needs; it ignores responses and failures. */
    public static <T> ActionListener<T> ignoring() {
        return either(response -> {}, failure -> {});
    }

    /** Passes only the first call on, and records that it came. */
    private static final class Once<R> implements ActionListener<R> {
        private final ActionListener<R> next;
        private final AtomicBoolean called = new AtomicBoolean();

        private Once(ActionListener<R> next) {
            this.next = next;
        }

        @Override
        public void onResponse(R response) {
            if (called.compareAndSet(false, true)) {
                next.onResponse(response);
            }
        }

        @Override
        public void onFailure(Exception e) {
            if (called.compareAndSet(false, true)) {
                next.onFailure(e);
            }
        }
    }
}
