/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.manage;

import io.latentfacets.model.definition.ModelDefinition;
import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import java.io.IOException;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.ActionRequestValidationException;
import org.opensearch.action.ActionType;
import org.opensearch.action.support.clustermanager.AcknowledgedResponse;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;

/** Creates a model or replaces its definition. */
public final class PutModelAction extends ActionType<AcknowledgedResponse> {

    public static final String NAME = "cluster:admin/plugins/latent/models/put";
    public static final PutModelAction INSTANCE = new PutModelAction();

    private PutModelAction() {
        super(NAME, AcknowledgedResponse::new);
    }

    /** The definition to store. */
    public static final class Request extends ActionRequest {

        private final ModelDefinition definition;

        public Request(ModelDefinition definition) {
            this.definition = definition;
        }

        public Request(StreamInput in) throws IOException {
            super(in);
            try (FrameInput frame = FrameInput.open(in)) {
                definition = new ModelDefinition(frame);
            }
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            super.writeTo(out);
            try (FrameOutput frame = new FrameOutput(out)) {
                definition.writeTo(frame);
            }
        }

        ModelDefinition definition() {
            return definition;
        }

        @Override
        public ActionRequestValidationException validate() {
            return null;
        }
    }
}
