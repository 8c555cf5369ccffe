/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.ingest;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Keeps what every batch would log to one line a minute. Thread-safe. */
final class OncePerMinute {

    private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final AtomicLong quietUntil = new AtomicLong(System.nanoTime());

    /** Whether nobody got true within the last minute. */
    boolean now() {
        long now = System.nanoTime();
        long until = quietUntil.get();
        return now - until >= 0 && quietUntil.compareAndSet(until, now + QUIET_NANOS);
    }
}
