/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import io.latentfacets.encode.EncoderService;
import io.latentfacets.engine.InferenceEngine;
import io.latentfacets.model.Generations;
import io.latentfacets.model.store.ModelStore;
import io.latentfacets.stats.LatentStats;
import java.util.function.Function;
import org.apache.lucene.analysis.Analyzer;
import org.opensearch.core.common.breaker.CircuitBreaker;
import org.opensearch.core.xcontent.NamedXContentRegistry;

/**
 * What a training works with on a node.
 *
 * @param analyzers finds an analyzer by name; IllegalArgumentException for an unknown one
 * @param breaker charged with a training's memory
 * @param threads that a training's engine may use
 */
public record TrainingContext(
        ModelStore store,
        Generations generations,
        EncoderService encoders,
        InferenceEngine engine,
        Function<String, Analyzer> analyzers,
        CircuitBreaker breaker,
        TrainingSpace space,
        NamedXContentRegistry xContentRegistry,
        LatentStats stats,
        int threads) {}
