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

/** Accepts or dismisses labels that wait. */
public final class SettleAction extends ActionType<SettleAction.Response> {

    public static final String NAME = "cluster:admin/plugins/latent/models/clusters/settle";
    public static final SettleAction INSTANCE = new SettleAction();

    private SettleAction() {
        super(NAME, Response::new);
    }

    /**
     * One label.
     *
     * @param reason why it still waits; null if it was accepted or dismissed
     */
    record Settled(String key, String label, String reason) implements Writeable, ToXContentObject {

        Settled(StreamInput in) throws IOException {
            this(in.readString(), in.readString(), in.readOptionalString());
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            out.writeString(key);
            out.writeString(label);
            out.writeOptionalString(reason);
        }

        @Override
        public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
            builder.startObject().field("key", key).field("label", label);
            if (reason != null) {
                builder.field("reason", reason);
            }
            return builder.endObject();
        }
    }

    /** What became of the labels. Immutable. */
    public static final class Response extends ActionResponse implements ToXContentObject {

        private final boolean acknowledged;
        private final String model;
        private final int generation;
        private final boolean accept;
        private final List<Settled> labels;

        /**
         * @param acknowledged whether every node has applied the change in time
         * @param labels those that the request named, in its order
         */
        Response(boolean acknowledged, String model, int generation, boolean accept, List<Settled> labels) {
            this.acknowledged = acknowledged;
            this.model = model;
            this.generation = generation;
            this.accept = accept;
            this.labels = List.copyOf(labels);
        }

        Response(StreamInput in) throws IOException {
            super(in);
            try (FrameInput frame = FrameInput.open(in)) {
                acknowledged = frame.readBoolean();
                model = frame.readString();
                generation = frame.readVInt();
                accept = frame.readBoolean();
                labels = frame.readList(Settled::new);
            }
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            try (FrameOutput frame = new FrameOutput(out)) {
                frame.writeBoolean(acknowledged);
                frame.writeString(model);
                frame.writeVInt(generation);
                frame.writeBoolean(accept);
                frame.writeCollection(labels);
            }
        }

        @Override
        public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
            builder.startObject()
                    .field("acknowledged", acknowledged)
                    .field("model", model)
                    .field("generation", generation)
                    .field(
                            accept ? "accepted" : "dismissed",
                            labels.stream()
                                    .filter(each -> each.reason() == null)
                                    .toList());
            if (accept) {
                builder.field(
                        "left",
                        labels.stream().filter(each -> each.reason() != null).toList());
            }
            return builder.endObject();
        }
    }
}
