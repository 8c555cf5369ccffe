/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.aggregation;

import io.latentfacets.search.Pin;
import io.latentfacets.search.results.ResultClusters;
import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import io.latentfacets.wire.WireEnum;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
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
 * Clusters and their counts in a slice, a shard, or several shards. Until the final reduce, this object holds every
 * cluster with documents. Only the final reduce sorts and cuts them and adds the values that need totals. Immutable.
 */
public final class InternalLatentClusters
        extends InternalMultiBucketAggregation<InternalLatentClusters, ClusterBucket> {

    private final Asked asked;
    private final List<ClusterBucket> buckets;
    private final Uncounted uncounted;
    /** The clustering of the results; null in corpus scope. */
    private final Division division;

    /**
     * The options and the generation that a reduction needs.
     *
     * @param model the model's name; "" if no index has the field
     * @param generation the generation's number; 0 if the model has no active one
     * @param bound whether the searched indices are bound to the model, so that buckets have labels and terms
     */
    record Asked(
            String model, int generation, boolean bound, Scope scope, int size, long minDocCount, BucketOrder order)
            implements Writeable {
        static Asked of(Pin pin, FacetOptions options) {
            return new Asked(
                    pin.model(),
                    pin.generation(),
                    options.shows(pin.coverage()),
                    options.scope(),
                    options.size(),
                    options.minDocCount(),
                    options.order());
        }

        static Asked read(StreamInput in) throws IOException {
            return new Asked(
                    in.readString(),
                    in.readVInt(),
                    in.readBoolean(),
                    WireEnum.read(in, Scope.class),
                    in.readVInt(),
                    in.readVLong(),
                    InternalOrder.Streams.readOrder(in));
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            out.writeString(model);
            out.writeVInt(generation);
            out.writeBoolean(bound);
            WireEnum.write(out, scope);
            out.writeVInt(size);
            out.writeVLong(minDocCount);
            InternalOrder.Streams.writeOrder(order, out);
        }
    }

    /**
     * The counts that stand in no bucket.
     *
     * @param unassigned the number of matching documents without a cluster
     * @param other the number of documents in clusters without a bucket, hidden clusters included
     * @param matched the number of matching documents if a document may count in several clusters, else 0
     * @param usual see {@link BackgroundCounts}; empty if unknown, or if another slice of the shard reports it
     */
    record Uncounted(long unassigned, long other, long matched, Map<String, Double> usual) implements Writeable {
        static final Uncounted NONE = new Uncounted(0, 0, 0, Map.of());

        static Uncounted read(StreamInput in) throws IOException {
            return new Uncounted(
                    in.readVLong(),
                    in.readVLong(),
                    in.readVLong(),
                    in.readMap(StreamInput::readString, StreamInput::readDouble));
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            out.writeVLong(unassigned);
            out.writeVLong(other);
            out.writeVLong(matched);
            // core writes an aggregation several times, to learn its size
            Map<String, Double> sorted = usual instanceof SortedMap ? usual : new TreeMap<>(usual);
            out.writeMap(sorted, StreamOutput::writeString, StreamOutput::writeDouble);
        }
    }

    /**
     * The clustering of the results, as the response shows it.
     *
     * @param token the partition; null if there was nothing to cluster
     * @param documents the number of matching documents with a latent of the pinned encoder
     * @param sampled the number of those documents on which the clusters were found
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
            Asked asked,
            List<ClusterBucket> buckets,
            Uncounted uncounted,
            Division division,
            Map<String, Object> metadata) {
        super(name, metadata);
        this.asked = asked;
        this.buckets = buckets;
        this.uncounted = uncounted;
        this.division = division;
    }

    /** @param division the clusters of the results; null in corpus scope */
    static InternalLatentClusters ofShard(
            String name,
            Asked asked,
            List<ClusterBucket> buckets,
            Uncounted uncounted,
            ResultClusters division,
            Map<String, Object> metadata) {
        return new InternalLatentClusters(name, asked, buckets, uncounted, Division.of(division), metadata);
    }

    public InternalLatentClusters(StreamInput in) throws IOException {
        super(in);
        try (FrameInput frame = FrameInput.open(in)) {
            asked = Asked.read(frame);
            buckets = frame.readList(ClusterBucket::new);
            uncounted = Uncounted.read(frame);
            division = frame.readOptionalWriteable(Division::read);
        }
    }

    @Override
    protected void doWriteTo(StreamOutput out) throws IOException {
        try (FrameOutput frame = new FrameOutput(out)) {
            asked.writeTo(frame);
            frame.writeList(buckets);
            uncounted.writeTo(frame);
            frame.writeOptionalWriteable(division);
        }
    }

    @Override
    public String getWriteableName() {
        return LatentClustersAggregationBuilder.NAME;
    }

    /** The model's name; "" if no index has the field. */
    public String model() {
        return asked.model();
    }

    /** The generation's number; 0 if the model has no active one. */
    public int generation() {
        return asked.generation();
    }

    /**
     * Whether the searched indices are bound to the model; without that, a label is the key and there are no terms.
     * Also true if there is no model.
     */
    public boolean bound() {
        return asked.bound() || asked.model().isEmpty();
    }

    Scope scope() {
        return asked.scope();
    }

    @Override
    public List<ClusterBucket> getBuckets() {
        return buckets;
    }

    /** The number of matching documents without a cluster. */
    public long unassigned() {
        return uncounted.unassigned();
    }

    /** The number of documents in clusters that the response leaves out. */
    public long other() {
        return uncounted.other();
    }

    /** The clustering of the results; null in corpus scope. */
    public Division division() {
        return division;
    }

    /** The partition token of the results, for filters; null in corpus scope and if there was nothing to cluster. */
    public String partition() {
        return division == null ? null : division.token();
    }

    @Override
    public InternalLatentClusters create(List<ClusterBucket> replaced) {
        return with(replaced, uncounted);
    }

    private InternalLatentClusters with(List<ClusterBucket> replaced, Uncounted counted) {
        return new InternalLatentClusters(name, asked, replaced, counted, division, metadata);
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
        // clusters that are searched together may differ in what their indices are bound to
        ClusterBucket named = same.stream()
                .filter(bucket -> !bucket.label().equals(bucket.getKey()))
                .findFirst()
                .orElse(same.get(0));
        return named.with(count, InternalAggregations.reduce(below, context));
    }

    @Override
    public InternalAggregation reduce(List<InternalAggregation> aggregations, ReduceContext context) {
        Map<String, List<ClusterBucket>> byKey = new LinkedHashMap<>();
        InternalLatentClusters newest = this;
        long withoutCluster = 0;
        long inOthers = 0;
        long matched = 0;
        Map<String, Double> counted = new HashMap<>();
        for (InternalAggregation aggregation : aggregations) {
            InternalLatentClusters each = (InternalLatentClusters) aggregation;
            withoutCluster += each.unassigned();
            inOthers += each.other();
            matched += each.uncounted.matched();
            requireSameModel(newest, each);
            requireSameDivision(newest, each);
            each.uncounted.usual().forEach((key, documents) -> counted.merge(key, documents, Double::sum));
            newest = newest.model().isEmpty() || each.generation() > newest.generation() ? each : newest;
            for (ClusterBucket bucket : each.buckets) {
                byKey.computeIfAbsent(bucket.getKey(), key -> new ArrayList<>()).add(bucket);
            }
        }
        List<ClusterBucket> reduced = new ArrayList<>(byKey.size());
        for (List<ClusterBucket> same : byKey.values()) {
            reduced.add(reduceBucket(same, context));
        }
        Uncounted all = new Uncounted(withoutCluster, inOthers, matched, counted);
        return context.isFinalReduce() ? newest.last(reduced, all, context) : newest.with(reduced, all);
    }

    /**
     * Checks that all parts use the same clusters. The coordinating node clusters results once, but other OpenSearch
     * clusters would each cluster their own.
     */
    private static void requireSameDivision(InternalLatentClusters one, InternalLatentClusters other) {
        if (one.division != null && other.division != null && !one.division.equals(other.division)) {
            throw new IllegalArgumentException("the results of [" + one.getName()
                    + "] were divided differently in the clusters searched; use [scope] \"corpus\" across clusters");
        }
    }

    /**
     * Checks that all parts use the same model. Unmapped shards name none, and other OpenSearch clusters have their own
     * models.
     */
    private static void requireSameModel(InternalLatentClusters one, InternalLatentClusters other) {
        if (!one.model().isEmpty() && !other.model().isEmpty() && !one.model().equals(other.model())) {
            throw new IllegalArgumentException("the field of [" + one.getName() + "] belongs to different models ["
                    + one.model() + ", " + other.model()
                    + "] in the indices searched; search the indices of one model at"
                    + " a time");
        }
    }

    private InternalLatentClusters last(List<ClusterBucket> all, Uncounted counted, ReduceContext context) {
        long assigned = counted.other();
        for (ClusterBucket bucket : all) {
            assigned += bucket.getDocCount();
        }
        double inAll = counted.usual().values().stream()
                .mapToDouble(Double::doubleValue)
                .sum();
        boolean overlap = counted.matched() > 0;
        long documents = overlap ? counted.matched() : assigned + counted.unassigned();
        List<ClusterBucket> sorted = new ArrayList<>(all);
        sorted.sort(asked.order().comparator());
        List<ClusterBucket> kept = new ArrayList<>(Math.min(asked.size(), sorted.size()));
        long cut = counted.other();
        for (ClusterBucket bucket : sorted) {
            if (kept.size() < asked.size() && bucket.getDocCount() >= asked.minDocCount()) {
                context.consumeBucketsAndMaybeBreak(1);
                // what is usual is not known of clusters that overlap, nor is the lift
                double usually = overlap
                        ? 0
                        : inAll == 0 ? Double.NaN : counted.usual().getOrDefault(bucket.getKey(), 0.0) / inAll;
                kept.add(bucket.of(documents, assigned, usually));
            } else {
                context.consumeBucketsAndMaybeBreak(-countInnerBucket(bucket));
                cut += bucket.getDocCount();
            }
        }
        return with(kept, new Uncounted(counted.unassigned(), cut, counted.matched(), Map.of()));
    }

    @Override
    public XContentBuilder doXContentBody(XContentBuilder builder, Params params) throws IOException {
        builder.field("model", model()).field("generation", generation()).field("scope", scope().key());
        divisionToXContent(builder);
        if (!bound()) {
            builder.field("bound", false);
        }
        builder.field("unassigned_doc_count", unassigned()).field("sum_other_doc_count", other());
        builder.startArray(CommonFields.BUCKETS.getPreferredName());
        for (ClusterBucket bucket : buckets) {
            bucket.toXContent(builder, params);
        }
        return builder.endArray();
    }

    /**
     * Writes the partition, the sample and an error bound. The bound is 0, because counts are exact whatever the sample
     * was.
     */
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
        return Arrays.asList(asked, buckets, uncounted, division);
    }
}
