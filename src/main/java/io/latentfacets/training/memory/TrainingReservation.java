/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training.memory;

import io.latentfacets.model.definition.ModelDefinition;
import java.io.Closeable;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.core.common.breaker.CircuitBreaker;
import org.opensearch.core.common.breaker.CircuitBreakingException;
import org.opensearch.core.common.unit.ByteSizeValue;
import org.opensearch.core.rest.RestStatus;

/**
 * The memory that one training has reserved: its heap with the circuit breaker, its native memory with
 * {@link NativeMemory}. For one thread; {@link #close} gives everything back.
 */
public final class TrainingReservation implements Closeable {

    /** How long a pause between two tries lasts. */
    public static final long PAUSE_MILLIS = 1_000;

    /** How often a training asks for heap before it gives up; with the pauses more than two of core's collections. */
    static final int MOST_TRIES = 15;

    private static final String OF_HEAP = "of heap for all models and trainings together ([breaker.latent.limit])";
    private static final String OF_ALL = "of heap for everything on it ([indices.breaker.total.limit])";

    private final ModelDefinition definition;
    private final CircuitBreaker breaker;
    private final NativeMemory outside;
    private final Runnable pause;
    private long heap;
    private long engine;

    /**
     * Reserves nothing yet.
     *
     * @param pause waits {@link #PAUSE_MILLIS} on the training's thread, and throws if the training is cancelled
     */
    public TrainingReservation(
            ModelDefinition definition, CircuitBreaker breaker, NativeMemory outside, Runnable pause) {
        this.definition = definition;
        this.breaker = breaker;
        this.outside = outside;
        this.pause = pause;
    }

    /**
     * Raises the reservation to what a training needs; it never sinks in either part. While only the whole heap has no
     * room it waits and tries again, because garbage that the next collection frees may be what fills it: core itself
     * starts a collection for its parent breaker, but at most one in five seconds.
     *
     * @throws OpenSearchStatusException with status 400 if the training needs more than the node ever gives trainings,
     *     and with 429 if other work holds too much of it now. The message names what is needed, what there is, and the
     *     keys that make it large. Nothing changes then
     */
    public void raise(TrainingMemory needed) {
        TrainingMemory need = new TrainingMemory(Math.max(heap, needed.heap()), Math.max(engine, needed.engine()));
        requirePossible(need, need.heap(), breaker.getLimit(), OF_HEAP);
        requirePossible(need, need.engine(), outside.limit(), ofEngine());
        long moreHeap = need.heap() - heap;
        long moreEngine = need.engine() - engine;
        // even a request for nothing fails while others fill the whole heap
        if (moreHeap > 0) {
            reserveHeap(need, moreHeap);
        }
        if (moreEngine > 0 && !outside.reserve(moreEngine)) {
            breaker.addWithoutBreaking(-moreHeap);
            throw inUse(need, outside.limit(), ofEngine(), outside.reserved());
        }
        heap += moreHeap;
        engine += moreEngine;
    }

    private void reserveHeap(TrainingMemory need, long bytes) {
        for (int tries = 1; ; tries++) {
            try {
                breaker.addEstimateBytesAndMaybeBreak(bytes, "training of " + definition.name());
                return;
            } catch (CircuitBreakingException e) {
                // the child breaker's own limit, or the parent's, which counts everything in the heap
                long limit = breaker.getLimit();
                boolean ownLimit = limit >= 0 && (breaker.getUsed() + bytes) * breaker.getOverhead() > limit;
                if (ownLimit) {
                    throw inUse(need, limit, OF_HEAP, breaker.getUsed());
                }
                if (tries == MOST_TRIES) {
                    throw inUse(need, e.getByteLimit(), OF_ALL, e.getBytesWanted() - bytes);
                }
            }
            pause.run();
        }
    }

    private void requirePossible(TrainingMemory need, long bytes, long limit, String kind) {
        if (limit >= 0 && bytes > limit) {
            throw new OpenSearchStatusException(takes(need, limit, kind), RestStatus.BAD_REQUEST);
        }
    }

    private String ofEngine() {
        return "of memory " + outside.where() + " for all trainings together ([plugins.latent.training.native_memory])";
    }

    private OpenSearchStatusException inUse(TrainingMemory need, long limit, String kind, long used) {
        return new OpenSearchStatusException(
                takes(need, limit, kind) + ", of which [" + new ByteSizeValue(used) + "] are in use: try again later",
                RestStatus.TOO_MANY_REQUESTS);
    }

    private String takes(TrainingMemory need, long limit, String kind) {
        return "a training of model [" + definition.name() + "] takes about [" + new ByteSizeValue(need.heap())
                + "] of heap and [" + new ByteSizeValue(need.engine())
                + "] of native memory with [vae.hidden_dims] "
                + definition.vae().hiddenDims()
                + ", [vae.latent_dims] [" + definition.vae().latentDims() + "], [vae.batch_size] ["
                + definition.vae().batchSize() + "], [vae.restarts] ["
                + definition.vae().restarts() + "], [text.vocabulary_size] ["
                + definition.text().vocabularySize() + "] and [source.max_documents] ["
                + definition.source().maxDocuments() + "]; the node has [" + new ByteSizeValue(limit) + "] " + kind;
    }

    @Override
    public void close() {
        breaker.addWithoutBreaking(-heap);
        outside.release(engine);
        heap = 0;
        engine = 0;
    }
}
