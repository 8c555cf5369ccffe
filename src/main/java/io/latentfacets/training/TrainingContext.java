/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import io.latentfacets.encode.EncoderService;
import io.latentfacets.engine.InferenceEngine;
import io.latentfacets.generations.Retention;
import io.latentfacets.model.Generations;
import io.latentfacets.model.store.ModelStore;
import io.latentfacets.stats.LatentStats;
import io.latentfacets.training.memory.NativeMemory;
import java.util.function.Function;
import org.apache.lucene.analysis.Analyzer;
import org.opensearch.core.common.breaker.CircuitBreaker;
import org.opensearch.core.xcontent.NamedXContentRegistry;

/**
 * The services of a node that a training uses. Immutable and thread-safe.
 *
 * @param retention deletes old generations
 * @param analyzers a look-up of analyzers by name that throws IllegalArgumentException for an unknown one
 * @param breaker the circuit breaker that is charged with a training's heap
 * @param outsideHeap the native memory of trainings
 * @param wordVectors the files of word vectors of this node
 * @param threads the number of threads that the engine may use within one operation of a training
 * @param workers the number of threads that share the work of a training
 */
public record TrainingContext(
        ModelStore store,
        Retention retention,
        Generations generations,
        EncoderService encoders,
        InferenceEngine engine,
        Function<String, Analyzer> analyzers,
        CircuitBreaker breaker,
        NativeMemory outsideHeap,
        TrainingSpace space,
        NamedXContentRegistry xContentRegistry,
        LatentStats stats,
        WordVectorFiles wordVectors,
        int threads,
        int workers) {}
