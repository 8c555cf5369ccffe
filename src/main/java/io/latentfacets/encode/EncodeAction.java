/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.encode;

import static org.opensearch.action.ValidateActions.addValidationError;

import io.latentfacets.rest.WholeTask;
import io.latentfacets.strict.StrictMap;
import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.ActionRequestValidationException;
import org.opensearch.action.ActionType;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.core.xcontent.ToXContent;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.tasks.Task;

/** Encodes the documents in the request without indexing them. On request it also explains each result. */
public final class EncodeAction extends ActionType<EncodeAction.Response> {

    public static final String NAME = "cluster:admin/plugins/latent/models/encode";
    public static final EncodeAction INSTANCE = new EncodeAction();

    /** The largest number of documents in one request. */
    static final int MAX_DOCS = 1000;

    private EncodeAction() {
        super(NAME, Response::new);
    }

    /** Names the model, carries the documents' sources, and says whether to explain the results. Not thread-safe. */
    public static final class Request extends ActionRequest {

        private final String model;
        private List<Map<String, Object>> docs = List.of();
        private boolean explain;

        public Request(String model) {
            this.model = model;
        }

        public Request(StreamInput in) throws IOException {
            super(in);
            try (FrameInput frame = FrameInput.open(in)) {
                model = frame.readString();
                docs = frame.readList(StreamInput::readMap);
                explain = frame.readBoolean();
            }
        }

        /** Reads a body into this request; unknown keys and bad values are 400s. */
        void parse(StrictMap body) {
            body.require("docs");
            docs = body.objects("docs");
            explain = body.bool("explain", false);
            body.noOtherKeys();
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            super.writeTo(out);
            try (FrameOutput frame = new FrameOutput(out)) {
                frame.writeString(model);
                frame.writeCollection(docs, StreamOutput::writeMap);
                frame.writeBoolean(explain);
            }
        }

        public Request docs(List<Map<String, Object>> documents) {
            docs = List.copyOf(documents);
            return this;
        }

        public Request explain(boolean value) {
            explain = value;
            return this;
        }

        @Override
        public Task createTask(long id, String type, String action, TaskId parent, Map<String, String> headers) {
            return new WholeTask(id, type, action, getDescription(), parent, headers);
        }

        public String model() {
            return model;
        }

        public List<Map<String, Object>> docs() {
            return docs;
        }

        public boolean explain() {
            return explain;
        }

        @Override
        public ActionRequestValidationException validate() {
            if (docs.isEmpty() || docs.size() > MAX_DOCS) {
                return addValidationError(
                        "[docs] must have 1 to [" + MAX_DOCS + "] documents, has [" + docs.size() + "]", null);
            }
            return model == null || model.isBlank() ? addValidationError("[model] must name a model", null) : null;
        }
    }

    /** One entry per document, in the order of the request. Immutable. */
    public static final class Response extends ActionResponse implements ToXContent {

        private final List<EncodedDocument> documents;

        Response(List<EncodedDocument> documents) {
            this.documents = List.copyOf(documents);
        }

        Response(StreamInput in) throws IOException {
            super(in);
            try (FrameInput frame = FrameInput.open(in)) {
                documents = frame.readList(EncodedDocument::new);
            }
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            try (FrameOutput frame = new FrameOutput(out)) {
                frame.writeCollection(documents);
            }
        }

        public List<EncodedDocument> documents() {
            return documents;
        }

        @Override
        public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
            builder.startArray();
            for (EncodedDocument document : documents) {
                document.toXContent(builder, params);
            }
            return builder.endArray();
        }

        @Override
        public boolean isFragment() {
            return false;
        }
    }
}
