/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field.column;

import io.latentfacets.cluster.Partition;
import io.latentfacets.model.Generation;
import io.latentfacets.model.Generations;
import io.latentfacets.stats.LatentStats;
import java.io.IOException;
import java.util.function.BooleanSupplier;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import org.apache.lucene.index.FilterLeafReader;
import org.apache.lucene.index.LeafReader;
import org.opensearch.common.lease.Releasable;
import org.opensearch.common.lease.Releasables;
import org.opensearch.core.common.breaker.CircuitBreaker;

/** A node's cluster columns, by segment, field and generation, and its {@link #map} columns. Thread-safe. */
public final class ClusterColumns extends ColumnSource<BuiltColumn, ClusterColumn> {

    /** The share of the circuit breaker that spare data leaves alone begins here. */
    private static final double SPARE_FROM = .9;

    private final MapColumns map;

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
        super(new Services(generations, breaker, stats, demand, small), ColumnStats.CLUSTERS, "latent_cluster_column");
        this.map = new MapColumns(services());
    }

    /** The node's columns of places on the map. They are evicted and closed with the cluster columns. */
    public MapColumns map() {
        return map;
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
        return get(reader, field, pinned, ColumnKind.ofClusters(similarity));
    }

    /** Returns a column that looks up documents in a segment that has the field. Needs almost no memory. */
    public ClusterColumn lookUp(LeafReader reader, String field, Generation pinned, boolean similarity) {
        return lookUp(reader, field, pinned, ColumnKind.ofClusters(similarity), () -> {});
    }

    /**
     * Like {@link #get}, for a search that needs every document of the segment. To look up all documents costs as much
     * as the column, so this method builds the column or waits for it.
     */
    public ClusterColumn whole(LeafReader reader, String field, Generation pinned, boolean similarity)
            throws IOException {
        return whole(reader, field, pinned, ColumnKind.ofClusters(similarity));
    }

    /**
     * Returns the memberships of a segment's documents, for one thread; null if the segment, as this reader shows it,
     * does not have the field. Computes them document by document and needs almost no memory.
     */
    public DocumentMemberships memberships(LeafReader reader, String field, Generation pinned) throws IOException {
        return hides(reader, field)
                ? null
                : new DocumentMemberships(
                        FilterLeafReader.unwrap(reader),
                        field,
                        new LatentAssigner(encoders(pinned, StopCheck.of(reader))),
                        pinned.clusters().partition().count());
    }

    /** Builds the column of a segment, of any sort, unless it exists; see {@link #warmOne}. */
    void warm(LeafReader reader, ColumnDemand.Wanted wanted, Generation pinned, BooleanSupplier stop)
            throws IOException {
        if (wanted.kind() == ColumnKind.PLACES && pinned.projection() == null) {
            return; // searches that ask for its map are refused
        }
        ColumnSource<?, ?> source = wanted.kind() == ColumnKind.PLACES ? map : this;
        source.warmOne(reader, wanted, pinned, stop);
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
        Supplier<CircuitBreaker> breaker = services().breaker();
        breaker.get().addEstimateBytesAndMaybeBreak(bytes, what);
        return Releasables.releaseOnce(() -> breaker.get().addWithoutBreaking(-bytes));
    }

    /**
     * Charges the columns' circuit breaker for data that nobody needs, unless more than nine tenths of it were used
     * then. Never trips it.
     *
     * @return releases the bytes; further calls have no effect; null if there is no room
     */
    public Releasable chargeSpare(long bytes) {
        CircuitBreaker breaker = services().breaker().get();
        long limit = breaker.getLimit();
        if (limit >= 0 && (breaker.getUsed() + bytes) * breaker.getOverhead() > limit * SPARE_FROM) {
            return null;
        }
        breaker.addWithoutBreaking(bytes);
        return Releasables.releaseOnce(() -> breaker.addWithoutBreaking(-bytes));
    }

    @Override
    public void evict(String model, IntPredicate generation) {
        super.evict(model, generation);
        map.evict(model, generation);
    }

    @Override
    public void close() {
        super.close();
        map.close();
    }

    /** The number of generations that columns have asked for lately. */
    int requested() {
        return services().generations().requested();
    }

    @Override
    long work(Generation pinned) {
        Partition partition = pinned.clusters().partition();
        return (long) partition.count() * partition.dims();
    }

    @Override
    long ramBytes(int documents, Generation pinned, ColumnKind kind) {
        return BuiltColumn.ramBytes(documents, pinned.clusters().partition().count(), kind.similarity());
    }

    @Override
    BuiltColumn fill(LeafReader segment, String field, EncoderGenerations generations, ColumnKind kind, Runnable check)
            throws IOException {
        int clusters = generations.pinned().clusters().partition().count();
        return ColumnFiller.fill(
                segment.getBinaryDocValues(field),
                new LatentAssigner(generations),
                new BuiltColumn.Builder(segment.maxDoc(), clusters, kind.similarity()),
                check);
    }

    @Override
    ClusterColumn lookUp(
            LeafReader segment,
            String field,
            EncoderGenerations generations,
            ColumnKind kind,
            Supplier<BuiltColumn> ready,
            Runnable began) {
        return new LookupColumn(segment, field, new LatentAssigner(generations), kind.similarity(), ready, began);
    }

    @Override
    ClusterColumn shown(BuiltColumn built) {
        return built;
    }
}
