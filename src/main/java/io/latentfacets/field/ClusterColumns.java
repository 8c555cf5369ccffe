/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field;

import io.latentfacets.async.Listeners;
import io.latentfacets.async.WorkThreads;
import io.latentfacets.cluster.Partition;
import io.latentfacets.model.Generation;
import io.latentfacets.model.Generations;
import io.latentfacets.stats.LatentStats;
import io.latentfacets.stats.StatName;
import java.io.Closeable;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.lucene.index.FilterLeafReader;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.util.ThreadInterruptedException;
import org.opensearch.action.support.PlainActionFuture;
import org.opensearch.common.lease.Releasable;
import org.opensearch.common.lease.Releasables;
import org.opensearch.core.common.breaker.CircuitBreaker;
import org.opensearch.core.index.shard.ShardId;
import org.opensearch.index.shard.ShardUtils;

/**
 * A node's cluster columns, by segment, field and generation. A column is made from the segment itself, never from a
 * reader that wraps it for one user, because all users share it. A user whose reader hides or masks the field gets
 * none. The first search that needs the column of a small segment builds it, and other searches wait for it. The warmer
 * builds the column of a large segment in the background. Until that column exists, searches look up the documents they
 * visit. The circuit breaker is charged before a column is built. A column is dropped when its segment closes or its
 * generation is retired. Thread-safe.
 */
public final class ClusterColumns implements Closeable {
    /**
     * The largest product of documents, clusters and dimensions for which a search builds the column itself. This takes
     * 20 to 50 ms on one core. With 64 dimensions it allows 160,000 documents for 20 clusters, or 10,000 documents for
     * 300 clusters.
     */
    static final long SMALL = 200_000_000;

