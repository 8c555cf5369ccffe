/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.map;

import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.search.aggregations.InternalAggregation;
import org.opensearch.search.aggregations.InternalAggregations;
import org.opensearch.search.aggregations.InternalMultiBucketAggregation;

/**
 * The cells of a map and their documents in a slice, a shard, or several shards. Until the final reduce this object
 * holds every cell with documents and every cluster in it; the final reduce cuts both. Immutable.
 */
public final class InternalLatentMap extends InternalMultiBucketAggregation<InternalLatentMap, MapCell> {

    private final Of of;
    private final List<MapCell> cells;
    private final Uncounted uncounted;

    /**
     * What the map shows.
     *
     * @param model the model's name; "" if no index has the field
     * @param generation the generation's number; 0 if the model has no active one
     * @param size the largest number of cells in the response
     */
    record Of(String model, int generation, MapWindow window, int size) implements Writeable {
        static Of read(StreamInput in) throws IOException {
            return new Of(in.readString(), in.readVInt(), MapWindow.read(in), in.readVInt());
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            out.writeString(model);
            out.writeVInt(generation);
            window.writeTo(out);
            out.writeVInt(size);
        }
    }

    /**
     * The documents in no returned cell.
     *
     * @param unplaced those without a place on the map
     * @param outside those whose place is outside of the bounds
     * @param other those of cells that the response leaves out
     */
    record Uncounted(long unplaced, long outside, long other) implements Writeable {
        static final Uncounted NONE = new Uncounted(0, 0, 0);

        static Uncounted read(StreamInput in) throws IOException {
            return new Uncounted(in.readVLong(), in.readVLong(), in.readVLong());
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            out.writeVLong(unplaced);
            out.writeVLong(outside);
            out.writeVLong(other);
        }

        Uncounted plus(Uncounted more) {
            return new Uncounted(unplaced + more.unplaced, outside + more.outside, other + more.other);
        }
    }

    InternalLatentMap(String name, Of of, List<MapCell> cells, Uncounted uncounted, Map<String, Object> metadata) {
        super(name, metadata);
        this.of = of;
        this.cells = cells;
        this.uncounted = uncounted;
    }

    public InternalLatentMap(StreamInput in) throws IOException {
        super(in);
        try (FrameInput frame = FrameInput.open(in)) {
            of = Of.read(frame);
            uncounted = Uncounted.read(frame);
            List<String> keys = frame.readStringList();
            cells = frame.readList(each -> MapCell.read(each, of.window(), keys));
        }
    }

    @Override
    protected void doWriteTo(StreamOutput out) throws IOException {
        Map<String, Integer> numbers = new LinkedHashMap<>();
        cells.forEach(cell -> cell.clusters().keys().forEach(key -> numbers.putIfAbsent(key, numbers.size())));
        try (FrameOutput frame = new FrameOutput(out)) {
            of.writeTo(frame);
            uncounted.writeTo(frame);
            frame.writeStringCollection(numbers.keySet());
            frame.writeCollection(cells, (to, cell) -> cell.writeTo(to, numbers));
        }
    }

    @Override
    public String getWriteableName() {
        return LatentMapAggregationBuilder.NAME;
    }

    /** The model's name; "" if no index has the field. */
    public String model() {
        return of.model();
    }

    /** The generation's number; 0 if the model has no active one. */
    public int generation() {
        return of.generation();
    }

    @Override
    public List<MapCell> getBuckets() {
        return cells;
    }

    /** The number of matching documents without a place on the map. */
    public long unplaced() {
        return uncounted.unplaced();
    }

    /** The number of matching documents outside of the bounds. */
    public long outside() {
        return uncounted.outside();
    }

    /** The number of documents in cells that the response leaves out. */
    public long other() {
        return uncounted.other();
    }

    @Override
    public InternalLatentMap create(List<MapCell> replaced) {
        return new InternalLatentMap(name, of, replaced, uncounted, metadata);
    }

    @Override
    public MapCell createBucket(InternalAggregations below, MapCell prototype) {
        return prototype.with(below);
    }

