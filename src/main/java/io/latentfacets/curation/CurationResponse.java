/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.curation;

import io.latentfacets.cluster.ClusterInfo;
import io.latentfacets.cluster.ClusterTerm;
import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.xcontent.ToXContentObject;
import org.opensearch.core.xcontent.XContentBuilder;

/** What became of clusters. Immutable. */
public final class CurationResponse extends ActionResponse implements ToXContentObject {

    private final boolean acknowledged;
    private final String model;
    private final int generation;
    private final String key;
    private final List<ClusterInfo> clusters;

    /**
     * @param acknowledged whether every node has applied the change in time
     * @param key the cluster that was asked for: the one that counts for all, or the one that was split
     * @param clusters the clusters that there are now in the place of those that were asked for
     */
    CurationResponse(boolean acknowledged, String model, int generation, String key, List<ClusterInfo> clusters) {
        this.acknowledged = acknowledged;
        this.model = model;
        this.generation = generation;
        this.key = key;
        this.clusters = List.copyOf(clusters);
    }

    CurationResponse(StreamInput in) throws IOException {
        super(in);
        try (FrameInput frame = FrameInput.open(in)) {
            acknowledged = frame.readBoolean();
            model = frame.readString();
            generation = frame.readVInt();
            key = frame.readString();
            clusters = frame.readList(CurationResponse::readInfo);
        }
    }

    private static ClusterInfo readInfo(StreamInput in) throws IOException {
        return new ClusterInfo(
                in.readString(),
                in.readString(),
                in.readList(term -> new ClusterTerm(term.readString(), term.readFloat())),
                in.readVLong(),
                in.readDouble(),
                in.readFloat(),
                in.readFloat(),
                List.of());
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        try (FrameOutput frame = new FrameOutput(out)) {
            frame.writeBoolean(acknowledged);
            frame.writeString(model);
            frame.writeVInt(generation);
            frame.writeString(key);
            frame.writeCollection(clusters, CurationResponse::writeInfo);
        }
    }

    private static void writeInfo(StreamOutput out, ClusterInfo info) throws IOException {
        out.writeString(info.key());
        out.writeString(info.label());
        out.writeCollection(new ArrayList<>(info.terms()), (to, term) -> {
            to.writeString(term.term());
            to.writeFloat(term.weight());
        });
        out.writeVLong(info.size());
        out.writeDouble(info.share());
        out.writeFloat(info.x());
        out.writeFloat(info.y());
    }

    String key() {
        return key;
    }

    List<ClusterInfo> clusters() {
        return clusters;
    }

    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
        builder.startObject()
                .field("acknowledged", acknowledged)
                .field("model", model)
                .field("generation", generation)
                .field("key", key)
                .startArray("clusters");
        for (ClusterInfo cluster : clusters) {
            builder.startObject()
                    .field("key", cluster.key())
                    .field("label", cluster.label())
                    .startArray("terms");
            for (ClusterTerm term : cluster.terms()) {
                builder.startObject()
                        .field("term", term.term())
                        .field("weight", term.weight())
                        .endObject();
            }
            builder.endArray()
                    .field("size", cluster.size())
                    .field("share", cluster.share())
                    .field("x", cluster.x())
                    .field("y", cluster.y())
                    .endObject();
        }
        return builder.endArray().endObject();
    }
}
