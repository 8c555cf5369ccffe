/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search;

import io.latentfacets.cluster.ClusterInfo;
import io.latentfacets.field.ClusterColumn;
import io.latentfacets.model.Generation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.CollectionTerminatedException;
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
 * Counts the clusters, or their parents, of the documents it is given. All with documents leave the shard, at most a
 * thousand, so that counts are exact after any number of shards. Documents without a cluster are counted under bucket
 * 0, which sub-aggregations never see. A parent's bucket counts all its clusters, hidden ones too, as a query for the
 * parent finds them.
 */
final class LatentClustersAggregator extends BucketsAggregator {
    private static final int UNASSIGNED = BucketLevel.UNASSIGNED;

    private final ShardField field;
    private final FacetOptions options;
    private final ClusterNames names;
    private final BucketLevel level;
    private final int[] bucketOf;
    /** By a column's ordinal; null where similarities are not looked at. */
    private final int[] thresholds;
    /** Null under a single parent bucket: the number at this level is the bucket's, no hashing. */
    private final LongKeyedBucketOrds ords;

    private Weight weight;
    /** Of a hybrid query, and only once a segment has been looked at. */
    private HybridMatches hybrid;

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
        Generation generation = field.generation();
        this.level = generation == null ? BucketLevel.NONE : BucketLevel.of(options.level(), generation.clusters());
        this.bucketOf = level.bucketOf();
        this.thresholds = generation == null ? null : options.minSimilarity().thresholds(generation.clusters());
        try {
            options.order().validate(this);
        } catch (AggregationExecutionException e) {
            throw new IllegalArgumentException(
                    "[order] of [" + LatentClustersAggregationBuilder.NAME + "]: " + e.getMessage(), e);
        }
        if (cardinality == CardinalityUpperBound.ONE) {
            ords = null;
            grow(level.count());
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
        if (parent != null || ords != null || subAggregators.length > 0 || thresholds != null || weight == null) {
            return false;
        }
        if (!collectsAll()) {
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
        for (int ordinal = 0; ordinal < bucketOf.length; ordinal++) {
            incrementBucketDocCount(bucketOf[ordinal], column.count(ordinal));
        }
        return true;
    }

    @Override
    protected LeafBucketCollector getLeafCollector(LeafReaderContext leaf, LeafBucketCollector sub) throws IOException {
        LeafBucketCollector collector = collector(leaf, sub);
        if (hybrid == null && parent == null && collectsAll()) {
            hybrid = HybridMatches.of(weight, context.searcher());
        }
        if (hybrid != null) {
            hybrid.collect(leaf, collector);
            throw new CollectionTerminatedException();
        }
        return collector;
    }

    private boolean collectsAll() {
        return context.terminateAfter() == SearchContext.DEFAULT_TERMINATE_AFTER;
    }

    private LeafBucketCollector collector(LeafReaderContext leaf, LeafBucketCollector sub) throws IOException {
        ClusterColumn column = field.column(leaf, thresholds != null);
        if (ords != null) {
            return new LeafBucketCollectorBase(sub, null) {
                @Override
                public void collect(int doc, long parentOrd) throws IOException {
                    int number = bucket(column, doc);
                    LeafBucketCollector below = number == UNASSIGNED ? LeafBucketCollector.NO_OP_COLLECTOR : sub;
                    long bucket = ords.add(parentOrd, number);
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
                int bucket = bucket(column, doc);
                collectExistingBucket(bucket == UNASSIGNED ? LeafBucketCollector.NO_OP_COLLECTOR : sub, doc, bucket);
            }

            @Override
            public void collectRange(int min, int max) throws IOException {
                super.collectRange(min, max);
            }
        };
    }

    private int bucket(ClusterColumn column, int doc) {
        if (column == null) {
            return UNASSIGNED;
        }
        int ordinal = column.ordinal(doc);
        return thresholds != null && ordinal != UNASSIGNED && !column.isAtLeast(doc, thresholds[ordinal])
                ? UNASSIGNED
                : bucketOf[ordinal];
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
            forEachBucket(parentOrds[i], (bucketOrd, number) -> {
                long count = bucketDocCount(bucketOrd);
                if (count == 0) {
                    return;
                }
                if (number == UNASSIGNED) {
                    unassigned[parentIndex] = count;
                    return;
                }
                ClusterInfo info = level.info(number);
                if (names.hidden(info)) {
                    hidden[parentIndex] += count;
                    return;
                }
                bucketOrds.add(bucketOrd);
                buckets.add(new ClusterBucket(
                        info, level.parent(number), names.of(info), count, InternalAggregations.EMPTY));
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

    /** Calls back with each bucket below a parent: its ordinal, and its number at this level. */
    private void forEachBucket(long parentOrd, BiConsumer<Long, Integer> each) {
        if (ords != null) {
            LongKeyedBucketOrds.BucketOrdsEnum all = ords.ordsEnum(parentOrd);
            while (all.next()) {
                each.accept(all.ord(), (int) all.value());
            }
            return;
        }
        for (int number = 0; number < level.count(); number++) {
            each.accept((long) number, number);
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
