/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.generations;

import io.latentfacets.model.store.StoredGeneration;
import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import java.io.IOException;
import org.opensearch.action.ActionType;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.xcontent.ToXContentObject;
import org.opensearch.core.xcontent.XContentBuilder;

/** Returns the record of one generation: properties, decision, lineage and definition. It has no words of documents. */
public final class GetGenerationAction extends ActionType<GetGenerationAction.Response> {

    public static final String NAME = "cluster:monitor/plugins/latent/models/generations/get";
    public static final GetGenerationAction INSTANCE = new GetGenerationAction();

    private GetGenerationAction() {
        super(NAME, Response::new);
    }

    /** The record. */
    public static final class Response extends ActionResponse implements ToXContentObject {

        private final StoredGeneration stored;

        Response(StoredGeneration stored) {
            this.stored = stored;
        }

        Response(StreamInput in) throws IOException {
            super(in);
            try (FrameInput frame = FrameInput.open(in)) {
                stored = new StoredGeneration(frame);
            }
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            try (FrameOutput frame = new FrameOutput(out)) {
                stored.writeTo(frame);
            }
        }

        StoredGeneration stored() {
            return stored;
        }

        @Override
        public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
            builder.startObject().field("model", stored.summary().info().model());
            stored.summary().writeFields(builder);
            return stored.provenance().writeDetails(builder).endObject();
        }
    }
}
