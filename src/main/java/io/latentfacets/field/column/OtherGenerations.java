/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field.column;

import io.latentfacets.async.Listeners;
import io.latentfacets.model.Generation;
import io.latentfacets.model.Generations;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.lucene.util.ThreadInterruptedException;
import org.opensearch.action.support.PlainActionFuture;

/**
 * Gets the generations that columns need beside the pinned one, because documents carry latents of their encoders.
 * Thread-safe.
 */
final class OtherGenerations {
    private static final long LOAD_PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long ASK_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(10);
    /** The interval at which a waiting thread checks whether to continue. */
    static final long CHECK_MILLIS = 50;

    private final Generations generations;
    private final Map<String, Long> asked = new ConcurrentHashMap<>();

    OtherGenerations(Generations generations) {
        this.generations = generations;
    }

    List<Generations.Known> known(String model) {
        return generations.known(model);
    }

    /** Whether a generation is in memory. */
    boolean isLoaded(Generation pinned) {
        Generation here = generations.loaded(pinned.model(), pinned.number());
        return here != null && here.createdMillis() == pinned.createdMillis();
    }

    /**
     * Returns a known generation that documents need, and waits up to five seconds for it to load. Returns null after
     * that time, or at once if the load fails because the generation is gone for good.
     *
     * @param check runs at intervals while this method waits; throws to stop it
     */
    Generation loadedInTime(String model, int number, Runnable check) {
        Generation here = generations.loaded(model, number);
        if (here != null) {
            return here;
        }
        PlainActionFuture<Generation> loaded = PlainActionFuture.newFuture();
        generations.load(model, number, loaded);
        long started = System.nanoTime();
        while (System.nanoTime() - started < LOAD_PATIENCE_NANOS) {
            try {
                return loaded.get(CHECK_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                check.run();
            } catch (ExecutionException e) {
                break;
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }
        askFor(model, number);
        return null;
    }

    /** Whether one of these generations is loaded by now; requests those that are not. */
    boolean anyLoaded(String model, Collection<Integer> missing) {
        boolean any = false;
        for (int number : missing) {
            if (generations.loaded(model, number) != null) {
                any = true;
            } else {
                askFor(model, number);
            }
        }
        return any;
    }

    /** Loads a generation in the background, at most once per ten seconds, because it may be gone for good. */
    private void askFor(String model, int generation) {
        long now = System.nanoTime();
        Long last = asked.merge(
                model + "/" + generation, now, (before, later) -> later - before < ASK_AGAIN_NANOS ? before : later);
        if (last == now) {
            asked.values().removeIf(then -> now - then > ASK_AGAIN_NANOS);
            generations.load(model, generation, Listeners.ignoring());
        }
    }

    /** The number of generations that {@link #askFor} remembers. */
    int requested() {
        return asked.size();
    }

    static ThreadInterruptedException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new ThreadInterruptedException(e);
    }
}
