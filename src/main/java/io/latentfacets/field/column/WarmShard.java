/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field.column;

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
 * A started shard, the columns that searches need from it, and the warmer's progress on them. Holds no searcher and no
 * generation. Searches and the closing of the shard may call from any thread; only the warmer calls the rest, on one
 * thread at a time.
 */
final class WarmShard {
    /** The warmer no longer builds a column that no search has used for a day. */
    private static final long FORGET_NANOS = TimeUnit.DAYS.toNanos(1);

    private static final long NOTE_AGAIN_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final long FIRST_BACK_OFF_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LONGEST_BACK_OFF_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** A column to build for every segment of the shard. */
    record Target(ColumnDemand.Wanted wanted, Generation generation) {}

    /** A finished target. It holds the generation's number, because a reference would keep the generation in memory. */
    private record Done(ColumnDemand.Wanted wanted, int generation, long created, long layout) {}

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

    /** @return whether to wake the warmer at once */
    boolean request(ColumnDemand.Wanted wanted) {
        want(wanted);
        requested.set(true);
        return !backsOff();
    }

    /** Returns and clears, atomically, the flag that a search sets when it misses a column. No request is lost. */
    boolean takeRequest() {
        return requested.getAndSet(false);
    }

    boolean requested() {
        return requested.get();
    }

    /** The columns that searches have used within the last day; empty if nobody searches the shard. */
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

    /** The number of refreshes that are visible to searches. Read it before acquiring the searcher. */
    long refreshes() {
        return shard.refreshStats().getExternalTotal();
    }

    /**
     * Whether segments may lack columns and the warmer may acquire a searcher. Core counts an acquired searcher as a
     * search. A shard that only the warmer uses would never go idle and would refresh as long as documents arrive.
     * Therefore, after a refresh, the shard's own query count must show a search within
     * {@code index.search.idle.after}. For an idle shard, the warmer acquires a searcher only if the targets have
     * changed, as after a new generation, and only if no documents wait for a search to refresh them.
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

    /** @return whether this is the first failure in a row */
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
            keys.add(new Done(target.wanted(), generation.number(), generation.createdMillis(), generation.layout()));
        }
        return keys;
    }
}
