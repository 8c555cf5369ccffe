/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.manage;

import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import java.io.IOException;
import java.util.List;
import org.opensearch.action.ActionType;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.xcontent.ToXContentObject;
import org.opensearch.core.xcontent.XContentBuilder;

/** Returns models. */
public final class GetModelsAction extends ActionType<GetModelsAction.Response> {

    public static final String NAME = "cluster:monitor/plugins/latent/models/get";
    public static final GetModelsAction INSTANCE = new GetModelsAction();

    private GetModelsAction() {
        super(NAME, Response::new);
    }

    /** The models by name. */
    public static final class Response extends ActionResponse implements ToXContentObject {

        private final List<ModelView> models;

        Response(List<ModelView> models) {
            this.models = List.copyOf(models);
        }

        Response(StreamInput in) throws IOException {
            super(in);
            try (FrameInput frame = FrameInput.open(in)) {
                models = frame.readList(ModelView::new);
            }
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            try (FrameOutput frame = new FrameOutput(out)) {
                frame.writeCollection(models);
            }
        }

        List<ModelView> models() {
            return models;
        }

        @Override
        public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
            builder.startObject().startArray("models");
            for (ModelView model : models) {
                model.writeSummary(builder, params);
            }
            return builder.endArray().endObject();
        }
    }
}
