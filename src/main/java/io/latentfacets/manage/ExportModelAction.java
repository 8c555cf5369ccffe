/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.manage;

import io.latentfacets.model.ClusterEdits;
import io.latentfacets.model.definition.ModelDefinition;
import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.opensearch.action.ActionType;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.core.common.bytes.BytesReference;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.xcontent.ToXContentObject;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * Exports a model's definition and one generation as one document. {@link ImportModelAction} reads it, in this cluster
 * or another one.
 */
public final class ExportModelAction extends ActionType<ExportModelAction.Response> {

    public static final String NAME = "cluster:admin/plugins/latent/models/export";
    public static final ExportModelAction INSTANCE = new ExportModelAction();

    /** The value of {@code format}; an import refuses any other. */
    static final String FORMAT = "latent-facets-model-1";

    private ExportModelAction() {
        super(NAME, Response::new);
    }

    /** The exported model. The archive is base64 in JSON, and bytes in CBOR and SMILE (see the Accept header). */
    public static final class Response extends ActionResponse implements ToXContentObject {

        private final ModelDefinition definition;
        private final int generation;
        private final ClusterEdits edits;
        private final BytesReference archive;

        /** @param edits the custom labels and hidden flags of the generation's clusters and parents */
        Response(ModelDefinition definition, int generation, ClusterEdits edits, BytesReference archive) {
            this.definition = definition;
            this.generation = generation;
            this.edits = edits;
            this.archive = archive;
        }

        Response(StreamInput in) throws IOException {
            super(in);
            try (FrameInput frame = FrameInput.open(in)) {
                definition = new ModelDefinition(frame);
                generation = frame.readVInt();
                edits = ClusterEdits.fromJson(frame.readString());
                archive = frame.readBytesReference();
            }
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            try (FrameOutput frame = new FrameOutput(out)) {
                definition.writeTo(frame);
                frame.writeVInt(generation);
                frame.writeString(edits.toJson());
                frame.writeBytesReference(archive);
            }
        }

        @Override
        public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
            builder.startObject()
                    .field("format", FORMAT)
                    .field("model", definition.name())
                    .field("generation", generation)
                    .field("definition");
            definition.toXContent(builder, params);
            if (!edits.byKey().isEmpty()) {
                builder.startObject("clusters");
                for (Map.Entry<String, ClusterEdits.Edit> edit : new TreeMap<>(edits.byKey()).entrySet()) {
                    builder.startObject(edit.getKey());
                    if (edit.getValue().label() != null) {
                        builder.field("label", edit.getValue().label());
                    }
                    builder.field("hidden", edit.getValue().hidden()).endObject();
                }
                builder.endObject();
            }
            return builder.field("archive", BytesReference.toBytes(archive)).endObject();
        }
    }
}
