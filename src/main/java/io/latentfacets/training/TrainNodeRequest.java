/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import io.latentfacets.model.definition.ModelDefinition;
import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import java.io.IOException;
import java.util.Map;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.tasks.Task;
import org.opensearch.transport.TransportRequest;

/** Asks a node to train a generation of a model. Immutable, except for the fields that core sets on every request. */
final class TrainNodeRequest extends TransportRequest {

    private final ModelDefinition definition;
    private final int generation;
    private final TrainMode mode;
    private final boolean force;
    private final String why;
    private final String node;

    /**
     * @param generation the number of the new generation
     * @param mode the parts that the training makes new
     * @param force whether to activate the generation even if {@link QualityGate} would refuse it
     * @param why why the training was started
     * @param node the id of the node that receives this request
     */
    TrainNodeRequest(
            ModelDefinition definition, int generation, TrainMode mode, boolean force, String why, String node) {
        this.definition = definition;
        this.generation = generation;
        this.mode = mode;
        this.force = force;
        this.why = why;
        this.node = node;
    }

    TrainNodeRequest(StreamInput in) throws IOException {
        super(in);
        try (FrameInput frame = FrameInput.open(in)) {
            definition = new ModelDefinition(frame);
            generation = frame.readVInt();
            mode = TrainMode.TYPE.in().read(frame);
            force = frame.readBoolean();
            why = frame.readString();
            node = frame.readString();
        }
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        super.writeTo(out);
        try (FrameOutput frame = new FrameOutput(out)) {
            definition.writeTo(frame);
            frame.writeVInt(generation);
            TrainMode.TYPE.out().write(frame, mode);
            frame.writeBoolean(force);
            frame.writeString(why);
            frame.writeString(node);
        }
    }

    ModelDefinition definition() {
        return definition;
    }

    int generation() {
        return generation;
    }

    TrainMode mode() {
        return mode;
    }

    boolean force() {
        return force;
    }

    String why() {
        return why;
    }

    @Override
    public Task createTask(long id, String type, String action, TaskId parent, Map<String, String> headers) {
        return new WorkerTask(id, type, action, parent, headers, definition.name(), generation, node);
    }
}
