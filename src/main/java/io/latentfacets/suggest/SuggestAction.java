/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.suggest;

import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import java.io.IOException;
import java.util.List;
import org.opensearch.action.ActionType;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.xcontent.ToXContentObject;
import org.opensearch.core.xcontent.XContentBuilder;

/** Asks a language model for labels of clusters, and keeps them until somebody accepts or dismisses them. */
public final class SuggestAction extends ActionType<SuggestAction.Response> {

    public static final String NAME = "cluster:admin/plugins/latent/models/clusters/suggest";
    public static final SuggestAction INSTANCE = new SuggestAction();

    private SuggestAction() {
        super(NAME, Response::new);
    }

    /**
     * What came of one cluster.
     *
     * @param label the label that people see now
     */
    record Suggested(String key, String label, Suggesting.Outcome outcome) implements Writeable, ToXContentObject {

        Suggested(StreamInput in) throws IOException {
            this(
                    in.readString(),
                    in.readString(),
                    new Suggesting.Outcome(
                            in.readOptionalString(), in.readOptionalString(), in.readOptionalString(), in.readVInt()));
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            out.writeString(key);
            out.writeString(label);
            out.writeOptionalString(outcome.label());
            out.writeOptionalString(outcome.distinguished());
            out.writeOptionalString(outcome.error());
            out.writeVInt(outcome.status());
        }

        @Override
        public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
            builder.startObject().field("key", key).field("label", label);
            if (outcome.label() != null) {
                builder.field("suggested_label", outcome.label());
                if (outcome.distinguished() != null) {
                    builder.field("distinguished_by", outcome.distinguished());
                }
            } else {
                builder.field("error", outcome.error()).field("status", outcome.status());
            }
            return builder.endObject();
        }
    }

    /** The labels. Immutable. */
    public static final class Response extends ActionResponse implements ToXContentObject {

        private final boolean acknowledged;
        private final String model;
        private final int generation;
        private final long tookMillis;
        private final List<Suggested> clusters;
        private final int left;

        /**
         * @param acknowledged whether every node has stored the labels in time
         * @param left how many clusters are left for the next call without keys
         */
        Response(
                boolean acknowledged,
                String model,
                int generation,
                long tookMillis,
                List<Suggested> clusters,
                int left) {
            this.acknowledged = acknowledged;
            this.model = model;
            this.generation = generation;
            this.tookMillis = tookMillis;
            this.clusters = List.copyOf(clusters);
            this.left = left;
        }

        Response(StreamInput in) throws IOException {
            super(in);
            try (FrameInput frame = FrameInput.open(in)) {
                acknowledged = frame.readBoolean();
                model = frame.readString();
                generation = frame.readVInt();
                tookMillis = frame.readVLong();
                clusters = frame.readList(Suggested::new);
                left = frame.readVInt();
            }
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            try (FrameOutput frame = new FrameOutput(out)) {
                frame.writeBoolean(acknowledged);
                frame.writeString(model);
                frame.writeVInt(generation);
                frame.writeVLong(tookMillis);
                frame.writeCollection(clusters);
                frame.writeVInt(left);
            }
        }

        @Override
        public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
            return builder.startObject()
                    .field("acknowledged", acknowledged)
                    .field("model", model)
                    .field("generation", generation)
                    .field("took", tookMillis)
                    .field("clusters", clusters)
                    .field("left", left)
                    .endObject();
        }
    }
}
