/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.map;

import io.latentfacets.field.column.ClusterColumn;
import io.latentfacets.field.column.PlaceColumn;
import io.latentfacets.field.column.Places;
import io.latentfacets.search.NumberedBucketsAggregator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.IntFunction;
import org.apache.lucene.index.LeafReaderContext;
import org.opensearch.common.lease.Releasables;
import org.opensearch.search.aggregations.Aggregator;
import org.opensearch.search.aggregations.AggregatorFactories;
import org.opensearch.search.aggregations.CardinalityUpperBound;
import org.opensearch.search.aggregations.InternalAggregation;
import org.opensearch.search.aggregations.InternalAggregations;
import org.opensearch.search.aggregations.LeafBucketCollector;
import org.opensearch.search.aggregations.LeafBucketCollectorBase;
import org.opensearch.search.aggregations.bucket.DocCountProvider;
import org.opensearch.search.internal.SearchContext;

/**
 * Counts the collected documents by the cell of the map in which they lie, and in each cell by cluster. A shard returns
 * every cell with documents, so that counts are exact over any number of shards. Documents without a place, or outside
 * of the bounds, count in buckets that sub-aggregations never see.
 */
final class LatentMapAggregator extends NumberedBucketsAggregator {
    private static final int UNPLACED = 0;
    /** The number before the first cell's, as {@link MapWindow#OUTSIDE} is. */
    private static final int OUTSIDE = 1;

    private static final int FIRST_CELL = 2;

    private final LatentMapAggregatorFactory.Shard shard;
    private final CellClusters clusters;
    private final DocCountProvider documents = new DocCountProvider();

    LatentMapAggregator(
            String name,
            AggregatorFactories factories,
            LatentMapAggregatorFactory.Shard shard,
            SearchContext context,
            Aggregator parent,
            CardinalityUpperBound cardinality,
            Map<String, Object> metadata)
            throws IOException {
        super(
                name,
                factories,
                context,
                parent,
                cardinality,
                metadata,
                FIRST_CELL + shard.window().cells(),
                shard.hybrids());
        this.shard = shard;
        int ofModel = shard.field().generation() == null
                ? 0
                : shard.field().generation().clusters().infos().size();
        long cells = cardinality == CardinalityUpperBound.ONE
                ? FIRST_CELL + (long) shard.window().cells()
                : 0;
        clusters = new CellClusters(context.bigArrays(), cells, ofModel);
    }

    @Override
    protected LeafBucketCollector collector(LeafReaderContext leaf, LeafBucketCollector sub) throws IOException {
        PlaceColumn places = shard.field().places(leaf, matchesAll(leaf));
        ClusterColumn column = places == null ? null : shard.field().column(leaf, false);
        MapWindow window = shard.window();
        documents.setLeafReaderContext(leaf);
        return new LeafBucketCollectorBase(sub, null) {
            @Override
            public void collect(int doc, long parentOrd) throws IOException {
                int place = places == null ? Places.NONE : places.place(doc);
                int number = place == Places.NONE ? UNPLACED : FIRST_CELL + window.cell(place);
                boolean inCell = number >= FIRST_CELL;
                LeafBucketCollector below = inCell ? sub : LeafBucketCollector.NO_OP_COLLECTOR;
                long bucket = collectNumber(below, doc, parentOrd, number);
                int cluster = inCell && column != null ? column.ordinal(doc) : 0;
                if (cluster > 0) {
                    clusters.add(bucket, cluster - 1, documents.getDocCount(doc));
                }
            }

            /**
             * Core recommends this override: the JIT compiles a loop for this class alone and can inline
             * {@code collect}.
             */
            @Override
            public void collectRange(int min, int max) throws IOException {
                super.collectRange(min, max);
            }
        };
    }

    /**
     * The documents collected under one bucket of the parent.
     *
     * @param ords the ordinals under which sub-aggregations collected the documents of the cells
     */
    private record Collected(List<MapCell> cells, List<Long> ords, InternalLatentMap.Uncounted uncounted) {}

    @Override
    public InternalAggregation[] buildAggregations(long[] parentOrds) throws IOException {
        List<Collected> all =
                Arrays.stream(parentOrds).mapToObj(this::collected).toList();
        InternalAggregations[] below = buildSubAggsForBuckets(all.stream()
                .flatMap(collected -> collected.ords().stream())
                .mapToLong(Long::longValue)
                .toArray());
        InternalAggregation[] results = new InternalAggregation[parentOrds.length];
        int next = 0;
        for (int i = 0; i < results.length; i++) {
            List<MapCell> cells = new ArrayList<>(all.get(i).cells().size());
            for (MapCell cell : all.get(i).cells()) {
                cells.add(cell.with(below[next++]));
            }
            results[i] =
                    new InternalLatentMap(name, shard.of(), cells, all.get(i).uncounted(), metadata());
        }
        return results;
    }

    private Collected collected(long parentOrd) {
        List<MapCell> cells = new ArrayList<>();
        List<Long> cellOrds = new ArrayList<>();
        long[] uncounted = new long[FIRST_CELL];
        IntFunction<String> key = this::key;
        forEachBucket(parentOrd, (ord, number) -> {
            long count = bucketDocCount(ord);
            if (number < FIRST_CELL) {
                uncounted[number] = count;
            } else if (count > 0) {
                cells.add(new MapCell(
                        shard.window(), number - FIRST_CELL, count, clusters.of(ord, key), InternalAggregations.EMPTY));
                cellOrds.add(ord);
            }
        });
        return new Collected(
                cells, cellOrds, new InternalLatentMap.Uncounted(uncounted[UNPLACED], uncounted[OUTSIDE], 0));
    }

    /** Returns the key of a cluster by its number; null if a user has hidden it. */
    private String key(int cluster) {
        String key = shard.field().generation().clusters().infos().get(cluster).key();
        return shard.field().pin().edits().hidden(key) ? null : key;
    }

    @Override
    public InternalAggregation buildEmptyAggregation() {
        return new InternalLatentMap(name, shard.of(), List.of(), InternalLatentMap.Uncounted.NONE, metadata());
    }

    @Override
    public void collectDebugInfo(BiConsumer<String, Object> add) {
        super.collectDebugInfo(add);
        add.accept("model", shard.field().pin().model());
        add.accept("generation", shard.field().pin().generation());
    }

    @Override
    protected void doClose() {
        Releasables.close(clusters);
        super.doClose();
    }
}
