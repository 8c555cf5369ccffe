/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.aggregation;

import io.latentfacets.search.HybridMatches;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
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
import org.opensearch.search.query.QueryPhase;

/**
 * Counts the clusters, or their parents, of the documents it is given. All with documents leave the shard, at most a
 * thousand, so that counts are exact after any number of shards. Documents without a cluster are counted under bucket
 * 0, which sub-aggregations never see. A parent's bucket counts all its clusters, hidden ones too, as a query for the
 * parent finds them.
 */
final class LatentClustersAggregator extends BucketsAggregator {
    private static final int UNASSIGNED = ShardBuckets.UNASSIGNED;

    private final LatentClustersAggregatorFactory.Shard shard;
    private final FacetOptions options;
    private final ShardBuckets buckets;
    /** Null under a single parent bucket: the number at this level is the bucket's, no hashing. */
    private final LongKeyedBucketOrds ords;

    private Weight weight;
    /** Of a hybrid query, and only once a segment has been looked at. */
    private HybridMatches hybrid;

    LatentClustersAggregator(
            String name,
            AggregatorFactories factories,
            LatentClustersAggregatorFactory.Shard shard,
            SearchContext context,
            Aggregator parent,
            CardinalityUpperBound cardinality,
            Map<String, Object> metadata)
            throws IOException {
        super(name, factories, context, parent, CardinalityUpperBound.MANY, metadata);
        this.shard = shard;
        this.options = shard.options();
        this.buckets = shard.buckets();
        try {
            options.order().validate(this);
        } catch (AggregationExecutionException e) {
            throw new IllegalArgumentException(
                    "[order] of [" + LatentClustersAggregationBuilder.NAME + "]: " + e.getMessage(), e);
        }
        if (cardinality == CardinalityUpperBound.ONE) {
            ords = null;
            grow(buckets.count());
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
        if (parent != null
                || ords != null
                || subAggregators.length > 0
                || weight == null
                || context.terminateAfter() != SearchContext.DEFAULT_TERMINATE_AFTER) {
            return false;
        }
        boolean weighted = leaf.reader().getFieldInfos().fieldInfo(DocCountFieldMapper.NAME) != null;
        if (weighted || weight.count(leaf) != leaf.reader().maxDoc()) {
            return false;
        }
        long[] counts = buckets.counts(leaf, true);
        if (counts == null) {
            return false;
        }
        for (int number = 0; number < counts.length; number++) {
            incrementBucketDocCount(number, counts[number]);
        }
        return true;
    }

    @Override
    protected LeafBucketCollector getLeafCollector(LeafReaderContext leaf, LeafBucketCollector sub) throws IOException {
        LeafBucketCollector collector = collector(leaf, sub);
        if (hybrid == null && parent == null) {
            hybrid = shard.hybrids().of(context, weight);
        }
        if (hybrid != null) {
            hybrid.collect(leaf, collector);
            throw new CollectionTerminatedException();
        }
        return collector;
    }

    private LeafBucketCollector collector(LeafReaderContext leaf, LeafBucketCollector sub) throws IOException {
        ShardBuckets.Leaf documents = buckets.leaf(leaf);
        if (ords != null) {
            return new LeafBucketCollectorBase(sub, null) {
                @Override
                public void collect(int doc, long parentOrd) throws IOException {
                    int number = documents.bucket(doc);
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
                int bucket = documents.bucket(doc);
                collectExistingBucket(bucket == UNASSIGNED ? LeafBucketCollector.NO_OP_COLLECTOR : sub, doc, bucket);
            }

            /** As core advises: inlined here, the loop of all collectors calls the collector of this class alone. */
            @Override
            public void collectRange(int min, int max) throws IOException {
                super.collectRange(min, max);
            }
        };
    }

    /** A bucket that is shown, and where its sub-aggregations are. */
    private record Shown(long ord, ClusterBucket bucket) {}

    /** What was collected under one bucket of the parent. */
    private record Collected(List<Shown> shown, long unassigned, long hidden) {
        boolean any() {
            return !shown.isEmpty() || unassigned + hidden > 0;
        }
    }

    @Override
    public InternalAggregation[] buildAggregations(long[] parentOrds) throws IOException {
        List<Collected> all =
                Arrays.stream(parentOrds).mapToObj(this::collected).toList();
        InternalAggregations[] below = buildSubAggsForBuckets(all.stream()
                .flatMap(collected -> collected.shown().stream())
                .mapToLong(Shown::ord)
                .toArray());
        // where nothing matches core may not even have asked: such a shard, or slice, never has a say in what is usual
        Map<String, Double> usual = parent == null && all.stream().anyMatch(Collected::any) ? usual() : Map.of();
        InternalAggregation[] results = new InternalAggregation[parentOrds.length];
        int next = 0;
        for (int i = 0; i < results.length; i++) {
            Collected collected = all.get(i);
            List<ClusterBucket> own = new ArrayList<>(collected.shown().size());
            for (Shown shown : collected.shown()) {
                own.add(shown.bucket().with(below[next++]));
            }
            results[i] = InternalLatentClusters.ofShard(
                    name,
                    InternalLatentClusters.Asked.of(shard.field().pin(), options),
                    own,
                    new InternalLatentClusters.Uncounted(collected.unassigned(), collected.hidden(), usual),
                    shard.results(),
                    metadata());
        }
        return results;
    }

    private Collected collected(long parentOrd) {
        List<Shown> shown = new ArrayList<>();
        long[] unassigned = new long[1];
        long[] hidden = new long[1];
        forEachBucket(parentOrd, (ord, number) -> {
            long count = bucketDocCount(ord);
            ClusterBucket bucket = count == 0 || number == UNASSIGNED ? null : buckets.bucket(number, count);
            if (bucket != null) {
                shown.add(new Shown(ord, bucket));
            } else if (number == UNASSIGNED) {
                unassigned[0] = count;
            } else {
                hidden[0] += count;
            }
        });
        return new Collected(shown, unassigned[0], hidden[0]);
    }

    /** Nothing where the search is out of time, as its results are partial. */
    private Map<String, Double> usual() throws IOException {
        if (context.isSearchTimedOut()) {
            return Map.of();
        }
        try {
            return shard.usual(context.searcher().getIndexReader());
        } catch (QueryPhase.TimeExceededException e) {
            context.setSearchTimedOut(true);
            return Map.of();
        }
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
        for (int number = 0; number < buckets.count(); number++) {
            each.accept((long) number, number);
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

    @Override
    protected void doClose() {
        Releasables.close(ords);
    }
}
