/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.aggregation;

import io.latentfacets.search.DocumentBlocks;
import io.latentfacets.search.NumberedBucketsAggregator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.apache.lucene.index.LeafReaderContext;
import org.opensearch.index.mapper.DocCountFieldMapper;
import org.opensearch.search.aggregations.AggregationExecutionException;
import org.opensearch.search.aggregations.Aggregator;
import org.opensearch.search.aggregations.AggregatorFactories;
import org.opensearch.search.aggregations.CardinalityUpperBound;
import org.opensearch.search.aggregations.InternalAggregation;
import org.opensearch.search.aggregations.InternalAggregations;
import org.opensearch.search.aggregations.LeafBucketCollector;
import org.opensearch.search.aggregations.LeafBucketCollectorBase;
import org.opensearch.search.internal.SearchContext;
import org.opensearch.search.query.QueryPhase;

/**
 * Counts the clusters of the collected documents, or their parents. A shard returns every bucket with documents, at
 * most a thousand, so that counts are exact over any number of shards. Documents without a cluster count in bucket 0,
 * which sub-aggregations never see. A parent's bucket counts all its clusters, hidden ones included, because a query
 * for the parent finds them too. Where buckets overlap, one more bucket, the last, counts all documents.
 */
final class LatentClustersAggregator extends NumberedBucketsAggregator {
    private static final int UNASSIGNED = ShardBuckets.UNASSIGNED;

    private final LatentClustersAggregatorFactory.Shard shard;
    private final FacetOptions options;
    private final ShardBuckets buckets;
    private final long[] blockCounts;
    /** What collects the segment of now in blocks; null for none. */
    private DocumentBlocks blocks;

