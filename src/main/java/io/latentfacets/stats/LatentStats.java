/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.stats;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * One node's counters, gauges and latencies. A node has one instance, which constructors pass to every class that
 * counts. {@link #add} changes counters and gauges, {@link #took} records latencies. {@link NodeStatsReader} reads the
 * other statistics of {@link StatName} from their sources. Thread-safe; counting takes no lock.
 */
public final class LatentStats {

    private final Map<StatName, LongAdder> numbers = new EnumMap<>(StatName.class);
    private final Map<StatName, LatencyHistogram> latencies = new EnumMap<>(StatName.class);
    /** Null while nobody observes. */
    private volatile Observer observer;

    /** Is told what is counted, on the thread that counts: must be fast, thread-safe, and must not throw. */
    interface Observer {

        /** @param amount what a counter or gauge changed by */
        void added(StatName stat, long amount);

        /** @param nanos a duration in nanoseconds */
        void took(StatName stat, long nanos);
    }

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

    /**
     * Adds to a counter or gauge.
     *
     * @param amount the amount to add; negative only for a gauge
     * @throws IllegalArgumentException if the statistic is neither a counter nor a gauge
     */
    public void add(StatName stat, long amount) {
        LongAdder adder = numbers.get(stat);
        if (adder == null) {
            throw new IllegalArgumentException("[" + stat.key() + "] is not a number but " + stat.kind());
        }
        adder.add(amount);
        Observer told = observer;
        if (told != null) {
            told.added(stat, amount);
        }
    }

    /**
     * Records a duration.
     *
     * @param nanos the duration in nanoseconds
     * @throws IllegalArgumentException if the statistic is not a latency
     */
    public void took(StatName stat, long nanos) {
        LatencyHistogram histogram = latencies.get(stat);
        if (histogram == null) {
            throw new IllegalArgumentException("[" + stat.key() + "] is not a latency but " + stat.kind());
        }
        histogram.record(nanos);
        Observer told = observer;
        if (told != null) {
            told.took(stat, nanos);
        }
    }

    /** Tells an observer of all that is counted from now on, in place of the one before. */
    void observe(Observer next) {
        observer = next;
    }

    /** The present value of a counter or gauge. */
    public long get(StatName stat) {
        return numbers.get(stat).sum();
    }

    Latency latency(StatName stat) {
        return latencies.get(stat).snapshot();
    }
}
