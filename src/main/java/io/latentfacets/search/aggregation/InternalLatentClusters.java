/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.aggregation;

import io.latentfacets.search.Pin;
import io.latentfacets.search.results.ResultClusters;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
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
public final class InternalLatentClusters
        extends InternalMultiBucketAggregation<InternalLatentClusters, ClusterBucket> {

    private final String model;
    private final int generation;
    private final Scope scope;
    private final int size;
    private final long minDocCount;
    private final BucketOrder order;
    private final List<ClusterBucket> buckets;
    private final long unassigned;
    private final long other;
    /** Documents of the whole index by key, where that was counted. */
    private final Map<String, Double> usual;
    /** What results were divided into; null in corpus scope. */
    private final Division division;

    /**
     * @param token null where there was nothing to divide
     * @param documents that matched and could be divided
     * @param sampled how many of them the division was found on
     */
    public record Division(String token, long documents, long sampled) implements Writeable {
        static Division of(ResultClusters clusters) {
            return clusters == null ? null : new Division(clusters.token(), clusters.documents(), clusters.sampled());
        }

        static Division read(StreamInput in) throws IOException {
            return new Division(in.readOptionalString(), in.readVLong(), in.readVLong());
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            out.writeOptionalString(token);
            out.writeVLong(documents);
            out.writeVLong(sampled);
        }
    }

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
            Map<String, Double> usual,
            Division division,
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
        this.usual = usual;
        this.division = division;
    }

    /**
     * @param hidden documents of clusters that facets leave out; they count among the others
     * @param usual see {@link BackgroundCounts}; empty where it is not known, or another slice of the shard tells
     * @param division null in corpus scope
     */
    static InternalLatentClusters ofShard(
            String name,
            Pin pin,
            FacetOptions options,
            List<ClusterBucket> buckets,
            long unassigned,
            long hidden,
            Map<String, Double> usual,
            ResultClusters division,
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
                usual,
                Division.of(division),
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
        usual = in.readMap(StreamInput::readString, StreamInput::readDouble);
        division = in.readOptionalWriteable(Division::read);
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
        out.writeMap(new TreeMap<>(usual), StreamOutput::writeString, StreamOutput::writeDouble);
        out.writeOptionalWriteable(division);
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

    /** Null in corpus scope. */
    public Division division() {
        return division;
    }

    /** The partition of the results, to filter by; null in corpus scope and where there was nothing to divide. */
    public String partition() {
        return division == null ? null : division.token();
    }

    @Override
    public InternalLatentClusters create(List<ClusterBucket> replaced) {
        return with(replaced, unassigned, other, usual);
    }

    private InternalLatentClusters with(
            List<ClusterBucket> replaced, long withoutCluster, long inOthers, Map<String, Double> counted) {
        return new InternalLatentClusters(
                name,
                model,
                generation,
                scope,
                size,
                minDocCount,
                order,
                replaced,
                withoutCluster,
                inOthers,
                counted,
                division,
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
        Map<String, Double> counted = new HashMap<>();
        for (InternalAggregation aggregation : aggregations) {
            InternalLatentClusters each = (InternalLatentClusters) aggregation;
            withoutCluster += each.unassigned;
            inOthers += each.other;
            requireSameModel(newest, each);
            requireSameDivision(newest, each);
            each.usual.forEach((key, documents) -> counted.merge(key, documents, Double::sum));
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
                ? newest.last(reduced, withoutCluster, inOthers, counted, context)
                : newest.with(reduced, withoutCluster, inOthers, counted);
    }

    /** Results are divided once, on the coordinating node; other clusters would divide theirs for themselves. */
    private static void requireSameDivision(InternalLatentClusters one, InternalLatentClusters other) {
        if (one.division != null && other.division != null && !one.division.equals(other.division)) {
            throw new IllegalArgumentException("the results of [" + one.getName()
                    + "] were divided differently in the clusters searched; use [scope] \"corpus\" across clusters");
        }
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
            List<ClusterBucket> all,
            long withoutCluster,
            long inOthers,
            Map<String, Double> counted,
            ReduceContext context) {
        long assigned = inOthers;
        for (ClusterBucket bucket : all) {
            assigned += bucket.getDocCount();
        }
        double inAll =
                counted.values().stream().mapToDouble(Double::doubleValue).sum();
        List<ClusterBucket> sorted = new ArrayList<>(all);
        sorted.sort(order.comparator());
        List<ClusterBucket> kept = new ArrayList<>(Math.min(size, sorted.size()));
        long cut = inOthers;
        for (ClusterBucket bucket : sorted) {
            if (kept.size() < size && bucket.getDocCount() >= minDocCount) {
                context.consumeBucketsAndMaybeBreak(1);
                double usually = inAll == 0 ? Double.NaN : counted.getOrDefault(bucket.getKey(), 0.0) / inAll;
                kept.add(bucket.of(assigned + withoutCluster, assigned, usually));
            } else {
                context.consumeBucketsAndMaybeBreak(-countInnerBucket(bucket));
                cut += bucket.getDocCount();
            }
        }
        return with(kept, withoutCluster, cut, Map.of());
    }

    @Override
    public XContentBuilder doXContentBody(XContentBuilder builder, Params params) throws IOException {
        builder.field("model", model).field("generation", generation).field("scope", scope.key());
        divisionToXContent(builder);
        builder.field("unassigned_doc_count", unassigned).field("sum_other_doc_count", other);
        builder.startArray(CommonFields.BUCKETS.getPreferredName());
        for (ClusterBucket bucket : buckets) {
            bucket.toXContent(builder, params);
        }
        return builder.endArray();
    }

    /** Counts are exact however few documents the clusters were found on: no error to state but 0. */
    void divisionToXContent(XContentBuilder builder) throws IOException {
        if (division != null) {
            builder.field("partition", division.token());
            builder.startObject("sample")
                    .field("documents", division.sampled())
                    .field("of", division.documents())
                    .endObject();
            builder.field("doc_count_error_upper_bound", 0);
        }
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
        return Arrays.asList(
                model, generation, scope, size, minDocCount, order, buckets, unassigned, other, usual, division);
    }
}
