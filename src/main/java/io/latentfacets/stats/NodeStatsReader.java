/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.stats;

import io.latentfacets.engine.InferenceEngine;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.opensearch.core.common.breaker.CircuitBreaker;

/** Reads one node's statistics from their sources: counters, circuit breaker and engine. Thread-safe. */
public final class NodeStatsReader {

    /** Memory, in bytes: what is reserved, and the most that may be. */
    public record Memory(LongSupplier reserved, LongSupplier limit) {}

    private final LatentStats stats;
    private final InferenceEngine engine;
    private final CircuitBreaker breaker;
    private final Memory trainings;
    private final LongSupplier encoders;
    private final BooleanSupplier loadFailed;

    /**
     * @param trainings the memory in which trainings compute
     * @param encoders the heap of open encoders, in bytes
     * @param loadFailed a supplier of whether this node failed to load an active generation
     */
    public NodeStatsReader(
            LatentStats stats,
            InferenceEngine engine,
            CircuitBreaker breaker,
            Memory trainings,
            LongSupplier encoders,
            BooleanSupplier loadFailed) {
        this.stats = stats;
        this.engine = engine;
        this.breaker = breaker;
        this.trainings = trainings;
        this.encoders = encoders;
        this.loadFailed = loadFailed;
    }

    Map<StatName, Object> read(Set<StatName> wanted) {
        Map<StatName, Object> values = new EnumMap<>(StatName.class);
        for (StatName stat : wanted) {
            Object value = value(stat);
            if (value != null) {
                values.put(stat, value);
            }
        }
        return values;
    }

    private Object value(StatName stat) {
        return switch (stat) {
            case STATUS -> status().key();
            case BREAKER_BYTES -> breaker.getUsed();
            case BREAKER_LIMIT_BYTES -> breaker.getLimit();
            case BREAKER_TRIPPED -> breaker.getTrippedCount();
            case ENGINE_AVAILABLE -> engine.available();
            case ENGINE_DEVICE -> engine.available() ? engine.device() : null;
            case ENGINE_VERSION -> engine.available() ? engine.version() : null;
            case ENGINE_ERROR -> engine.error();
            case ENGINE_NOTICE -> engine.notice();
            case ENGINE_DEVICE_BYTES -> engine.deviceMemoryUsedBytes();
            case ENGINE_DEVICE_LIMIT_BYTES -> engine.deviceMemoryBytes();
            case TRAININGS_NATIVE_BYTES -> trainings.reserved().getAsLong();
            case TRAININGS_NATIVE_LIMIT_BYTES -> trainings.limit().getAsLong();
            case ENCODERS_BYTES -> encoders.getAsLong();
            default -> stat.kind() == StatName.Kind.LATENCY ? (Object) stats.latency(stat) : (Object) stats.get(stat);
        };
    }

    private Status status() {
        if (!engine.available()) {
            return Status.RED;
        }
        return loadFailed.getAsBoolean() ? Status.YELLOW : Status.GREEN;
    }
}