    @Override
    protected MapCell reduceBucket(List<MapCell> same, ReduceContext context) {
        if (same.size() == 1 && !context.isFinalReduce()) {
            return same.get(0);
        }
        long count = 0;
        ClusterTally clusters = ClusterTally.NONE;
        List<InternalAggregations> below = new ArrayList<>(same.size());
        for (MapCell cell : same) {
            count += cell.getDocCount();
            clusters = clusters.plus(cell.clusters());
            below.add(cell.below());
        }
        return new MapCell(
                of.window(), same.get(0).cell(), count, clusters, InternalAggregations.reduce(below, context));
    }

    @Override
    public InternalAggregation reduce(List<InternalAggregation> aggregations, ReduceContext context) {
        Map<Integer, List<MapCell>> byCell = new TreeMap<>();
        InternalLatentMap newest = this;
        Uncounted all = Uncounted.NONE;
        for (InternalAggregation aggregation : aggregations) {
            InternalLatentMap each = (InternalLatentMap) aggregation;
            requireSameModel(newest, each);
            newest = newest.model().isEmpty() || each.generation() > newest.generation() ? each : newest;
            all = all.plus(each.uncounted);
            for (MapCell cell : each.cells) {
                byCell.computeIfAbsent(cell.cell(), key -> new ArrayList<>(aggregations.size()))
                        .add(cell);
            }
        }
        List<MapCell> reduced = new ArrayList<>(byCell.size());
        for (List<MapCell> same : byCell.values()) {
            reduced.add(reduceBucket(same, context));
        }
        return context.isFinalReduce()
                ? newest.last(reduced, all, context)
                : new InternalLatentMap(name, newest.of, reduced, all, metadata);
    }

    /**
     * Checks that all parts use the same map: other OpenSearch clusters have models and generations of their own, whose
     * maps have nothing in common.
     */
    private static void requireSameModel(InternalLatentMap one, InternalLatentMap other) {
        if (one.generation() > 0 && other.generation() > 0 && one.generation() != other.generation()) {
            throw new IllegalArgumentException("the documents of [" + one.getName()
                    + "] lie on different maps, of generations [" + one.generation() + "] and [" + other.generation()
                    + "]; search one OpenSearch cluster at a time");
        }
        if (!one.model().isEmpty() && !other.model().isEmpty() && !one.model().equals(other.model())) {
            throw new IllegalArgumentException("the field of [" + one.getName() + "] belongs to different models ["
                    + one.model() + ", " + other.model()
                    + "] in the indices searched; search the indices of one model at a time");
        }
    }

    private InternalLatentMap last(List<MapCell> all, Uncounted counted, ReduceContext context) {
        List<MapCell> sorted = new ArrayList<>(all);
        sorted.sort(Comparator.comparingLong(MapCell::getDocCount).reversed().thenComparingInt(MapCell::cell));
        List<MapCell> kept = new ArrayList<>(Math.min(of.size(), sorted.size()));
        long cut = 0;
        for (MapCell cell : sorted) {
            if (kept.size() < of.size()) {
                context.consumeBucketsAndMaybeBreak(1);
                kept.add(cell.last());
            } else {
                context.consumeBucketsAndMaybeBreak(-countInnerBucket(cell));
                cut += cell.getDocCount();
            }
        }
        return new InternalLatentMap(name, of, kept, counted.plus(new Uncounted(0, 0, cut)), metadata);
    }

    @Override
    public XContentBuilder doXContentBody(XContentBuilder builder, Params params) throws IOException {
        builder.field("model", model()).field("generation", generation());
        builder.startObject("bounds");
        of.window().bounds().toXContent(builder, params);
        builder.endObject();
        builder.startObject("cell")
                .field(Bounds.X, of.window().width())
                .field(Bounds.Y, of.window().height())
                .endObject();
        builder.field("unplaced_doc_count", unplaced())
                .field("outside_doc_count", outside())
                .field("sum_other_doc_count", other());
        builder.startArray("cells");
        for (MapCell cell : cells) {
            cell.toXContent(builder, params);
        }
        return builder.endArray();
    }

    @Override
    public boolean equals(Object o) {
        return super.equals(o) && o instanceof InternalLatentMap that && state().equals(that.state());
    }

    @Override
    public int hashCode() {
        return Objects.hash(super.hashCode(), state());
    }

    private List<Object> state() {
        return List.of(of, cells, uncounted);
    }
}
