/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field;

import io.latentfacets.async.Listeners;
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
 * A node's cluster columns, by segment, field and generation. The column of a small segment is made by the first search
 * that needs it while the others wait for that one; that of a large segment is made in the background, and searches
 * look the documents up that they come across until it is there. A column is charged to the circuit breaker before it
 * is made, and goes when its segment goes or its generation is retired. Thread-safe.
 */
public final class ClusterColumns implements Closeable {
    /**
     * Documents times clusters times dimensions up to which a search builds a column itself: 20 to 50 ms on one core,
     * with 64 dimensions and 20 clusters 160,000 documents, with 300 clusters 10,000.
     */
    static final long SMALL = 200_000_000;

    private static final long LOAD_PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);
    /** How often who waits looks whether to go on. */
    private static final long CHECK_MILLIS = 50;

    private static final long ASK_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** What a column of a segment depends on; the time of creation tells a model from its namesake that was deleted. */
    private record Key(String field, String model, int generation, long created, boolean similarity) {
        Key(String field, Generation pinned, boolean similarity) {
            this(field, pinned.model(), pinned.number(), pinned.createdMillis(), similarity);
        }
    }

    /** A column that is there or on its way. */
    private static final class Entry extends CompletableFuture<BuiltColumn> {
        final long bytes;
        final int documents;
        /** Whether whoever made it was told to stop, which is no reason for others to do without it. */
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
     * @param breaker asked at each use, so that it may be set after this is made
     * @param demand told what searches use and miss
     */
    public ClusterColumns(
            Generations generations, Supplier<CircuitBreaker> breaker, LatentStats stats, ColumnDemand demand) {
        this(generations, breaker, stats, demand, SMALL);
    }

    /** @param small {@link #SMALL}, or what a test takes for it */
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
     * The column of a segment, for a search that goes on to ask for some of its documents, on one thread; null if the
     * segment – as this reader shows it – has no such field. Never waits for the column of a large segment of a shard.
     * Whatever it waits for or makes, it stops when the search that the reader is of is cancelled or out of time, with
     * the exception of {@link StopCheck}.
     *
     * @param pinned the generation whose clusters to count
     * @param similarity whether {@link ClusterColumn#isAtLeast} will be asked
     * @throws org.opensearch.core.common.breaker.CircuitBreakingException when there is no room for the column of a
     *     small segment; nothing is kept then
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

    /** What stands in for the column of a segment that has such a field; takes no memory to speak of. */
    public ClusterColumn lookUp(LeafReader reader, String field, Generation pinned, boolean similarity) {
        return lookUp(reader, field, pinned, similarity, () -> {});
    }

    private LookupColumn lookUp(
            LeafReader reader, String field, Generation pinned, boolean similarity, Runnable began) {
        LatentAssigner assigner = assigner(pinned, StopCheck.of(reader));
        return new LookupColumn(
                reader, field, assigner, similarity, () -> ready(reader, field, pinned, similarity), began);
    }

    /**
     * The same for a search that needs every document of the segment, which takes no less than the column: that is
     * built or waited for.
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
     * Sees to it that the column of a segment is there, on the thread of the warmer.
     *
     * @param stop asked now and then whether to go on
     * @throws org.apache.lucene.store.AlreadyClosedException if it was to stop
     * @throws org.opensearch.core.common.breaker.CircuitBreakingException when there is no room
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

    /** Asked of the reader at hand, not of the segment: a wrapper may hide the field from this caller. */
    private static boolean hides(LeafReader reader, String field) {
        return reader.getFieldInfos().fieldInfo(field) == null;
    }

    private boolean isSmall(LeafReader reader, Generation pinned) {
        Partition partition = pinned.clusters().partition();
        return (long) reader.maxDoc() * partition.count() * partition.dims() <= small;
    }

    /** The built column if it is there and as good as it can be; never waits. */
    private BuiltColumn ready(LeafReader reader, String field, Generation pinned, boolean similarity) {
        IndexReader.CacheHelper helper = reader.getCoreCacheHelper();
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

    /** @param check run now and then while it waits or makes something; throws to stop */
    private BuiltColumn build(
            LeafReader reader, String field, Generation pinned, boolean similarity, StatName by, Runnable check)
            throws IOException {
        IndexReader.CacheHelper helper = reader.getCoreCacheHelper();
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
                continue; // it has left the map: somebody else's turn
            }
            if (!canBeCompleted(pinned.model(), column)) {
                return column;
            }
            remove(columns, key, theirs);
        }
    }

    /** A generation that went while its column was on its way may have gone before the column could be found. */
    private void forgetIfRetired(Generation pinned, Map<Key, Entry> columns, Key key, Entry entry) {
        Generation here = generations.loaded(pinned.model(), pinned.number());
        if (here == null || here.createdMillis() != pinned.createdMillis()) {
            remove(columns, key, entry);
        }
    }

    /**
     * Charges the circuit breaker of columns for something else that a search makes of latents.
     *
     * @return gives the bytes back, once
     * @throws org.opensearch.core.common.breaker.CircuitBreakingException when there is no room
     */
    public Releasable charge(long bytes, String what) {
        breaker.get().addEstimateBytesAndMaybeBreak(bytes, what);
        return Releasables.releaseOnce(() -> breaker.get().addWithoutBreaking(-bytes));
    }

    /** Forgets the columns of generations of a model that nobody will ask for again. */
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
            count(entry, 1);
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

    private void count(Entry entry, int sign) {
        stats.add(StatName.CLUSTER_COLUMNS, sign);
        stats.add(StatName.CLUSTER_COLUMNS_BYTES, sign * entry.bytes);
        stats.add(StatName.CLUSTER_COLUMNS_DOCUMENTS, (long) sign * entry.documents);
    }

    private BuiltColumn fill(LeafReader reader, String field, Generation pinned, boolean similarity, Runnable check)
            throws IOException {
        int clusters = pinned.clusters().partition().count();
        return ColumnFiller.fill(
                reader.getBinaryDocValues(field),
                assigner(pinned, check),
                new BuiltColumn.Builder(reader.maxDoc(), clusters, similarity),
                check);
    }

    private LatentAssigner assigner(Generation pinned, Runnable check) {
        return new LatentAssigner(pinned, number -> loadedInTime(pinned.model(), number, check));
    }

    /** A generation that documents are of, waited for if need be; one that is gone for good fails at once. */
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

    /** @return null where whoever made the column was told to stop */
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

    /** Whether a generation that a column lacked is here by now; asks for those that are not. */
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

    /** Has a generation loaded, in the background and not more than once in a while: it may well be gone for good. */
    private void askFor(String model, int generation) {
        long now = System.nanoTime();
        Long last = asked.merge(
                model + "/" + generation, now, (before, later) -> later - before < ASK_AGAIN_NANOS ? before : later);
        if (last == now) {
            generations.load(model, generation, Listeners.ignoring());
        }
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
     * Each entry leaves its map once, so its bytes are given back once; if it is still on its way, when it has arrived.
     */
    @SuppressWarnings("FutureReturnValueIgnored")
    private void remove(Map<Key, Entry> columns, Key key, Entry entry) {
        if (columns.remove(key, entry)) {
            entry.thenAccept(column -> {
                breaker.get().addWithoutBreaking(-entry.bytes);
                count(entry, -1);
            });
        }
    }
}
