/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field.column;

import io.latentfacets.field.HiddenLatents;
import io.latentfacets.model.Generation;
import io.latentfacets.model.Generations;
import io.latentfacets.stats.LatentStats;
import io.latentfacets.stats.StatName;
import java.io.Closeable;
import java.io.IOException;
import java.util.function.BooleanSupplier;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import org.apache.lucene.index.FilterLeafReader;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.store.AlreadyClosedException;
import org.opensearch.core.common.breaker.CircuitBreaker;
import org.opensearch.core.index.shard.ShardId;
import org.opensearch.index.shard.ShardUtils;

/**
 * Gives searches the columns of one sort. A column is made from the segment itself, never from a reader that wraps it
 * for one user, because all users share it. A user whose reader hides or masks the field gets none. The first search
 * that needs the column of a small segment builds it, and other searches wait for it. The warmer builds the column of a
 * large segment in the background. Until that column exists, searches look up the documents they visit. Thread-safe.
 *
 * @param <B> a column that is computed in advance; also a {@code P}
 * @param <P> what a search gets
 */
abstract class ColumnSource<B extends SegmentColumn, P> implements Closeable {
    /**
     * The largest product of documents and multiplications for which a search builds the column itself. This takes 20
     * to 50 ms on one core. With 64 dimensions it allows 160,000 documents for 20 clusters, 10,000 documents for 300
     * clusters, or 16,000 places on the map.
     */
    static final long SMALL = 200_000_000;

    /**
     * What all sorts of columns share.
     *
     * @param breaker supplies the circuit breaker at each use
     * @param demand records which columns searches use and miss
     * @param small the limit between small and large segments: {@link #SMALL}, or another value in tests
     */
    record Services(
            OtherGenerations generations,
            Supplier<CircuitBreaker> breaker,
            LatentStats stats,
            ColumnDemand demand,
            long small) {
        Services(
                Generations generations,
                Supplier<CircuitBreaker> breaker,
                LatentStats stats,
                ColumnDemand demand,
                long small) {
            this(new OtherGenerations(generations), breaker, stats, demand, small);
        }
    }

    private final Services services;
    private final ColumnStats names;
    private final ColumnCache<B> cache;

    /** @param label names the columns in the breaker's messages */
    ColumnSource(Services services, ColumnStats names, String label) {
        this.services = services;
        this.names = names;
        this.cache = new ColumnCache<>(services.generations(), services.breaker(), services.stats(), names, label);
    }

    /** Returns how many multiplications a document takes. */
    abstract long work(Generation pinned);

    /** Returns what a column takes in memory. */
    abstract long ramBytes(int documents, Generation pinned, ColumnKind kind);

    /**
     * Computes a column.
     *
     * @param segment the segment, unwrapped
     * @param check runs at intervals; throws to stop
     */
    abstract B fill(LeafReader segment, String field, EncoderGenerations generations, ColumnKind kind, Runnable check)
            throws IOException;

    /**
     * Returns what looks up documents.
     *
     * @param segment the segment, unwrapped
     * @param ready supplies the built column; null until it exists
     * @param began runs once, at the first lookup
     */
    abstract P lookUp(
            LeafReader segment,
            String field,
            EncoderGenerations generations,
            ColumnKind kind,
            Supplier<B> ready,
            Runnable began);

    /** Returns a built column as what a search gets. */
    abstract P shown(B built);

    /**
     * Returns the column of a segment to a search that reads some of its documents on one thread; null if the reader
     * does not show the field. Does not wait if the segment is large and the warmer serves its shard.
     */
    final P get(LeafReader reader, String field, Generation pinned, ColumnKind kind) throws IOException {
        if (hides(reader, field)) {
            return null;
        }
        ColumnDemand.Wanted wanted = new ColumnDemand.Wanted(field, pinned.model(), kind);
        ShardId shard = ShardUtils.extractShardId(reader);
        services.demand().used(shard, wanted);
        B ready = cache.ready(reader, ColumnCache.Key.of(field, kind, pinned));
        if (ready != null) {
            return shown(ready);
        }
        if (isSmall(reader, pinned) || !services.demand().request(shard, wanted)) {
            return shown(build(reader, field, pinned, kind, names.bySearches(), StopCheck.of(reader)));
        }
        return lookUp(reader, field, pinned, kind, () -> services.stats().increment(names.lookups()));
    }

    final P lookUp(LeafReader reader, String field, Generation pinned, ColumnKind kind, Runnable began) {
        ColumnCache.Key key = ColumnCache.Key.of(field, kind, pinned);
        return lookUp(
                FilterLeafReader.unwrap(reader),
                field,
                encoders(pinned, StopCheck.of(reader)),
                kind,
                () -> cache.ready(reader, key),
                began);
    }

    /**
     * Like {@link #get}, for a search that needs every document of the segment. To look up all documents costs as much
     * as the column, so this method builds the column or waits for it.
     */
    final P whole(LeafReader reader, String field, Generation pinned, ColumnKind kind) throws IOException {
        if (hides(reader, field)) {
            return null;
        }
        services.demand().used(ShardUtils.extractShardId(reader), new ColumnDemand.Wanted(field, pinned.model(), kind));
        return shown(build(reader, field, pinned, kind, names.bySearches(), StopCheck.of(reader)));
    }

    /**
     * Builds the column of a segment unless it exists. The warmer calls this on its own thread.
     *
     * @param stop polled at intervals; true ends the build
     * @throws AlreadyClosedException if {@code stop} returned true
     * @throws org.opensearch.core.common.breaker.CircuitBreakingException if the column does not fit
     */
    final void warmOne(LeafReader reader, ColumnDemand.Wanted wanted, Generation pinned, BooleanSupplier stop)
            throws IOException {
        if (!hides(reader, wanted.field())) {
            build(reader, wanted.field(), pinned, wanted.kind(), names.byWarmer(), () -> {
                if (stop.getAsBoolean()) {
                    throw new AlreadyClosedException("nobody needs this column any more");
                }
            });
        }
    }

    /**
     * Drops the columns of retired generations of a model.
     *
     * @param generation selects the numbers of the retired generations
     */
    public void evict(String model, IntPredicate generation) {
        cache.evict(model, generation);
    }

    @Override
    public void close() {
        cache.close();
    }

    final Services services() {
        return services;
    }

    /** @param check runs at intervals while this method builds or waits; throws to stop it */
    private B build(LeafReader reader, String field, Generation pinned, ColumnKind kind, StatName by, Runnable check)
            throws IOException {
        LeafReader segment = FilterLeafReader.unwrap(reader);
        return cache.get(
                reader,
                ColumnCache.Key.of(field, kind, pinned),
                pinned,
                ramBytes(reader.maxDoc(), pinned, kind),
                by,
                check,
                own -> fill(segment, field, encoders(pinned, own), kind, own));
    }

    final EncoderGenerations encoders(Generation pinned, Runnable check) {
        OtherGenerations others = services.generations();
        return new EncoderGenerations(pinned, others.known(pinned.model()), number -> {
            Generation other = others.loadedInTime(pinned.model(), number, check);
            return other == null ? null : other.curated(pinned.curation());
        });
    }

    /** Whether there is no column for this caller, because his reader does not show the segment's latents. */
    static boolean hides(LeafReader reader, String field) throws IOException {
        return reader.getFieldInfos().fieldInfo(field) == null || HiddenLatents.in(reader, field);
    }

    private boolean isSmall(LeafReader reader, Generation pinned) {
        return reader.maxDoc() * work(pinned) <= services.small();
    }
}
