/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search;

import io.latentfacets.cluster.ClusterInfo;
import io.latentfacets.field.ClusterColumn;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.Weight;
import org.opensearch.common.lease.Releasables;
import org.opensearch.index.mapper.DocCountFieldMapper;
import org.opensearch.search.aggregations.AggregationExecutionException;
import org.opensearch.search.aggregations.Aggregator;
import org.opensearch.search.aggregations.AggregatorFactories;
import org.opensearch.search.aggregations.CardinalityUpperBound;
import org.opensearch.search.aggregations.InternalAggregation;
import org.opensearch.search.aggregations.InternalAggregations;
import org.opensearch.search.aggregations.LeafBucketCollector;
import org.opensearch.search.aggregations.LeafBucketCollectorBase;
import org.opensearch.search.aggregations.bucket.BucketsAggregator;
import org.opensearch.search.aggregations.bucket.terms.LongKeyedBucketOrds;
import org.opensearch.search.internal.SearchContext;

/**
 * Counts the clusters of the documents it is given. All clusters with documents leave the shard, at most a thousand, so
 * that counts are exact after any number of shards. Documents without a cluster are counted under ordinal 0, which
 * sub-aggregations never see.
 */
final class LatentClustersAggregator extends BucketsAggregator {
    private static final int UNASSIGNED = 0;

    private final ShardField field;
    private final FacetOptions options;
    private final ClusterNames names;
    private final boolean bySimilarity;
    private final int threshold;
    /** Null under a single parent bucket: the cluster's ordinal is the bucket's, no hashing. */
    private final LongKeyedBucketOrds ords;

    private Weight weight;

    LatentClustersAggregator(
            String name,
            AggregatorFactories factories,
            ShardField field,
            FacetOptions options,
            SearchContext context,
            Aggregator parent,
            CardinalityUpperBound cardinality,
            Map<String, Object> metadata)
            throws IOException {
        super(name, factories, context, parent, CardinalityUpperBound.MANY, metadata);
        this.field = field;
        this.options = options;
        this.names = new ClusterNames(options, field.pin().edits());
        this.bySimilarity = options.minSimilarity() > 0;
        this.threshold = ClusterColumn.threshold(options.minSimilarity());
        try {
            options.order().validate(this);
        } catch (AggregationExecutionException e) {
            throw new IllegalArgumentException(
                    "[order] of [" + LatentClustersAggregationBuilder.NAME + "]: " + e.getMessage(), e);
        }
        if (cardinality == CardinalityUpperBound.ONE) {
            ords = null;
            int clusters = field.generation() == null
                    ? 0
                    : field.generation().clusters().infos().size();
            grow(clusters + 1L);
        } else {
            ords = LongKeyedBucketOrds.build(context.bigArrays(), cardinality);
        }
    }

    @Override
    public void setWeight(Weight weight) {
        this.weight = weight;
    }

    /** Where all documents of a segment match and nothing hangs below, the column's own counts are the answer. */
    @Override
    protected boolean tryPrecomputeAggregationForLeaf(LeafReaderContext leaf) throws IOException {
        if (parent != null || ords != null || subAggregators.length > 0 || bySimilarity || weight == null) {
            return false;
        }
        if (context.terminateAfter() != SearchContext.DEFAULT_TERMINATE_AFTER) {
            return false;
        }
        boolean weighted = leaf.reader().getFieldInfos().fieldInfo(DocCountFieldMapper.NAME) != null;
        if (weighted || weight.count(leaf) != leaf.reader().maxDoc()) {
            return false;
        }
        ClusterColumn column = field.column(leaf, false);
        if (column == null) {
            incrementBucketDocCount(UNASSIGNED, leaf.reader().maxDoc());
            return true;
        }
        int clusters = field.generation().clusters().infos().size();
        for (int ordinal = 0; ordinal <= clusters; ordinal++) {
            incrementBucketDocCount(ordinal, column.count(ordinal));
        }
        return true;
    }

