/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.terms;

import io.latentfacets.rest.WholeTask;
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

/** Finds the terms of a model's active generation that are near to a term. */
public final class TermsAction extends ActionType<TermsAction.Response> {

    public static final String NAME = "cluster:admin/plugins/latent/models/terms/get";
    public static final TermsAction INSTANCE = new TermsAction();

    private TermsAction() {
        super(NAME, Response::new);
    }

    /** Names the model and the words. Immutable. */
    public static final class Request extends ActionRequest {
        final String model;
        final String term;
        final List<String> context;
        final int size;

        /**
         * @param term the words to which to find terms
         * @param context the words that say in which sense they are meant; may be empty
         * @param size the largest number of terms
         */
        public Request(String model, String term, List<String> context, int size) {
            this.model = model;
            this.term = term;
            this.context = List.copyOf(context);
            this.size = size;
        }

        public Request(StreamInput in) throws IOException {
            super(in);
            try (FrameInput frame = FrameInput.open(in)) {
                model = frame.readString();
                term = frame.readString();
                context = frame.readStringList();
                size = frame.readVInt();
            }
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            super.writeTo(out);
            try (FrameOutput frame = new FrameOutput(out)) {
                frame.writeString(model);
                frame.writeString(term);
                frame.writeStringCollection(context);
                frame.writeVInt(size);
            }
        }

        @Override
        public Task createTask(long id, String type, String action, TaskId parent, Map<String, String> headers) {
            return new WholeTask(id, type, action, getDescription(), parent, headers);
        }

        @Override
        public ActionRequestValidationException validate() {
            return null; // the REST handler and the transport action check
        }
    }

    /** The terms, and what they were found for. Immutable. */
    public static final class Response extends ActionResponse implements ToXContentObject {
        private final String model;
        private final int generation;
        private final TermFinder.Found found;

        Response(String model, int generation, TermFinder.Found found) {
            this.model = model;
            this.generation = generation;
            this.found = found;
        }

        Response(StreamInput in) throws IOException {
            super(in);
            try (FrameInput frame = FrameInput.open(in)) {
                model = frame.readString();
                generation = frame.readVInt();
                found = new TermFinder.Found(
                        frame.readString(),
                        frame.readBoolean(),
                        frame.readOptionalString(),
                        frame.readList(NearTerm::new));
            }
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            try (FrameOutput frame = new FrameOutput(out)) {
                frame.writeString(model);
                frame.writeVInt(generation);
                frame.writeString(found.term());
                frame.writeBoolean(found.known());
                frame.writeOptionalString(found.notice());
                frame.writeList(found.nearest());
            }
        }

        TermFinder.Found found() {
            return found;
        }

        @Override
        public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
            builder.startObject()
                    .field("model", model)
                    .field("generation", generation)
                    .field("term", found.term())
                    .field("known", found.known());
            if (found.notice() != null) {
                builder.field("notice", found.notice());
            }
            builder.startArray("terms");
            for (NearTerm term : found.nearest()) {
                term.toXContent(builder, params);
            }
            return builder.endArray().endObject();
        }
    }
}
