/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.stats;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * One node's counters. Thread-safe, wait-free; one object a node, passed by constructor to whoever counts. Counters and
 * gauges are {@link #add added} to, latencies are {@link #took recorded}; the rest of {@link StatName} is read from its
 * source when somebody asks.
 */
public final class LatentStats {

    private final Map<StatName, LongAdder> numbers = new EnumMap<>(StatName.class);
    private final Map<StatName, LatencyHistogram> latencies = new EnumMap<>(StatName.class);

    public LatentStats() {
        for (StatName stat : StatName.values()) {
            switch (stat.kind()) {
                case COUNTER, GAUGE -> numbers.put(stat, new LongAdder());
                case LATENCY -> latencies.put(stat, new LatencyHistogram());
                case TEXT, FLAG -> {}
            }
        }
    }

    /** Adds one to a counter or gauge. */
    public void increment(StatName stat) {
        add(stat, 1);
    }

    /** Adds to a counter or gauge; gauges take negative amounts. IllegalArgumentException for another kind. */
    public void add(StatName stat, long amount) {
        LongAdder adder = numbers.get(stat);
        if (adder == null) {
            throw new IllegalArgumentException("[" + stat.key() + "] is not a number but " + stat.kind());
        }
        adder.add(amount);
    }

    /** Records a duration in nanoseconds. IllegalArgumentException if the stat is not a latency. */
    public void took(StatName stat, long nanos) {
        LatencyHistogram histogram = latencies.get(stat);
        if (histogram == null) {
            throw new IllegalArgumentException("[" + stat.key() + "] is not a latency but " + stat.kind());
        }
        histogram.record(nanos);
    }

    /** Present value of a counter or gauge. */
    public long get(StatName stat) {
        return numbers.get(stat).sum();
    }

    Latency latency(StatName stat) {
        return latencies.get(stat).snapshot();
    }
}