    @Override
    protected LeafBucketCollector getLeafCollector(LeafReaderContext leaf, LeafBucketCollector sub) throws IOException {
        ClusterColumn column = field.column(leaf, bySimilarity);
        if (ords != null) {
            return new LeafBucketCollectorBase(sub, null) {
                @Override
                public void collect(int doc, long parentOrd) throws IOException {
                    int ordinal = ordinal(column, doc);
                    LeafBucketCollector below = ordinal == UNASSIGNED ? LeafBucketCollector.NO_OP_COLLECTOR : sub;
                    long bucket = ords.add(parentOrd, ordinal);
                    if (bucket < 0) {
                        collectExistingBucket(below, doc, -1 - bucket);
                    } else {
                        collectBucket(below, doc, bucket);
                    }
                }
            };
        }
        return new LeafBucketCollectorBase(sub, null) {
            @Override
            public void collect(int doc, long parentOrd) throws IOException {
                int ordinal = ordinal(column, doc);
                collectExistingBucket(ordinal == UNASSIGNED ? LeafBucketCollector.NO_OP_COLLECTOR : sub, doc, ordinal);
            }

            @Override
            public void collectRange(int min, int max) throws IOException {
                super.collectRange(min, max);
            }
        };
    }

    private int ordinal(ClusterColumn column, int doc) {
        if (column == null) {
            return UNASSIGNED;
        }
        int ordinal = column.ordinal(doc);
        return bySimilarity && ordinal != UNASSIGNED && !column.isAtLeast(doc, threshold) ? UNASSIGNED : ordinal;
    }

    @Override
    public InternalAggregation[] buildAggregations(long[] parentOrds) throws IOException {
        List<InternalLatentClusters> results = new ArrayList<>(parentOrds.length);
        List<Long> bucketOrds = new ArrayList<>();
        List<ClusterBucket> buckets = new ArrayList<>();
        List<Integer> bounds = new ArrayList<>();
        long[] unassigned = new long[parentOrds.length];
        long[] hidden = new long[parentOrds.length];
        for (int i = 0; i < parentOrds.length; i++) {
            int parentIndex = i;
            forEachOrdinal(parentOrds[i], (bucketOrd, ordinal) -> {
                long count = bucketDocCount(bucketOrd);
                if (count == 0) {
                    return;
                }
                if (ordinal == UNASSIGNED) {
                    unassigned[parentIndex] = count;
                    return;
                }
                ClusterInfo info = field.generation().clusters().infos().get(ordinal - 1);
                if (names.hidden(info)) {
                    hidden[parentIndex] += count;
                    return;
                }
                bucketOrds.add(bucketOrd);
                buckets.add(new ClusterBucket(info, names.of(info), count, InternalAggregations.EMPTY));
            });
            bounds.add(buckets.size());
        }
        InternalAggregations[] below = buildSubAggsForBuckets(
                bucketOrds.stream().mapToLong(Long::longValue).toArray());
        int from = 0;
        for (int i = 0; i < parentOrds.length; i++) {
            List<ClusterBucket> own = new ArrayList<>();
            for (; from < bounds.get(i); from++) {
                own.add(buckets.get(from).with(below[from]));
            }
            results.add(InternalLatentClusters.ofShard(
                    name, field.pin(), options, own, unassigned[i], hidden[i], metadata()));
        }
        return results.toArray(InternalAggregation[]::new);
    }

    /** Calls back with each bucket below a parent: its ordinal, and the cluster ordinal + 1 or {@link #UNASSIGNED}. */
    private void forEachOrdinal(long parentOrd, BiConsumer<Long, Integer> each) {
        if (ords != null) {
            LongKeyedBucketOrds.BucketOrdsEnum all = ords.ordsEnum(parentOrd);
            while (all.next()) {
                each.accept(all.ord(), (int) all.value());
            }
            return;
        }
        int clusters = field.generation() == null
                ? 0
                : field.generation().clusters().infos().size();
        for (int ordinal = 0; ordinal <= clusters; ordinal++) {
            each.accept((long) ordinal, ordinal);
        }
    }

    @Override
    public InternalAggregation buildEmptyAggregation() {
        return InternalLatentClusters.ofShard(name, field.pin(), options, List.of(), 0, 0, metadata());
    }

    @Override
    public void collectDebugInfo(BiConsumer<String, Object> add) {
        super.collectDebugInfo(add);
        add.accept("model", field.pin().model());
        add.accept("generation", field.pin().generation());
    }

    @Override
    protected void doClose() {
        Releasables.close(ords);
    }
}
