/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.async;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.opensearch.common.CheckedBiConsumer;
import org.opensearch.core.action.ActionListener;

/**
 * The plugin's idiom for asynchronous code: one listener a step, and each listener is called once. It takes the place
 * of {@code ActionListener.wrap}, which calls its own {@code onFailure} when its {@code onResponse} throws, so that a
 * caller that was answered already is told of a failure too. All listeners of this class are thread-safe if what they
 * call is.
 */
public final class Listeners {

    private Listeners() {}

    /**
     * A step between two calls. A failure goes on to the next listener. A response goes to the step, which gets the
     * next listener and answers it, now or later. What the step throws goes to the next listener as a failure, unless
     * that was called already: then the exception is that listener's own, and propagates.
     *
     * @param next who waits for the result
     * @param step gets {@code next} and the response; must not use {@code next} in another way than through its
     *     argument
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
     * The end of a chain: one of both is called, for the first call that comes; what it throws is its caller's affair.
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

    /** For a call whose result nobody waits for. */
    public static <T> ActionListener<T> ignoring() {
        return either(response -> {}, failure -> {});
    }

    /** Passes on the first call only, and remembers that there was one. */
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
