/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.search.aggregations.BucketOrder;
import org.opensearch.search.aggregations.InternalAggregation;
import org.opensearch.search.aggregations.InternalAggregations;
import org.opensearch.search.aggregations.InternalMultiBucketAggregation;
import org.opensearch.search.aggregations.InternalOrder;

/**
 * Clusters and their counts: of a slice, a shard, some shards or all. Only the final reduce orders, cuts and adds what
 * is computed from totals; until then every cluster with documents is here. Immutable.
 */
final class InternalLatentClusters extends InternalMultiBucketAggregation<InternalLatentClusters, ClusterBucket> {

    private final String model;
    private final int generation;
    private final Scope scope;
    private final int size;
    private final long minDocCount;
    private final BucketOrder order;
    private final List<ClusterBucket> buckets;
    private final long unassigned;
    private final long other;

    private InternalLatentClusters(
            String name,
            String model,
            int generation,
            Scope scope,
            int size,
            long minDocCount,
            BucketOrder order,
            List<ClusterBucket> buckets,
            long unassigned,
            long other,
            Map<String, Object> metadata) {
        super(name, metadata);
        this.model = model;
        this.generation = generation;
        this.scope = scope;
        this.size = size;
        this.minDocCount = minDocCount;
        this.order = order;
        this.buckets = buckets;
        this.unassigned = unassigned;
        this.other = other;
    }

    /** @param hidden documents of clusters that facets leave out; they count among the others */
    static InternalLatentClusters ofShard(
            String name,
            Pin pin,
            FacetOptions options,
            List<ClusterBucket> buckets,
            long unassigned,
            long hidden,
            Map<String, Object> metadata) {
        return new InternalLatentClusters(
                name,
                pin.model(),
                pin.generation(),
                options.scope(),
                options.size(),
                options.minDocCount(),
                options.order(),
                buckets,
                unassigned,
                hidden,
                metadata);
    }

    public InternalLatentClusters(StreamInput in) throws IOException {
        super(in);
        model = in.readString();
        generation = in.readVInt();
        scope = in.readEnum(Scope.class);
        size = in.readVInt();
        minDocCount = in.readVLong();
        order = InternalOrder.Streams.readOrder(in);
        buckets = in.readList(ClusterBucket::new);
        unassigned = in.readVLong();
        other = in.readVLong();
    }

    @Override
    protected void doWriteTo(StreamOutput out) throws IOException {
        out.writeString(model);
        out.writeVInt(generation);
        out.writeEnum(scope);
        out.writeVInt(size);
        out.writeVLong(minDocCount);
        InternalOrder.Streams.writeOrder(order, out);
        out.writeList(buckets);
        out.writeVLong(unassigned);
        out.writeVLong(other);
    }

    @Override
    public String getWriteableName() {
        return LatentClustersAggregationBuilder.NAME;
    }

    /** "" where no index has the field. */
    public String model() {
        return model;
    }

    /** 0 where the model has no active generation. */
    public int generation() {
        return generation;
    }

    Scope scope() {
        return scope;
    }

    @Override
    public List<ClusterBucket> getBuckets() {
        return buckets;
    }

    /** Documents that match and have no cluster. */
    public long unassigned() {
        return unassigned;
    }

    /** Documents of clusters that did not make it into the response. */
    public long other() {
        return other;
    }

    @Override
    public InternalLatentClusters create(List<ClusterBucket> replaced) {
        return with(model, generation, replaced, unassigned, other);
    }

    private InternalLatentClusters with(
            String ofModel, int ofGeneration, List<ClusterBucket> replaced, long withoutCluster, long inOthers) {
        return new InternalLatentClusters(
                name,
                ofModel,
                ofGeneration,
                scope,
                size,
                minDocCount,
                order,
                replaced,
                withoutCluster,
                inOthers,
                metadata);
    }

    @Override
    public ClusterBucket createBucket(InternalAggregations below, ClusterBucket prototype) {
        return prototype.with(below);
    }