    private static final long LOAD_PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);
    /** The interval at which a waiting thread checks whether to continue. */
    private static final long CHECK_MILLIS = 50;

    private static final long ASK_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(10);

    /**
     * Identifies a column within a segment. The creation time distinguishes a model from a deleted model of the same
     * name.
     */
    private record Key(String field, String model, int generation, long created, boolean similarity) {
        Key(String field, Generation pinned, boolean similarity) {
            this(field, pinned.model(), pinned.number(), pinned.createdMillis(), similarity);
        }
    }

    /** A column that is complete or under construction. */
    private static final class Entry extends CompletableFuture<BuiltColumn> {
        final long bytes;
        final int documents;
        /** Whether the builder's search was stopped. Other searches then build the column themselves. */
        volatile boolean abandoned;

        Entry(long bytes, int documents) {
            this.bytes = bytes;
            this.documents = documents;
        }
    }

    private final Generations generations;
    private final Supplier<CircuitBreaker> breaker;
    private final LatentStats stats;
    private final ColumnDemand demand;
    private final long small;
    private final Map<IndexReader.CacheKey, Map<Key, Entry>> segments = new ConcurrentHashMap<>();
    private final Map<String, Long> asked = new ConcurrentHashMap<>();

    /**
     * @param breaker supplies the circuit breaker at each use, so that the caller may set it after construction
     * @param demand records which columns searches use and miss
     */
    public ClusterColumns(
            Generations generations, Supplier<CircuitBreaker> breaker, LatentStats stats, ColumnDemand demand) {
        this(generations, breaker, stats, demand, SMALL);
    }

    /** @param small the limit between small and large segments: {@link #SMALL}, or another value in tests */
    ClusterColumns(
            Generations generations,
            Supplier<CircuitBreaker> breaker,
            LatentStats stats,
            ColumnDemand demand,
            long small) {
        this.generations = generations;
        this.breaker = breaker;
        this.stats = stats;
        this.demand = demand;
        this.small = small;
    }

    /**
     * Returns the column of a segment to a search that reads some of its documents on one thread. If the segment is
     * large and the warmer serves its shard, this method does not wait: it returns a column that looks up documents.
     * While it builds or waits, it runs {@link StopCheck}, whose exception ends it if the search of this reader is
     * cancelled or out of time.
     *
     * @param pinned the generation whose clusters the search counts
     * @param similarity whether the caller uses {@link ClusterColumn#isAtLeast}
     * @return the column; null if the segment, as this reader shows it, does not have the field or has other values
     * @throws org.opensearch.core.common.breaker.CircuitBreakingException if a column that the search builds does not
     *     fit; the breaker keeps no charge then
     */
    public ClusterColumn get(LeafReader reader, String field, Generation pinned, boolean similarity)
            throws IOException {
        if (hides(reader, field)) {
            return null;
        }
        ColumnDemand.Wanted wanted = new ColumnDemand.Wanted(field, pinned.model(), similarity);
        ShardId shard = ShardUtils.extractShardId(reader);
        demand.used(shard, wanted);
        BuiltColumn ready = ready(reader, field, pinned, similarity);
        if (ready != null) {
            return ready;
        }
        if (isSmall(reader, pinned) || !demand.request(shard, wanted)) {
            return build(
                    reader,
                    field,
                    pinned,
                    similarity,
                    StatName.CLUSTER_COLUMNS_BUILT_BY_SEARCHES,
                    StopCheck.of(reader));
        }
        return lookUp(reader, field, pinned, similarity, () -> stats.increment(StatName.CLUSTER_COLUMN_LOOKUPS));
    }

    /** Returns a column that looks up documents in a segment that has the field. Needs almost no memory. */
    public ClusterColumn lookUp(LeafReader reader, String field, Generation pinned, boolean similarity) {
        return lookUp(reader, field, pinned, similarity, () -> {});
    }

    private LookupColumn lookUp(
            LeafReader reader, String field, Generation pinned, boolean similarity, Runnable began) {
        LatentAssigner assigner = assigner(pinned, StopCheck.of(reader));
        return new LookupColumn(
                FilterLeafReader.unwrap(reader),
                field,
                assigner,
                similarity,
                () -> ready(reader, field, pinned, similarity),
                began);
    }

    /**
     * Like {@link #get}, for a search that needs every document of the segment. To look up all documents costs as much
     * as the column, so this method builds the column or waits for it.
     */
    public ClusterColumn whole(LeafReader reader, String field, Generation pinned, boolean similarity)
            throws IOException {
        if (hides(reader, field)) {
            return null;
        }
        demand.used(ShardUtils.extractShardId(reader), new ColumnDemand.Wanted(field, pinned.model(), similarity));
        return build(
                reader, field, pinned, similarity, StatName.CLUSTER_COLUMNS_BUILT_BY_SEARCHES, StopCheck.of(reader));
    }

    /**
     * Builds the column of a segment unless it exists. The warmer calls this on its own thread.
     *
     * @param stop polled at intervals; true ends the build
     * @throws org.apache.lucene.store.AlreadyClosedException if {@code stop} returned true
     * @throws org.opensearch.core.common.breaker.CircuitBreakingException if the column does not fit
     */
    void warm(LeafReader reader, ColumnDemand.Wanted wanted, Generation pinned, BooleanSupplier stop)
            throws IOException {
        if (!hides(reader, wanted.field())) {
            StatName by = StatName.CLUSTER_COLUMNS_BUILT_BY_WARMER;
            build(reader, wanted.field(), pinned, wanted.similarity(), by, () -> {
                if (stop.getAsBoolean()) {
                    throw new AlreadyClosedException("nobody needs this cluster column any more");
                }
            });
        }
    }

    /** Whether there is no column for this caller, because his reader does not show the segment's latents. */
    private static boolean hides(LeafReader reader, String field) throws IOException {
        return reader.getFieldInfos().fieldInfo(field) == null || HiddenLatents.in(reader, field);
    }

    private boolean isSmall(LeafReader reader, Generation pinned) {
        Partition partition = pinned.clusters().partition();
        return (long) reader.maxDoc() * partition.count() * partition.dims() <= small;
    }

    /** Returns the built column if it exists and no missing generation has arrived since; never waits. */
    private BuiltColumn ready(LeafReader reader, String field, Generation pinned, boolean similarity) {
        IndexReader.CacheHelper helper = FilterLeafReader.unwrap(reader).getCoreCacheHelper();
        Map<Key, Entry> columns = helper == null ? null : segments.get(helper.getKey());
        if (columns == null) {
            return null;
        }
        Entry entry = columns.get(new Key(field, pinned, similarity));
        if (entry == null || !entry.isDone() || entry.isCompletedExceptionally()) {
            return null;
        }
        BuiltColumn column = entry.join();
        return canBeCompleted(pinned.model(), column) ? null : column;
    }

    /** @param check runs at intervals while this method builds or waits; throws to stop it */
    private BuiltColumn build(
            LeafReader reader, String field, Generation pinned, boolean similarity, StatName by, Runnable check)
            throws IOException {
        IndexReader.CacheHelper helper = FilterLeafReader.unwrap(reader).getCoreCacheHelper();
        if (helper == null) {
            return fill(reader, field, pinned, similarity, check);
        }
        Map<Key, Entry> columns = segments.get(helper.getKey());
        if (columns == null) {
            columns = segments.computeIfAbsent(helper.getKey(), key -> {
                helper.addClosedListener(this::evictSegment);
                return new ConcurrentHashMap<>();
            });
        }
        Key key = new Key(field, pinned, similarity);
        int clusters = pinned.clusters().partition().count();
        Entry mine = new Entry(BuiltColumn.ramBytes(reader.maxDoc(), clusters, similarity), reader.maxDoc());
        while (true) {
            Entry theirs = columns.putIfAbsent(key, mine);
            if (theirs == null) {
                BuiltColumn column = compute(reader, key, pinned, columns, mine, by, check);
                forgetIfRetired(pinned, columns, key, mine);
                return column;
            }
            BuiltColumn column = await(theirs, check);
            if (column == null) {
                continue; // the builder was stopped and the entry left the map: try again
            }
            if (!canBeCompleted(pinned.model(), column)) {
                return column;
            }
            remove(columns, key, theirs);
        }
    }

    /**
     * Drops the column of a generation that was retired during the build: {@link #evict} may have run before the entry
     * existed.
     */
    private void forgetIfRetired(Generation pinned, Map<Key, Entry> columns, Key key, Entry entry) {
        Generation here = generations.loaded(pinned.model(), pinned.number());
        if (here == null || here.createdMillis() != pinned.createdMillis()) {
            remove(columns, key, entry);
        }
    }

    /**
     * Charges the columns' circuit breaker for other data that a search derives from latents.
     *
     * @param bytes the number of bytes
     * @param what the label for the breaker's messages
     * @return releases the bytes; further calls have no effect
     * @throws org.opensearch.core.common.breaker.CircuitBreakingException if the bytes do not fit
     */
    public Releasable charge(long bytes, String what) {
        breaker.get().addEstimateBytesAndMaybeBreak(bytes, what);
        return Releasables.releaseOnce(() -> breaker.get().addWithoutBreaking(-bytes));
    }

    /**
     * Drops the columns of retired generations of a model.
     *
     * @param generation selects the numbers of the retired generations
     */
    public void evict(String model, IntPredicate generation) {
        for (Map<Key, Entry> columns : segments.values()) {
            evict(columns, key -> key.model().equals(model) && generation.test(key.generation()));
        }
    }

    @Override
    public void close() {
        segments.keySet().forEach(this::evictSegment);
    }

    private BuiltColumn compute(
            LeafReader reader,
            Key key,
            Generation pinned,
            Map<Key, Entry> columns,
            Entry entry,
            StatName by,
            Runnable check)
            throws IOException {
        assert WorkThreads.mayWork() : WorkThreads.busy("building a cluster column");
        Runnable own = () -> {
            try {
                check.run();
            } catch (RuntimeException e) {
                entry.abandoned = true;
                throw e;
            }
        };
        boolean charged = false;
        try {
            breaker.get().addEstimateBytesAndMaybeBreak(entry.bytes, "latent_cluster_column");
            charged = true;
            long started = System.nanoTime();
            BuiltColumn column = fill(reader, key.field(), pinned, key.similarity(), own);
            stats.took(StatName.CLUSTER_COLUMN_MILLIS, System.nanoTime() - started);
            stats.increment(by);
            count(entry, column, 1);
            entry.complete(column);
            return column;
        } catch (Throwable t) {
            columns.remove(key, entry);
            if (charged) {
                breaker.get().addWithoutBreaking(-entry.bytes);
            }
            stats.increment(StatName.CLUSTER_COLUMNS_FAILED);
            entry.completeExceptionally(t);
            throw t;
        }
    }

    private void count(Entry entry, BuiltColumn column, int sign) {
        stats.add(StatName.CLUSTER_COLUMNS_UNKNOWN_ENCODER, (long) sign * column.unknown());
        stats.add(StatName.CLUSTER_COLUMNS, sign);
        stats.add(StatName.CLUSTER_COLUMNS_BYTES, sign * entry.bytes);
        stats.add(StatName.CLUSTER_COLUMNS_DOCUMENTS, (long) sign * entry.documents);
    }

    private BuiltColumn fill(LeafReader reader, String field, Generation pinned, boolean similarity, Runnable check)
            throws IOException {
        int clusters = pinned.clusters().partition().count();
        return ColumnFiller.fill(
                FilterLeafReader.unwrap(reader).getBinaryDocValues(field),
                assigner(pinned, check),
                new BuiltColumn.Builder(reader.maxDoc(), clusters, similarity),
                check);
    }

    private LatentAssigner assigner(Generation pinned, Runnable check) {
        return new LatentAssigner(
                pinned, generations.known(pinned.model()), number -> loadedInTime(pinned.model(), number, check));
    }

    /**
     * Returns a known generation that documents need, and waits up to five seconds for it to load. Returns null after
     * that time, or at once if the load fails because the generation is gone for good.
     */
    private Generation loadedInTime(String model, int number, Runnable check) {
        Generation here = generations.loaded(model, number);
        if (here != null) {
            return here;
        }
        PlainActionFuture<Generation> loaded = PlainActionFuture.newFuture();
        generations.load(model, number, loaded);
        long started = System.nanoTime();
        while (System.nanoTime() - started < LOAD_PATIENCE_NANOS) {
            try {
                return loaded.get(CHECK_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                check.run();
            } catch (ExecutionException e) {
                break;
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }
        askFor(model, number);
        return null;
    }

    /** @return the column; null if its builder was stopped */
    private static BuiltColumn await(Entry entry, Runnable check) throws IOException {
        while (true) {
            try {
                return entry.get(CHECK_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                check.run();
            } catch (InterruptedException e) {
                throw interrupted(e);
            } catch (ExecutionException e) {
                if (entry.abandoned) {
                    return null;
                }
                if (e.getCause() instanceof IOException io) {
                    throw new IOException(io);
                }
                if (e.getCause() instanceof RuntimeException runtime) {
                    throw runtime;
                }
                throw new CompletionException(e.getCause());
            }
        }
    }

    private static ThreadInterruptedException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new ThreadInterruptedException(e);
    }

    /** Whether a generation that the column lacked is loaded by now; requests those that are not. */
    private boolean canBeCompleted(String model, BuiltColumn column) {
        boolean better = false;
        for (int missing : column.missing()) {
            if (generations.loaded(model, missing) != null) {
                better = true;
            } else {
                askFor(model, missing);
            }
        }
        return better;
    }

    /** Loads a generation in the background, at most once per ten seconds, because it may be gone for good. */
    private void askFor(String model, int generation) {
        long now = System.nanoTime();
        Long last = asked.merge(
                model + "/" + generation, now, (before, later) -> later - before < ASK_AGAIN_NANOS ? before : later);
        if (last == now) {
            asked.values().removeIf(then -> now - then > ASK_AGAIN_NANOS);
            generations.load(model, generation, Listeners.ignoring());
        }
    }

    /** The number of generations that {@link #askFor} remembers. */
    int requested() {
        return asked.size();
    }

    private void evictSegment(IndexReader.CacheKey segment) {
        Map<Key, Entry> columns = segments.remove(segment);
        if (columns != null) {
            evict(columns, key -> true);
        }
    }

    private void evict(Map<Key, Entry> columns, Predicate<Key> which) {
        columns.forEach((key, entry) -> {
            if (which.test(key)) {
                remove(columns, key, entry);
            }
        });
    }

    /**
     * Removes an entry. Each entry leaves its map once, so its bytes are released once. If the column is still under
     * construction, they are released when it completes.
     */
    @SuppressWarnings("FutureReturnValueIgnored")
    private void remove(Map<Key, Entry> columns, Key key, Entry entry) {
        if (columns.remove(key, entry)) {
            entry.thenAccept(column -> {
                breaker.get().addWithoutBreaking(-entry.bytes);
                count(entry, column, -1);
            });
        }
    }
}
