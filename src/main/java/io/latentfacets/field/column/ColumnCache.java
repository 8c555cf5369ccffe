/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field.column;

import io.latentfacets.async.WorkThreads;
import io.latentfacets.model.Generation;
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
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.lucene.index.FilterLeafReader;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReader;
import org.opensearch.core.common.breaker.CircuitBreaker;

/**
 * A node's columns of one sort, by segment, field and generation. The first caller that needs a column builds it, and
 * others wait. The circuit breaker is charged before a column is built. A column is dropped when its segment closes or
 * its generation is retired. Thread-safe.
 */
final class ColumnCache<C extends SegmentColumn> implements Closeable {

    /**
     * Identifies a column within a segment. The creation time distinguishes a model from a deleted model of the same
     * name, and the layout what people have made of the generation's clusters.
     */
    record Key(String field, ColumnKind kind, String model, int generation, long created, long layout) {
        static Key of(String field, ColumnKind kind, Generation pinned) {
            long layout = kind == ColumnKind.PLACES ? 0 : pinned.layout();
            return new Key(field, kind, pinned.model(), pinned.number(), pinned.createdMillis(), layout);
        }

        /** Whether another column is of the same generation, but of other clusters that people made of it. */
        boolean isOtherLayoutOf(Key other) {
            return layout != other.layout
                    && equals(new Key(other.field, other.kind, other.model, other.generation, other.created, layout));
        }
    }

    /** Computes a column. */
    interface Filler<C> {
        /** @param check runs at intervals; throws to stop */
        C fill(Runnable check) throws IOException;
    }

    /** A column that is complete or under construction. */
    private static final class Entry<C> extends CompletableFuture<C> {
        final long bytes;
        final int documents;
        /** Whether the builder's search was stopped. Other searches then build the column themselves. */
        volatile boolean abandoned;

        Entry(long bytes, int documents) {
            this.bytes = bytes;
            this.documents = documents;
        }
    }

    private final OtherGenerations generations;
    private final Supplier<CircuitBreaker> breaker;
    private final LatentStats stats;
    private final ColumnStats names;
    private final String label;
    private final Map<IndexReader.CacheKey, Map<Key, Entry<C>>> segments = new ConcurrentHashMap<>();

    /**
     * @param breaker supplies the circuit breaker at each use
     * @param label names the columns in the breaker's messages
     */
    ColumnCache(
            OtherGenerations generations,
            Supplier<CircuitBreaker> breaker,
            LatentStats stats,
            ColumnStats names,
            String label) {
        this.generations = generations;
        this.breaker = breaker;
        this.stats = stats;
        this.names = names;
        this.label = label;
    }

    /** Returns the built column if it exists and no missing generation has arrived since; never waits. */
    C ready(LeafReader reader, Key key) {
        IndexReader.CacheHelper helper = FilterLeafReader.unwrap(reader).getCoreCacheHelper();
        Map<Key, Entry<C>> columns = helper == null ? null : segments.get(helper.getKey());
        Entry<C> entry = columns == null ? null : columns.get(key);
        if (entry == null || !entry.isDone() || entry.isCompletedExceptionally()) {
            return null;
        }
        C column = entry.join();
        return generations.anyLoaded(key.model(), column.missing()) ? null : column;
    }

    /**
     * Returns the column of a segment: the one that exists, or the one that another thread builds, or a new one.
     *
     * @param bytes what the column takes in memory
     * @param by counts the column if this call builds it
     * @param check runs at intervals while this method builds or waits; throws to stop it
     */
    C get(LeafReader reader, Key key, Generation pinned, long bytes, StatName by, Runnable check, Filler<C> filler)
            throws IOException {
        IndexReader.CacheHelper helper = FilterLeafReader.unwrap(reader).getCoreCacheHelper();
        if (helper == null) {
            return filler.fill(check);
        }
        Map<Key, Entry<C>> columns = segments.get(helper.getKey());
        if (columns == null) {
            columns = segments.computeIfAbsent(helper.getKey(), segment -> {
                helper.addClosedListener(this::evictSegment);
                return new ConcurrentHashMap<>();
            });
        }
        Entry<C> mine = new Entry<>(bytes, reader.maxDoc());
        while (true) {
            Entry<C> theirs = columns.putIfAbsent(key, mine);
            if (theirs == null) {
                C column = compute(key, columns, mine, by, check, filler);
                if (!generations.isLoaded(pinned)) {
                    // retired during the build: evict may have run before the entry existed
                    remove(columns, key, mine);
                }
                return column;
            }
            C column = await(theirs, check);
            if (column == null) {
                continue; // the builder was stopped and the entry left the map: try again
            }
            if (!generations.anyLoaded(key.model(), column.missing())) {
                return column;
            }
            remove(columns, key, theirs);
        }
    }

    private C compute(
            Key key, Map<Key, Entry<C>> columns, Entry<C> entry, StatName by, Runnable check, Filler<C> filler)
            throws IOException {
        assert WorkThreads.mayWork() : WorkThreads.busy("building a column");
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
            breaker.get().addEstimateBytesAndMaybeBreak(entry.bytes, label);
            charged = true;
            long started = System.nanoTime();
            C column = filler.fill(own);
            stats.took(names.millis(), System.nanoTime() - started);
            stats.increment(by);
            names.count(stats, column, entry.bytes, entry.documents, 1);
            entry.complete(column);
            // nobody looks for the clusters as they were before people changed them, but a search that has begun
            evict(columns, other -> other.isOtherLayoutOf(key));
            return column;
        } catch (Throwable t) {
            columns.remove(key, entry);
            if (charged) {
                breaker.get().addWithoutBreaking(-entry.bytes);
            }
            stats.increment(names.failed());
            entry.completeExceptionally(t);
            throw t;
        }
    }

    /** @return the column; null if its builder was stopped */
    private static <C> C await(Entry<C> entry, Runnable check) throws IOException {
        while (true) {
            try {
                return entry.get(OtherGenerations.CHECK_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                check.run();
            } catch (InterruptedException e) {
                throw OtherGenerations.interrupted(e);
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

    /**
     * Drops the columns of retired generations of a model.
     *
     * @param generation selects the numbers of the retired generations
     */
    void evict(String model, IntPredicate generation) {
        for (Map<Key, Entry<C>> columns : segments.values()) {
            evict(columns, key -> key.model().equals(model) && generation.test(key.generation()));
        }
    }

    @Override
    public void close() {
        segments.keySet().forEach(this::evictSegment);
    }

    private void evictSegment(IndexReader.CacheKey segment) {
        Map<Key, Entry<C>> columns = segments.remove(segment);
        if (columns != null) {
            evict(columns, key -> true);
        }
    }

    private void evict(Map<Key, Entry<C>> columns, Predicate<Key> which) {
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
    private void remove(Map<Key, Entry<C>> columns, Key key, Entry<C> entry) {
        if (columns.remove(key, entry)) {
            entry.thenAccept(column -> {
                breaker.get().addWithoutBreaking(-entry.bytes);
                names.count(stats, column, entry.bytes, entry.documents, -1);
            });
        }
    }
}
