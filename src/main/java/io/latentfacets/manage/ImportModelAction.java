/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.manage;

import io.latentfacets.model.ClusterEdits;
import io.latentfacets.model.CurationJson;
import io.latentfacets.model.definition.ModelDefinition;
import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import java.io.IOException;
import java.io.InputStream;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.ActionRequestValidationException;
import org.opensearch.action.ActionType;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.core.common.bytes.BytesReference;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.xcontent.ToXContentObject;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * Imports a model that {@link ExportModelAction} exported. Creates the model if it does not exist, stores the
 * generation under the model's next number and activates it.
 */
public final class ImportModelAction extends ActionType<ImportModelAction.Response> {

    public static final String NAME = "cluster:admin/plugins/latent/models/import";
    public static final ImportModelAction INSTANCE = new ImportModelAction();

    private ImportModelAction() {
        super(NAME, Response::new);
    }

    /** The definition under its new name, the edits of clusters, and the archive in its binary form. */
    public static final class Request extends ActionRequest {

        private final ModelDefinition definition;
        private final ClusterEdits edits;
        private final BytesReference archive;

        Request(ModelDefinition definition, ClusterEdits edits, BytesReference archive) {
            this.definition = definition;
            this.edits = edits;
            this.archive = archive;
        }

        public Request(StreamInput in) throws IOException {
            super(in);
            try (FrameInput frame = FrameInput.open(in)) {
                definition = new ModelDefinition(frame);
                edits = ClusterEdits.fromJson(frame.readString()).with(CurationJson.read(frame.readString()));
                archive = frame.readBytesReference();
            }
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            super.writeTo(out);
            try (FrameOutput frame = new FrameOutput(out)) {
                definition.writeTo(frame);
                frame.writeString(edits.toJson());
                frame.writeString(CurationJson.write(edits.curation()));
                frame.writeBytesReference(archive);
            }
        }

        ModelDefinition definition() {
            return definition;
        }

        /** The custom labels and hidden flags, by key of a cluster or parent. */
        ClusterEdits edits() {
            return edits;
        }

        /** The number of bytes of the archive. */
        long bytes() {
            return archive.length();
        }

        InputStream archive() throws IOException {
            return archive.streamInput();
        }

        @Override
        public ActionRequestValidationException validate() {
            return null;
        }
    }

    /** The name of the model and the number of the imported generation. */
    public static final class Response extends ActionResponse implements ToXContentObject {

        private final String model;
        private final int generation;

        Response(String model, int generation) {
            this.model = model;
            this.generation = generation;
        }

        Response(StreamInput in) throws IOException {
            super(in);
            try (FrameInput frame = FrameInput.open(in)) {
                model = frame.readString();
                generation = frame.readVInt();
            }
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            try (FrameOutput frame = new FrameOutput(out)) {
                frame.writeString(model);
                frame.writeVInt(generation);
            }
        }

        @Override
        public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
            return builder.startObject()
                    .field("acknowledged", true)
                    .field("model", model)
                    .field("generation", generation)
                    .endObject();
        }
    }
}
