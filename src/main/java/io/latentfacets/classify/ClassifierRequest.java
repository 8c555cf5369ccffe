/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.classify;

import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import java.io.IOException;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.ActionRequestValidationException;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;

/** Names a classifier, or all of a model. Immutable. */
public final class ClassifierRequest extends ActionRequest {

    private final String model;
    private final String classifier;

    /** @param classifier the name; null for all of the model */
    ClassifierRequest(String model, String classifier) {
        this.model = model;
        this.classifier = classifier;
    }

    public ClassifierRequest(StreamInput in) throws IOException {
        super(in);
        try (FrameInput frame = FrameInput.open(in)) {
            model = frame.readString();
            classifier = frame.readOptionalString();
        }
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        super.writeTo(out);
        try (FrameOutput frame = new FrameOutput(out)) {
            frame.writeString(model);
            frame.writeOptionalString(classifier);
        }
    }

    String model() {
        return model;
    }

    String classifier() {
        return classifier;
    }

    @Override
    public ActionRequestValidationException validate() {
        return null;
    }
}
