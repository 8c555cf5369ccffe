/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model;

import static org.opensearch.action.ValidateActions.addValidationError;

import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import java.io.IOException;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.ActionRequestValidationException;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;

/** Names one model, for actions that need nothing else. Immutable, except for the fields that core sets. */
public final class ModelNameRequest extends ActionRequest {

    private final String model;

    public ModelNameRequest(String model) {
        this.model = model;
    }

    public ModelNameRequest(StreamInput in) throws IOException {
        super(in);
        try (FrameInput frame = FrameInput.open(in)) {
            model = frame.readString();
        }
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        super.writeTo(out);
        try (FrameOutput frame = new FrameOutput(out)) {
            frame.writeString(model);
        }
    }

    public String model() {
        return model;
    }

    @Override
    public ActionRequestValidationException validate() {
        return model == null || model.isBlank() ? addValidationError("[model] must name a model", null) : null;
    }
}
