/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.attach;

import static org.opensearch.action.ValidateActions.addValidationError;

import io.latentfacets.field.DerivedFields;
import io.latentfacets.strict.StrictMap;
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
 * Attaches a model to indices: adds the mapping and the pipeline, sets the default pipeline, and encodes the documents
 * that the indices already hold.
 */
public final class AttachAction extends ActionType<AttachAction.Response> {

    public static final String NAME = "cluster:admin/plugins/latent/models/attach";
    public static final AttachAction INSTANCE = new AttachAction();

    private static final String BY_PIPELINE = "pipeline";
    private static final String BY_MAPPING = "mapping";

    private AttachAction() {
        super(NAME, Response::new);
    }

    /** Names the model and the indices, and says whether to wait until all documents are encoded. Not thread-safe. */
    public static final class Request extends ActionRequest {

        private final String model;
        private final boolean wait;
        private List<String> indices = List.of();
        private boolean byMapping;
        private DerivedFields derived = DerivedFields.NONE;

        public Request(String model, boolean wait) {
            this.model = model;
            this.wait = wait;
        }

        public Request(StreamInput in) throws IOException {
            super(in);
            try (FrameInput frame = FrameInput.open(in)) {
                model = frame.readString();
                wait = frame.readBoolean();
                indices = frame.readStringList();
                byMapping = frame.readBoolean();
                derived = new DerivedFields(frame.readOptionalString(), frame.readOptionalString());
            }
        }

        /**
         * Reads a body into this request.
         *
         * @throws IllegalArgumentException for an unknown key or an invalid value
         */
        void parse(StrictMap body) {
            body.require("index");
            indices = body.strings("index", 1, 1000, List.of());
            String by = body.string("by", BY_PIPELINE);
            if (!BY_PIPELINE.equals(by) && !BY_MAPPING.equals(by)) {
                throw body.bad("by", "[" + BY_PIPELINE + "] or [" + BY_MAPPING + "]", by);
            }
            byMapping = BY_MAPPING.equals(by);
            derived = new DerivedFields(
                            body.string(DerivedFields.CLUSTER_FIELD, null), body.string(DerivedFields.KNN_FIELD, null))
                    .check(List.of());
            body.noOtherKeys();
        }

        public Request indices(List<String> names) {
            indices = List.copyOf(names);
            return this;
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            super.writeTo(out);
            try (FrameOutput frame = new FrameOutput(out)) {
                frame.writeString(model);
                frame.writeBoolean(wait);
                frame.writeStringCollection(indices);
                frame.writeBoolean(byMapping);
                frame.writeOptionalString(derived.clusterField());
                frame.writeOptionalString(derived.knnField());
            }
        }

        public String model() {
            return model;
        }

        public boolean waitForCompletion() {
            return wait;
        }

        public List<String> indices() {
            return indices;
        }

        /** Whether the mapping alone is to encode documents; else a pipeline does. */
        public boolean byMapping() {
            return byMapping;
        }

        public Request byMapping(boolean mapping) {
            byMapping = mapping;
            return this;
        }

        /** The fields to fill beside the latent. */
        public DerivedFields derived() {
            return derived;
        }

        public Request derived(DerivedFields fields) {
            derived = fields;
            return this;
        }

        @Override
        public ActionRequestValidationException validate() {
            ActionRequestValidationException problems = null;
            if (model == null || model.isBlank()) {
                problems = addValidationError("[model] must name a model", problems);
            }
            if (indices.isEmpty() || indices.stream().anyMatch(String::isBlank)) {
                problems = addValidationError("[index] must name at least one index: " + indices, problems);
            }
            return problems;
        }
    }

    /** The indices that were attached, and what became of the next ones and of the re-encoding. Immutable. */
    public static final class Response extends ActionResponse implements ToXContentObject {

        private final String model;
        private final List<String> indices;
        private final List<NextIndex> next;
        private final Reencoded reencoded;

        Response(String model, List<String> indices, List<NextIndex> next, Reencoded reencoded) {
            this.model = model;
            this.indices = List.copyOf(indices);
            this.next = List.copyOf(next);
            this.reencoded = reencoded;
        }

        Response(StreamInput in) throws IOException {
            super(in);
            try (FrameInput frame = FrameInput.open(in)) {
                model = frame.readString();
                indices = frame.readStringList();
                next = frame.readList(NextIndex::new);
                reencoded = new Reencoded(frame);
            }
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            try (FrameOutput frame = new FrameOutput(out)) {
                frame.writeString(model);
                frame.writeStringCollection(indices);
                frame.writeList(next);
                reencoded.writeTo(frame);
            }
        }

        public List<String> indices() {
            return indices;
        }

        /** One entry for each data stream and rollover alias among the indices, sorted by name. */
        public List<NextIndex> next() {
            return next;
        }

        public Reencoded reencoded() {
            return reencoded;
        }

        @Override
        public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
            builder.startObject().field("acknowledged", true);
            builder.field("model", model).field("indices", indices).field("next", next);
            return reencoded.toXContent(builder, params).endObject();
        }
    }
}
