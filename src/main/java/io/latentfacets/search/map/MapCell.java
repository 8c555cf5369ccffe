/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.map;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.search.aggregations.Aggregation.CommonFields;
import org.opensearch.search.aggregations.Aggregations;
import org.opensearch.search.aggregations.InternalAggregations;
import org.opensearch.search.aggregations.InternalMultiBucketAggregation;

/** A cell of the map with its documents in a slice, a shard, or several shards. Immutable. */
public final class MapCell extends InternalMultiBucketAggregation.InternalBucket {
    private final MapWindow window;
    private final int cell;
    private final long docCount;
    private final ClusterTally clusters;
    private final InternalAggregations aggregations;

    /** @param cell the cell's number in the window */
    MapCell(MapWindow window, int cell, long docCount, ClusterTally clusters, InternalAggregations aggregations) {
        this.window = window;
        this.cell = cell;
        this.docCount = docCount;
        this.clusters = clusters;
        this.aggregations = aggregations;
    }

    /** @param keys the clusters of all cells */
    static MapCell read(StreamInput in, MapWindow window, List<String> keys) throws IOException {
        return new MapCell(
                window, in.readVInt(), in.readVLong(), ClusterTally.read(in, keys), InternalAggregations.readFrom(in));
    }

    /** @param numbers the number of each cluster among those of all cells */
    void writeTo(StreamOutput out, Map<String, Integer> numbers) throws IOException {
        out.writeVInt(cell);
        out.writeVLong(docCount);
        clusters.writeTo(out, numbers);
        aggregations.writeTo(out);
    }

    /** Not used: {@link InternalLatentMap} writes its cells, which share the names of clusters. */
    @Override
    public void writeTo(StreamOutput out) {
        throw new UnsupportedOperationException("a cell is written with its map");
    }

    MapCell with(InternalAggregations below) {
        return new MapCell(window, cell, docCount, clusters, below);
    }

    /** Returns a copy that keeps the cluster with the most documents only. */
    MapCell last() {
        return new MapCell(window, cell, docCount, clusters.dominant(), aggregations);
    }

    int cell() {
        return cell;
    }

    ClusterTally clusters() {
        return clusters;
    }

    /** The x of the cell's middle, in [−1, 1]. */
    public double x() {
        return window.middleX(cell);
    }

    /** The y of the cell's middle, in [−1, 1]. */
    public double y() {
        return window.middleY(cell);
    }

    /** The key of the cluster with the most documents of the cell; null if none of them has one that is shown. */
    public String cluster() {
        return clusters.cluster();
    }

    /** That cluster's share of the cell's documents, 0 to 1. */
    public double share() {
        return docCount == 0 ? 0 : (double) clusters.documents() / docCount;
    }

    @Override
    public String getKey() {
        return window.key(cell);
    }

    @Override
    public String getKeyAsString() {
        return getKey();
    }

    @Override
    public long getDocCount() {
        return docCount;
    }

    @Override
    public Aggregations getAggregations() {
        return aggregations;
    }

    InternalAggregations below() {
        return aggregations;
    }

    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
        builder.startObject().field(Bounds.X, x()).field(Bounds.Y, y());
        builder.field(CommonFields.DOC_COUNT.getPreferredName(), docCount);
        if (cluster() != null) {
            builder.field("cluster", cluster()).field("share", share());
        }
        aggregations.toXContentInternal(builder, params);
        return builder.endObject();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MapCell that && state().equals(that.state());
    }

    @Override
    public int hashCode() {
        return state().hashCode();
    }

    private List<Object> state() {
        return List.of(window, cell, docCount, clusters, aggregations);
    }
}
