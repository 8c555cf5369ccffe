/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field;

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
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReader;
import org.opensearch.action.support.PlainActionFuture;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.common.breaker.CircuitBreaker;

/**
 * A node's cluster columns, by segment, field and generation. A column is computed by the first search that needs it
 * while the others wait for that one, is charged to the circuit breaker before it is made, and goes when its segment
 * goes or its generation is retired. Thread-safe.
 */
public final class ClusterColumns implements Closeable {
    private static final TimeValue LOAD_PATIENCE = TimeValue.timeValueSeconds(5);
    private static final long ASK_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** What a column of a segment depends on; the time of creation tells a model from its namesake that was deleted. */
    private record Key(String field, String model, int generation, long created, boolean similarity) {}

    /** A column that is there or on its way. */
    private static final class Entry extends CompletableFuture<ClusterColumn> {
        final long bytes;

        Entry(long bytes) {
            this.bytes = bytes;
        }
    }

    private final Generations generations;
    private final Supplier<CircuitBreaker> breaker;
    private final LatentStats stats;
    private final Map<IndexReader.CacheKey, Map<Key, Entry>> segments = new ConcurrentHashMap<>();
    private final Map<String, Long> asked = new ConcurrentHashMap<>();

    /** @param breaker asked at each use, so that it may be set after this is made */
    public ClusterColumns(Generations generations, Supplier<CircuitBreaker> breaker, LatentStats stats) {
        this.generations = generations;
        this.breaker = breaker;
        this.stats = stats;
    }

    /**
     * The column of a segment, or null if the segment – as this reader shows it – has no such field.
     *
     * @param pinned the generation whose clusters to count
     * @param similarity whether {@link ClusterColumn#isAtLeast} will be asked
     * @throws org.opensearch.core.common.breaker.CircuitBreakingException when there is no room; nothing is kept then
     */
    public ClusterColumn get(LeafReader reader, String field, Generation pinned, boolean similarity)
            throws IOException {
        // Asked of the reader at hand, not of the segment: a wrapper may hide the field from this caller.
        if (reader.getFieldInfos().fieldInfo(field) == null) {
            return null;
        }
        IndexReader.CacheHelper helper = reader.getCoreCacheHelper();
        if (helper == null) {
            return fill(reader, field, pinned, similarity);
        }
        Map<Key, Entry> columns = segments.get(helper.getKey());
        if (columns == null) {
            columns = segments.computeIfAbsent(helper.getKey(), key -> {
                helper.addClosedListener(this::evictSegment);
                return new ConcurrentHashMap<>();
            });
        }
        Key key = new Key(field, pinned.model(), pinned.number(), pinned.createdMillis(), similarity);
        int clusters = pinned.clusters().partition().count();
        Entry mine = new Entry(ClusterColumn.ramBytes(reader.maxDoc(), clusters, similarity));
        while (true) {
            Entry theirs = columns.putIfAbsent(key, mine);
            if (theirs == null) {
                return compute(reader, key, pinned, columns, mine);
            }
            ClusterColumn column = await(theirs);
            if (!canBeCompleted(pinned.model(), column)) {
                return column;
            }
            remove(columns, key, theirs);
        }
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

    private ClusterColumn compute(LeafReader reader, Key key, Generation pinned, Map<Key, Entry> columns, Entry entry)
            throws IOException {
        boolean charged = false;
        try {
            breaker.get().addEstimateBytesAndMaybeBreak(entry.bytes, "latent_cluster_column");
            charged = true;
            ClusterColumn column = fill(reader, key.field(), pinned, key.similarity());
            stats.increment(StatName.CLUSTER_COLUMNS);
            stats.increment(StatName.CLUSTER_COLUMNS_BUILT);
            stats.add(StatName.CLUSTER_COLUMNS_BYTES, entry.bytes);
            entry.complete(column);
            return column;
        } catch (Throwable t) {
            columns.remove(key, entry);
            if (charged) {
                breaker.get().addWithoutBreaking(-entry.bytes);
            }
            entry.completeExceptionally(t);
            throw t;
        }
    }

    private ClusterColumn fill(LeafReader reader, String field, Generation pinned, boolean similarity)
            throws IOException {
        ClusterColumn column = new ColumnFiller(generations, pinned, similarity)
                .fill(reader.getBinaryDocValues(field), reader.maxDoc());
        if (column.missing().isEmpty() || !loadedInTime(pinned.model(), column.missing())) {
            return column;
        }
        return new ColumnFiller(generations, pinned, similarity)
                .fill(reader.getBinaryDocValues(field), reader.maxDoc());
    }

    /** Waits for generations that documents are of; those that are gone for good fail at once or are remembered. */
    private boolean loadedInTime(String model, Iterable<Integer> missing) {
        boolean any = false;
        for (int number : missing) {
            PlainActionFuture<Generation> loaded = PlainActionFuture.newFuture();
            generations.load(model, number, loaded);
            try {
                loaded.actionGet(LOAD_PATIENCE);
                any = true;
            } catch (RuntimeException e) {
                askFor(model, number);
            }
        }
        return any;
    }

    private static ClusterColumn await(Entry entry) throws IOException {
        try {
            return entry.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof IOException io) {
                throw new IOException(io);
            }
            if (e.getCause() instanceof RuntimeException runtime) {
                throw runtime;
            }
            throw e;
        }
    }

    /** Whether a generation that a column lacked is here by now; asks for those that are not. */
    private boolean canBeCompleted(String model, ClusterColumn column) {
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
            generations.load(model, generation, ActionListener.wrap(loaded -> {}, failed -> {}));
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
                stats.add(StatName.CLUSTER_COLUMNS, -1);
                stats.add(StatName.CLUSTER_COLUMNS_BYTES, -entry.bytes);
            });
        }
    }
}
