/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.refresh;

import static org.opensearch.action.ValidateActions.addValidationError;

import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import java.io.IOException;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.ActionRequestValidationException;
import org.opensearch.action.ActionType;
import org.opensearch.action.support.clustermanager.AcknowledgedResponse;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;

/** Pauses or resumes the schedule of a model. */
public final class PauseRefreshAction extends ActionType<AcknowledgedResponse> {

    public static final String NAME = "cluster:admin/plugins/latent/models/refresh/pause";
    public static final PauseRefreshAction INSTANCE = new PauseRefreshAction();

    private PauseRefreshAction() {
        super(NAME, AcknowledgedResponse::new);
    }

    /** Names the model, and whether its schedule pauses. */
    public static final class Request extends ActionRequest {

        private final String model;
        private final boolean paused;

        /** @param paused false to resume */
        public Request(String model, boolean paused) {
            this.model = model;
            this.paused = paused;
        }

        public Request(StreamInput in) throws IOException {
            super(in);
            try (FrameInput frame = FrameInput.open(in)) {
                model = frame.readString();
                paused = frame.readBoolean();
            }
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            super.writeTo(out);
            try (FrameOutput frame = new FrameOutput(out)) {
                frame.writeString(model);
                frame.writeBoolean(paused);
            }
        }

        String model() {
            return model;
        }

        boolean paused() {
            return paused;
        }

        @Override
        public ActionRequestValidationException validate() {
            return model == null || model.isBlank() ? addValidationError("[model] must name a model", null) : null;
        }
    }
}
