/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field;

import io.latentfacets.model.Generation;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.opensearch.index.shard.IndexShard;

/**
 * A started shard, the columns that are wanted of it, and what the warmer has done about them. Searches and the closing
 * of the shard may come from any thread; the rest is the warmer's, a thread at a time. Keeps no searcher and no
 * generation.
 */
final class WarmShard {
    /** What nobody has asked for in a day is not made any more. */
    private static final long FORGET_NANOS = TimeUnit.DAYS.toNanos(1);

    private static final long NOTE_AGAIN_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final long FIRST_BACK_OFF_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LONGEST_BACK_OFF_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** A column to make of every segment. */
    record Target(ColumnDemand.Wanted wanted, Generation generation) {}

    /** A target without its generation itself, which would be kept alive. */
    private record Done(ColumnDemand.Wanted wanted, int generation, long created) {}

    private final IndexShard shard;
    private final Map<ColumnDemand.Wanted, Long> wants = new ConcurrentHashMap<>();
    private volatile boolean closed;
    private final AtomicBoolean requested = new AtomicBoolean();
    private volatile long resumeAt;
    private volatile long backOff;

    private Set<Done> done = Set.of();
    private long refreshes = -1;
    private long queries = -1;
    private long queriedAt;

    WarmShard(IndexShard shard) {
        this.shard = shard;
        this.resumeAt = System.nanoTime();
    }

    IndexShard shard() {
        return shard;
    }

    void close() {
        closed = true;
    }

    boolean closed() {
        return closed;
    }

    void want(ColumnDemand.Wanted wanted) {
        long now = System.nanoTime();
        Long before = wants.get(wanted);
        if (before == null || now - before > NOTE_AGAIN_NANOS) {
            wants.put(wanted, now);
        }
    }

    /** @return whether the warmer should come at once */
    boolean request(ColumnDemand.Wanted wanted) {
        want(wanted);
        requested.set(true);
        return !backsOff();
    }

    /** Returns and clears the flag that a search sets when it misses a column, in one step, so that none is lost. */
    boolean takeRequest() {
        return requested.getAndSet(false);
    }

    boolean requested() {
        return requested.get();
    }

    /** What is wanted and was not forgotten; empty for a shard that nobody searches. */
    Set<ColumnDemand.Wanted> wants() {
        if (!wants.isEmpty()) {
            long now = System.nanoTime();
            wants.values().removeIf(asked -> now - asked > FORGET_NANOS);
        }
        return wants.keySet();
    }

    boolean backsOff() {
        return System.nanoTime() - resumeAt < 0;
    }

    /** Number of refreshes that searches can have seen, before the searcher is looked at. */
    long refreshes() {
        return shard.refreshStats().getExternalTotal();
    }

    /**
     * Whether segments may lack columns and the shard may be touched. To take its searcher counts as a search: a shard
     * that is searched by nobody else would never go idle, and refreshed as long as documents come. So after a refresh
     * a shard must have been searched within {@code index.search.idle.after}, by its own count of queries. A shard that
     * is idle already is only touched for a new generation, and not if documents wait for a search to refresh it.
     */
    boolean due(List<Target> targets, long refreshesNow) {
        long now = System.nanoTime();
        long queriesNow = shard.searchStats().getTotal().getQueryCount();
        if (queriesNow != queries) {
            queries = queriesNow;
            queriedAt = now;
        }
        boolean other = !done.equals(keys(targets));
        if (!other && refreshes == refreshesNow) {
            return false;
        }
        if (shard.indexSettings().isExplicitRefresh() || !shard.isSearchIdleSupported()) {
            return true;
        }
        if (shard.isSearchIdle()) {
            return other && !shard.hasRefreshPending();
        }
        return now - queriedAt <= shard.indexSettings().getSearchIdleAfter().nanos();
    }

    void succeeded(List<Target> targets, long refreshesThen) {
        done = keys(targets);
        refreshes = refreshesThen;
        backOff = 0;
    }

    /** @return whether it is the first time in a row */
    boolean failed() {
        boolean first = backOff == 0;
        backOff = first ? FIRST_BACK_OFF_NANOS : Math.min(LONGEST_BACK_OFF_NANOS, 2 * backOff);
        resumeAt = System.nanoTime() + backOff;
        return first;
    }

    private static Set<Done> keys(List<Target> targets) {
        Set<Done> keys = new HashSet<>();
        for (Target target : targets) {
            Generation generation = target.generation();
            keys.add(new Done(target.wanted(), generation.number(), generation.createdMillis()));
        }
        return keys;
    }
}
