/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.classify;

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
import org.opensearch.core.xcontent.ToXContentObject;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.tasks.Task;

/** Classifies the documents in the request without indexing them, and says why. */
public final class ClassifyAction extends ActionType<ClassifyAction.Response> {

    public static final String NAME = "cluster:admin/plugins/latent/models/classifiers/classify";
    public static final ClassifyAction INSTANCE = new ClassifyAction();

    /** The largest number of documents in one request. */
    static final int MAX_DOCS = 1000;

    private static final int MAX_LABELS = 1000;
    private static final int LABELS = 5;

    private ClassifyAction() {
        super(NAME, Response::new);
    }

    /**
     * Names the classifier and carries the documents' sources. Immutable, except for the fields that core sets on every
     * request.
     */
    public static final class Request extends ActionRequest {

        private final String model;
        private final String classifier;
        private final List<Map<String, Object>> docs;
        private final int size;
        private final boolean why;

        /** Reads a body; unknown keys and bad values are 400s. */
        Request(String model, String classifier, StrictMap body) {
            this.model = model;
            this.classifier = classifier;
            body.require("docs");
            docs = body.objects("docs");
            size = body.integer("size", 1, MAX_LABELS, LABELS);
            why = body.bool("why", true);
            body.noOtherKeys();
        }

        public Request(StreamInput in) throws IOException {
            super(in);
            try (FrameInput frame = FrameInput.open(in)) {
                model = frame.readString();
                classifier = frame.readString();
                docs = frame.readList(StreamInput::readMap);
                size = frame.readVInt();
                why = frame.readBoolean();
            }
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            super.writeTo(out);
            try (FrameOutput frame = new FrameOutput(out)) {
                frame.writeString(model);
                frame.writeString(classifier);
                frame.writeCollection(docs, StreamOutput::writeMap);
                frame.writeVInt(size);
                frame.writeBoolean(why);
            }
        }

        String model() {
            return model;
        }

        String classifier() {
            return classifier;
        }

        List<Map<String, Object>> docs() {
            return docs;
        }

        /** The largest number of labels of a document. */
        int size() {
            return size;
        }

        /** Whether to name the words that carried the decision. */
        boolean why() {
            return why;
        }

        @Override
        public Task createTask(long id, String type, String action, TaskId parent, Map<String, String> headers) {
            return new WholeTask(id, type, action, getDescription(), parent, headers);
        }

        @Override
        public ActionRequestValidationException validate() {
            return docs.isEmpty() || docs.size() > MAX_DOCS
                    ? addValidationError(
                            "[docs] must have 1 to [" + MAX_DOCS + "] documents, has [" + docs.size() + "]", null)
                    : null;
        }
    }

    /** One entry per document, in the order of the request. Immutable. */
    public static final class Response extends ActionResponse implements ToXContentObject {

        private final String model;
        private final String classifier;
        private final int generation;
        private final List<ClassifiedDocument> documents;

        Response(String model, String classifier, int generation, List<ClassifiedDocument> documents) {
            this.model = model;
            this.classifier = classifier;
            this.generation = generation;
            this.documents = List.copyOf(documents);
        }

        Response(StreamInput in) throws IOException {
            super(in);
            try (FrameInput frame = FrameInput.open(in)) {
                model = frame.readString();
                classifier = frame.readString();
                generation = frame.readVInt();
                documents = frame.readList(ClassifiedDocument::new);
            }
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            try (FrameOutput frame = new FrameOutput(out)) {
                frame.writeString(model);
                frame.writeString(classifier);
                frame.writeVInt(generation);
                frame.writeCollection(documents);
            }
        }

        @Override
        public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
            return builder.startObject()
                    .field("model", model)
                    .field("classifier", classifier)
                    .field("generation", generation)
                    .field("docs", documents)
                    .endObject();
        }
    }
}
