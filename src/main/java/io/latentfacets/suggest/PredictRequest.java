/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.suggest;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.ActionRequestValidationException;
import org.opensearch.core.common.io.stream.StreamOutput;

/**
 * A request to the action {@code cluster:admin/opensearch/ml/predict} of ml-commons, for a remote model. Plugins do not
 * share classes, so ml-commons reads any request of this action from the bytes that it writes
 * ({@code MLPredictionTaskRequest.fromActionRequest}). This one writes the bytes of {@code MLPredictionTaskRequest} in
 * versions 3.3 and later, which that class has not changed since. It names no user: ml-commons takes the one who calls.
 * Immutable, except for the fields that core sets.
 */
final class PredictRequest extends ActionRequest {

    /** The place of {@code REMOTE} in {@code FunctionName}, an enum that only grows at its end. */
    private static final int REMOTE_FUNCTION = 12;
    /** The place of {@code REMOTE} in {@code MLInputDataType}, an enum that only grows at its end. */
    private static final int REMOTE_INPUT = 3;

    private static final int INPUT_VERSION = 1;

    private final String id = UUID.randomUUID().toString();
    private final String mlModel;
    private final Map<String, String> parameters;

    /** @param parameters fill the places {@code ${parameters.NAME}} of the connector's request */
    PredictRequest(String mlModel, Map<String, String> parameters) {
        this.mlModel = mlModel;
        this.parameters = new TreeMap<>(parameters);
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        super.writeTo(out);
        out.writeString(id);
        out.writeBoolean(true); // may run on another node
        out.writeOptionalString(mlModel);
        out.writeVInt(REMOTE_FUNCTION);
        out.writeBoolean(false); // no parameters of an algorithm
        out.writeBoolean(true);
        out.writeVInt(REMOTE_INPUT);
        out.writeBoolean(true);
        out.writeMap(parameters, StreamOutput::writeString, StreamOutput::writeOptionalString);
        out.writeBoolean(false); // the action of a prediction
        out.writeBoolean(false); // no index for failed documents
        out.writeInt(INPUT_VERSION);
        out.writeBoolean(false); // the user who calls
        out.writeOptionalString(null); // no tenant
    }

    @Override
    public ActionRequestValidationException validate() {
        return null;
    }
}