    LatentClustersAggregator(
            String name,
            AggregatorFactories factories,
            LatentClustersAggregatorFactory.Shard shard,
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
                shard.buckets().count() + (shard.buckets().overlaps() ? 1 : 0),
                shard.hybrids());
        this.shard = shard;
        this.options = shard.options();
        this.buckets = shard.buckets();
        this.blockCounts = new long[buckets.count()];
        try {
            options.order().validate(this);
        } catch (AggregationExecutionException e) {
            throw new IllegalArgumentException(
                    "[order] of [" + LatentClustersAggregationBuilder.NAME + "]: " + e.getMessage(), e);
        }
    }

    /** Takes the column's own counts if all documents of a segment match and there are no sub-aggregations. */
    @Override
    protected boolean tryPrecomputeAggregationForLeaf(LeafReaderContext leaf) throws IOException {
        if (ords() != null
                || subAggregators.length > 0
                || context.terminateAfter() != SearchContext.DEFAULT_TERMINATE_AFTER) {
            return false;
        }
        if (isWeighted(leaf) || !matchesAll(leaf)) {
            return false;
        }
        long[] counts = buckets.counts(leaf);
        if (counts == null) {
            return false;
        }
        for (int number = 0; number < counts.length; number++) {
            incrementBucketDocCount(number, counts[number]);
        }
        return true;
    }

    /** Whether documents of a segment may count as several. */
    private static boolean isWeighted(LeafReaderContext leaf) {
        return leaf.reader().getFieldInfos().fieldInfo(DocCountFieldMapper.NAME) != null;
    }

    /** Counts the rest of a segment's documents that are collected in blocks. */
    private void flush() throws IOException {
        if (blocks == null) {
            return;
        }
        DocumentBlocks last = blocks;
        blocks = null;
        try {
            last.flush();
        } finally {
            for (int number = 0; number < blockCounts.length; number++) {
                if (blockCounts[number] > 0) {
                    incrementBucketDocCount(number, blockCounts[number]);
                    blockCounts[number] = 0;
                }
            }
        }
    }

    /**
     * Counts the rest of the last segment. Out of time, the search has what was counted until then: core expects that
     * of the loop over documents, but not here.
     */
    private void flushLast() throws IOException {
        try {
            flush();
        } catch (QueryPhase.TimeExceededException e) {
            context.setSearchTimedOut(true);
        }
    }

    @Override
    protected void doPostCollection() throws IOException {
        flushLast();
    }

    @Override
    protected LeafBucketCollector collector(LeafReaderContext leaf, LeafBucketCollector sub) throws IOException {
        flush();
        if (buckets.overlaps()) {
            return overlapping(buckets.overlap(leaf), sub);
        }
        ShardBuckets.Leaf documents = buckets.leaf(leaf);
        if (ords() == null && subAggregators.length == 0 && !isWeighted(leaf)) {
            blocks = new DocumentBlocks((block, count) -> documents.count(block, count, blockCounts));
            return blocks;
        }
        if (ords() != null) {
            return new LeafBucketCollectorBase(sub, null) {
                @Override
                public void collect(int doc, long parentOrd) throws IOException {
                    int number = documents.bucket(doc);
                    LeafBucketCollector below = number == UNASSIGNED ? LeafBucketCollector.NO_OP_COLLECTOR : sub;
                    collectNumber(below, doc, parentOrd, number);
                }
            };
        }
        return new LeafBucketCollectorBase(sub, null) {
            @Override
            public void collect(int doc, long parentOrd) throws IOException {
                int bucket = documents.bucket(doc);
                collectExistingBucket(bucket == UNASSIGNED ? LeafBucketCollector.NO_OP_COLLECTOR : sub, doc, bucket);
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

    private LeafBucketCollector overlapping(ShardBuckets.Overlap overlap, LeafBucketCollector sub) {
        int[] numbers = new int[buckets.count()];
        return new LeafBucketCollectorBase(sub, null) {
            @Override
            public void collect(int doc, long parentOrd) throws IOException {
                collectNumber(LeafBucketCollector.NO_OP_COLLECTOR, doc, parentOrd, buckets.count());
                int found = overlap.buckets(doc, numbers);
                if (found == 0) {
                    collectNumber(LeafBucketCollector.NO_OP_COLLECTOR, doc, parentOrd, UNASSIGNED);
                }
                for (int i = 0; i < found; i++) {
                    collectNumber(sub, doc, parentOrd, numbers[i]);
                }
            }
        };
    }

    /**
     * A bucket of the response.
     *
     * @param ord the ordinal under which sub-aggregations collected its documents
     */
    private record Shown(long ord, ClusterBucket bucket) {}

    /**
     * The documents collected under one bucket of the parent.
     *
     * @param unassigned the number of documents without a cluster
     * @param hidden the number of documents in hidden clusters
     * @param matched the number of all documents if buckets overlap, else 0
     */
    private record Collected(List<Shown> shown, long unassigned, long hidden, long matched) {
        boolean any() {
            return !shown.isEmpty() || unassigned + hidden > 0;
        }
    }

    @Override
    public InternalAggregation[] buildAggregations(long[] parentOrds) throws IOException {
        flushLast();
        List<Collected> all =
                Arrays.stream(parentOrds).mapToObj(this::collected).toList();
        InternalAggregations[] below = subAggregators.length == 0
                ? null
                : buildSubAggsForBuckets(all.stream()
                        .flatMap(collected -> collected.shown().stream())
                        .mapToLong(Shown::ord)
                        .toArray());
        // Core may not call a shard or slice without matches at all, so such a shard or slice never adds background
        // counts.
        Map<String, Double> usual = parent == null && all.stream().anyMatch(Collected::any) ? usual() : Map.of();
        InternalAggregation[] results = new InternalAggregation[parentOrds.length];
        int next = 0;
        for (int i = 0; i < results.length; i++) {
            Collected collected = all.get(i);
            List<ClusterBucket> own = new ArrayList<>(collected.shown().size());
            for (Shown shown : collected.shown()) {
                own.add(below == null ? shown.bucket() : shown.bucket().with(below[next++]));
            }
            results[i] = InternalLatentClusters.ofShard(
                    name,
                    InternalLatentClusters.Asked.of(shard.field().pin(), options),
                    own,
                    new InternalLatentClusters.Uncounted(
                            collected.unassigned(), collected.hidden(), collected.matched(), usual),
                    shard.results(),
                    metadata());
        }
        return results;
    }

    private Collected collected(long parentOrd) {
        List<Shown> shown = new ArrayList<>();
        long[] unassigned = new long[1];
        long[] hidden = new long[1];
        long[] matched = new long[1];
        forEachBucket(parentOrd, (ord, number) -> {
            long count = bucketDocCount(ord);
            if (number == buckets.count()) {
                matched[0] = count;
                return;
            }
            ClusterBucket bucket = count == 0 || number == UNASSIGNED ? null : buckets.bucket(number, count);
            if (bucket != null) {
                shown.add(new Shown(ord, bucket));
            } else if (number == UNASSIGNED) {
                unassigned[0] = count;
            } else {
                hidden[0] += count;
            }
        });
        return new Collected(shown, unassigned[0], hidden[0], matched[0]);
    }

    /** Returns background counts; none if the search is out of time, because its results are partial. */
    private Map<String, Double> usual() throws IOException {
        if (context.isSearchTimedOut()) {
            return Map.of();
        }
        try {
            return shard.usual(context);
        } catch (QueryPhase.TimeExceededException e) {
            context.setSearchTimedOut(true);
            return Map.of();
        }
    }

    @Override
    public InternalAggregation buildEmptyAggregation() {
        return InternalLatentClusters.ofShard(
                name,
                InternalLatentClusters.Asked.of(shard.field().pin(), options),
                List.of(),
                InternalLatentClusters.Uncounted.NONE,
                shard.results(),
                metadata());
    }

    @Override
    public void collectDebugInfo(BiConsumer<String, Object> add) {
        super.collectDebugInfo(add);
        add.accept("model", shard.field().pin().model());
        add.accept("generation", shard.field().pin().generation());
    }
}
