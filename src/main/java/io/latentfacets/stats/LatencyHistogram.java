/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.stats;

import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts durations in buckets of constant relative width: eight per doubling, so a percentile is at most 12.5 % too
 * large. Thread-safe; recording takes no lock.
 */
final class LatencyHistogram {

    private static final int SUB_BITS = 3;
    private static final int SUB = 1 << SUB_BITS;
    static final int BUCKETS = 64 * SUB;

    private final LongAdder[] buckets = new LongAdder[BUCKETS];
    private final LongAdder totalMicros = new LongAdder();
    private final LongAccumulator maxMicros = new LongAccumulator(Math::max, 0);

    LatencyHistogram() {
        for (int i = 0; i < BUCKETS; i++) {
            buckets[i] = new LongAdder();
        }
    }

    /** Records one duration in nanoseconds; a negative one counts as 0. */
    void record(long nanos) {
        long micros = Math.max(0, nanos) / 1000;
        buckets[bucket(micros)].increment();
        totalMicros.add(micros);
        maxMicros.accumulate(micros);
    }

    Latency snapshot() {
        long[] counts = new long[BUCKETS];
        for (int i = 0; i < BUCKETS; i++) {
            counts[i] = buckets[i].sum();
        }
        return new Latency(counts, totalMicros.sum(), maxMicros.get());
    }

    /** The bucket of a value: exact below 16, then by the exponent and the three bits after the leading one. */
    static int bucket(long micros) {
        if (micros < 2 * SUB) {
            return (int) micros;
        }
        int exponent = 63 - Long.numberOfLeadingZeros(micros);
        int shift = exponent - SUB_BITS;
        return (shift << SUB_BITS) + (int) (micros >>> shift);
    }

    /** The largest value of a bucket, in microseconds. */
    static long upperBound(int bucket) {
        if (bucket < 2 * SUB) {
            return bucket;
        }
        int shift = (bucket >> SUB_BITS) - 1;
        long mantissa = (long) SUB + (bucket & (SUB - 1));
        return ((mantissa + 1) << shift) - 1;
    }
}
