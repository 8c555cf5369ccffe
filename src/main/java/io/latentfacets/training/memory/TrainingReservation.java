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

    private static final String OF_HEAP = "of heap for all models and trainings together ([breaker.latent.limit])";
    private static final String OUTSIDE_HEAP =
            "of memory outside the heap for all trainings together ([plugins.latent.training.native_memory])";

    private final ModelDefinition definition;
    private final CircuitBreaker breaker;
    private final NativeMemory outside;
    private long heap;
    private long engine;

    /** Reserves nothing yet. */
    public TrainingReservation(ModelDefinition definition, CircuitBreaker breaker, NativeMemory outside) {
        this.definition = definition;
        this.breaker = breaker;
        this.outside = outside;
    }

    /**
     * Raises the reservation to what a training needs; it never sinks in either part.
     *
     * @throws OpenSearchStatusException with status 400 if the training needs more than the node ever gives trainings,
     *     and with 429 if other work holds too much of it now. The message names what is needed, what there is, and the
     *     keys that make it large. Nothing changes then
     */
    public void raise(TrainingMemory needed) {
        TrainingMemory need = new TrainingMemory(Math.max(heap, needed.heap()), Math.max(engine, needed.engine()));
        requirePossible(need, need.heap(), breaker.getLimit(), OF_HEAP);
        requirePossible(need, need.engine(), outside.limit(), OUTSIDE_HEAP);
        long moreHeap = need.heap() - heap;
        long moreEngine = need.engine() - engine;
        try {
            breaker.addEstimateBytesAndMaybeBreak(moreHeap, "training of " + definition.name());
        } catch (CircuitBreakingException e) {
            throw inUse(need, e.getByteLimit(), OF_HEAP, breaker.getUsed());
        }
        if (!outside.reserve(moreEngine)) {
            breaker.addWithoutBreaking(-moreHeap);
            throw inUse(need, outside.limit(), OUTSIDE_HEAP, outside.reserved());
        }
        heap += moreHeap;
        engine += moreEngine;
    }

    private void requirePossible(TrainingMemory need, long bytes, long limit, String kind) {
        if (limit >= 0 && bytes > limit) {
            throw new OpenSearchStatusException(takes(need, limit, kind), RestStatus.BAD_REQUEST);
        }
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
