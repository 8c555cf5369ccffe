/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.attach;

import static org.opensearch.action.ValidateActions.addValidationError;

import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import java.io.IOException;
import java.util.List;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.ActionRequestValidationException;
import org.opensearch.action.ActionType;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.xcontent.ToXContentObject;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * Re-encodes the documents whose latents are missing or of another encoder generation, in all indices that are attached
 * to a model.
 */
public final class ReencodeAction extends ActionType<ReencodeAction.Response> {

    public static final String NAME = "cluster:admin/plugins/latent/models/reencode";
    public static final ReencodeAction INSTANCE = new ReencodeAction();

    private ReencodeAction() {
        super(NAME, Response::new);
    }

    /** Names the model and says whether to wait until all documents are encoded. */
    public static final class Request extends ActionRequest {

        private final String model;
        private final boolean wait;

        public Request(String model, boolean wait) {
            this.model = model;
            this.wait = wait;
        }

        public Request(StreamInput in) throws IOException {
            super(in);
            try (FrameInput frame = FrameInput.open(in)) {
                model = frame.readString();
                wait = frame.readBoolean();
            }
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            super.writeTo(out);
            try (FrameOutput frame = new FrameOutput(out)) {
                frame.writeString(model);
                frame.writeBoolean(wait);
            }
        }

        public String model() {
            return model;
        }

        public boolean waitForCompletion() {
            return wait;
        }

        @Override
        public ActionRequestValidationException validate() {
            return model == null || model.isBlank() ? addValidationError("[model] must name a model", null) : null;
        }
    }

    /** The task that was started and, if the caller waited, what it wrote and what it left. Immutable. */
    public static final class Response extends ActionResponse implements ToXContentObject {

        private final String model;
        private final Reencoded reencoded;

        Response(String model, Reencoded reencoded) {
            this.model = model;
            this.reencoded = reencoded;
        }

        Response(StreamInput in) throws IOException {
            super(in);
            try (FrameInput frame = FrameInput.open(in)) {
                model = frame.readString();
                reencoded = new Reencoded(frame);
            }
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            try (FrameOutput frame = new FrameOutput(out)) {
                frame.writeString(model);
                reencoded.writeTo(frame);
            }
        }

        public Reencoded reencoded() {
            return reencoded;
        }

        public List<String> tasks() {
            return reencoded.tasks();
        }

        @Override
        public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
            builder.startObject().field("model", model);
            return reencoded.toXContent(builder, params).endObject();
        }
    }
}