    @Override
    protected ClusterBucket reduceBucket(List<ClusterBucket> same, ReduceContext context) {
        long count = 0;
        List<InternalAggregations> below = new ArrayList<>(same.size());
        for (ClusterBucket bucket : same) {
            count += bucket.getDocCount();
            below.add(bucket.below());
        }
        return same.get(0).with(count, InternalAggregations.reduce(below, context));
    }

    @Override
    public InternalAggregation reduce(List<InternalAggregation> aggregations, ReduceContext context) {
        Map<String, List<ClusterBucket>> byKey = new LinkedHashMap<>();
        InternalLatentClusters newest = this;
        long withoutCluster = 0;
        long inOthers = 0;
        for (InternalAggregation aggregation : aggregations) {
            InternalLatentClusters each = (InternalLatentClusters) aggregation;
            withoutCluster += each.unassigned;
            inOthers += each.other;
            requireSameModel(newest, each);
            newest = newest.model.isEmpty() || each.generation > newest.generation ? each : newest;
            for (ClusterBucket bucket : each.buckets) {
                byKey.computeIfAbsent(bucket.getKey(), key -> new ArrayList<>()).add(bucket);
            }
        }
        List<ClusterBucket> reduced = new ArrayList<>(byKey.size());
        for (List<ClusterBucket> same : byKey.values()) {
            reduced.add(reduceBucket(same, context));
        }
        return context.isFinalReduce()
                ? newest.last(reduced, withoutCluster, inOthers, context)
                : newest.with(newest.model, newest.generation, reduced, withoutCluster, inOthers);
    }

    /** Shards agree, except that unmapped ones know of no model, and that other clusters have models of their own. */
    private static void requireSameModel(InternalLatentClusters one, InternalLatentClusters other) {
        if (!one.model.isEmpty() && !other.model.isEmpty() && !one.model.equals(other.model)) {
            throw new IllegalArgumentException("the field of [" + one.getName() + "] belongs to different models ["
                    + one.model + ", " + other.model + "] in the indices searched; search the indices of one model at"
                    + " a time");
        }
    }

    private InternalLatentClusters last(
            List<ClusterBucket> all, long withoutCluster, long inOthers, ReduceContext context) {
        long total = withoutCluster + inOthers;
        for (ClusterBucket bucket : all) {
            total += bucket.getDocCount();
        }
        List<ClusterBucket> sorted = new ArrayList<>(all);
        sorted.sort(order.comparator());
        List<ClusterBucket> kept = new ArrayList<>(Math.min(size, sorted.size()));
        long cut = inOthers;
        for (ClusterBucket bucket : sorted) {
            if (kept.size() < size && bucket.getDocCount() >= minDocCount) {
                context.consumeBucketsAndMaybeBreak(1);
                kept.add(bucket.of(total));
            } else {
                context.consumeBucketsAndMaybeBreak(-countInnerBucket(bucket));
                cut += bucket.getDocCount();
            }
        }
        return with(model, generation, kept, withoutCluster, cut);
    }

    @Override
    public XContentBuilder doXContentBody(XContentBuilder builder, Params params) throws IOException {
        builder.field("model", model).field("generation", generation).field("scope", scope.key());
        builder.field("unassigned_doc_count", unassigned).field("sum_other_doc_count", other);
        builder.startArray(CommonFields.BUCKETS.getPreferredName());
        for (ClusterBucket bucket : buckets) {
            bucket.toXContent(builder, params);
        }
        return builder.endArray();
    }

    @Override
    public boolean equals(Object o) {
        return super.equals(o) && o instanceof InternalLatentClusters that && state().equals(that.state());
    }

    @Override
    public int hashCode() {
        return Objects.hash(super.hashCode(), state());
    }

    private List<Object> state() {
        return List.of(model, generation, scope, size, minDocCount, order, buckets, unassigned, other);
    }
}
