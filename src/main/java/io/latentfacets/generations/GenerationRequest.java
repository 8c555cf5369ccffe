/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.generations;

import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import java.io.IOException;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.ActionRequestValidationException;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;

/** Names a generation of a model. Immutable. */
public final class GenerationRequest extends ActionRequest {

    private final String model;
    private final int generation;

    /** @param generation the number, at least 1 */
    public GenerationRequest(String model, int generation) {
        this.model = model;
        this.generation = generation;
    }

    public GenerationRequest(StreamInput in) throws IOException {
        super(in);
        try (FrameInput frame = FrameInput.open(in)) {
            model = frame.readString();
            generation = frame.readVInt();
        }
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        super.writeTo(out);
        try (FrameOutput frame = new FrameOutput(out)) {
            frame.writeString(model);
            frame.writeVInt(generation);
        }
    }

    String model() {
        return model;
    }

    int generation() {
        return generation;
    }

    @Override
    public ActionRequestValidationException validate() {
        return null;
    }
}
