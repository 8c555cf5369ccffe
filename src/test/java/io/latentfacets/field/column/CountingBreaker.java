/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field.column;

import java.util.concurrent.atomic.AtomicLong;
import org.opensearch.common.breaker.TestCircuitBreaker;
import org.opensearch.core.common.breaker.CircuitBreakingException;

/** A circuit breaker that breaks on demand and counts the charged bytes. Thread-safe. */
public final class CountingBreaker extends TestCircuitBreaker {
    private final AtomicLong used = new AtomicLong();

    /** The charged bytes that have not been released. */
    public long used() {
        return used.get();
    }

    @Override
    public double addEstimateBytesAndMaybeBreak(long bytes, String label) throws CircuitBreakingException {
        super.addEstimateBytesAndMaybeBreak(bytes, label);
        return used.addAndGet(bytes);
    }

    @Override
    public long addWithoutBreaking(long bytes) {
        return used.addAndGet(bytes);
    }
}
