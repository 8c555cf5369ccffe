/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.classify;

import io.latentfacets.model.definition.ClassifierDefinition;
import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import java.io.IOException;
import java.util.Map;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.ActionRequestValidationException;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.tasks.Task;

/** Names a classifier and what it is to learn. Immutable, except for the fields that core sets on every request. */
public final class TrainClassifierRequest extends ActionRequest {

    private final String model;
    private final String classifier;
    private final ClassifierDefinition definition;
    private final boolean storeTaskResult;

    private TrainClassifierRequest(
            String model, String classifier, ClassifierDefinition definition, boolean storeTaskResult) {
        this.model = model;
        this.classifier = classifier;
        this.definition = definition;
        this.storeTaskResult = storeTaskResult;
    }

    /** @param storeTaskResult whether {@code _tasks} is to show the result after the end */
    static TrainClassifierRequest of(
            String model, String classifier, ClassifierDefinition definition, boolean storeTaskResult) {
        return new TrainClassifierRequest(model, classifier, definition, storeTaskResult);
    }

    /** Trains a stored classifier again by its own definition; its definer stays. */
    static TrainClassifierRequest again(String model, String classifier) {
        return new TrainClassifierRequest(model, classifier, null, false);
    }

    public TrainClassifierRequest(StreamInput in) throws IOException {
        super(in);
        try (FrameInput frame = FrameInput.open(in)) {
            model = frame.readString();
            classifier = frame.readString();
            storeTaskResult = frame.readBoolean();
            definition = frame.readBoolean() ? ClassifierDefinition.read(frame) : null;
        }
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        super.writeTo(out);
        try (FrameOutput frame = new FrameOutput(out)) {
            frame.writeString(model);
            frame.writeString(classifier);
            frame.writeBoolean(storeTaskResult);
            frame.writeBoolean(definition != null);
            if (definition != null) {
                ClassifierDefinition.OPTIONS.write(frame, definition);
            }
        }
    }

    String model() {
        return model;
    }

    String classifier() {
        return classifier;
    }

    /** What to learn; null for what the stored classifier was asked to learn. */
    ClassifierDefinition definition() {
        return definition;
    }

    @Override
    public boolean getShouldStoreResult() {
        return storeTaskResult;
    }

    @Override
    public ActionRequestValidationException validate() {
        return null;
    }

    @Override
    public String getDescription() {
        return "train classifier [" + classifier + "] of latent model [" + model + "]";
    }

    @Override
    public Task createTask(long id, String type, String action, TaskId parent, Map<String, String> headers) {
        return new ClassifierTask(id, type, action, getDescription(), parent, headers);
    }
}
