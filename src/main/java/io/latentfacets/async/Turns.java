/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.async;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.function.Consumer;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.common.util.concurrent.AbstractRunnable;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.threadpool.ThreadPool;

/**
 * Lets asynchronous work for the same thing run one after another on this node, in the order in which it came. So
 * callers who change one thing by compare-and-set do not make each other's change fail. Nobody blocks. Thread-safe.
 */
public final class Turns {

    /** The largest number of pieces of work that wait for one thing. */
    static final int MOST = 200;

    private final ThreadPool threadPool;
    /** What waits behind the work that runs, by thing; a thing without work has no entry. Guarded by itself. */
    private final Map<String, Queue<Runnable>> waiting = new HashMap<>();

    public Turns(ThreadPool threadPool) {
        this.threadPool = threadPool;
    }

    /**
     * Runs the work when all work that came before for the same thing has ended, in the caller's thread context.
     *
     * @param thing what the work is about, such as the name of a model
     * @param work what to do; calls its listener exactly once
     * @param listener receives the result of the work, or a failure with status 429 if too many wait
     */
    public <T> void take(String thing, Consumer<ActionListener<T>> work, ActionListener<T> listener) {
        // once: a listener that throws when it is answered makes the work throw, and must not end two turns
        ActionListener<T> ended = ActionListener.notifyOnce(ActionListener.runAfter(listener, () -> next(thing)));
        Runnable turn = threadPool.getThreadContext().preserveContext(() -> {
            try {
                work.accept(ended);
            } catch (RuntimeException e) {
                ended.onFailure(e);
            }
        });
        synchronized (waiting) {
            Queue<Runnable> before = waiting.get(thing);
            if (before != null && before.size() < MOST) {
                before.add(turn);
                return;
            }
            if (before == null) {
                waiting.put(thing, new ArrayDeque<>());
            } else {
                turn = null;
            }
        }
        if (turn == null) {
            listener.onFailure(new OpenSearchStatusException(
                    "[{}] callers wait to change [{}]; try again later", RestStatus.TOO_MANY_REQUESTS, MOST, thing));
            return;
        }
        turn.run();
    }

    private void next(String thing) {
        Runnable turn;
        synchronized (waiting) {
            turn = waiting.get(thing).poll();
            if (turn == null) {
                waiting.remove(thing);
                return;
            }
        }
        // on another thread, so that many short turns do not pile up on this one's stack
        threadPool.generic().execute(new AbstractRunnable() {
            @Override
            protected void doRun() {
                turn.run();
            }

            @Override
            public boolean isForceExecution() {
                return true;
            }

            @Override
            public void onFailure(Exception e) {
                // the turn reports its own failures; only a pool that has shut down comes here, and then nobody listens
            }
        });
    }
}
