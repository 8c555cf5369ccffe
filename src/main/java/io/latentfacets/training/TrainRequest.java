/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import static org.opensearch.action.ValidateActions.addValidationError;

import io.latentfacets.strict.StrictMap;
import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.ActionRequestValidationException;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.tasks.Task;

/** Starts a training of a model. Mutable; not thread-safe. */
public final class TrainRequest extends ActionRequest {

    /** The reason for a training that a user starts. */
    static final String BY_HAND = "asked for by hand";

    private final String model;
    private TrainMode mode = TrainMode.AUTO;
    private TrainStart start = TrainStart.AUTO;
    private boolean force;
    private boolean storeTaskResult;
    private String why = BY_HAND;
    private Beginning.Continuity continuity = Beginning.Continuity.NONE;

    public TrainRequest(String model) {
        this.model = model;
    }

    public TrainRequest(StreamInput in) throws IOException {
        super(in);
        try (FrameInput frame = FrameInput.open(in)) {
            model = frame.readString();
            mode = TrainMode.TYPE.in().read(frame);
            start = TrainStart.TYPE.in().read(frame);
            force = frame.readBoolean();
            storeTaskResult = frame.readBoolean();
            why = frame.readString();
            continuity = new Beginning.Continuity(frame);
        }
    }

    /** Reads a body into this request; an unknown key or a bad value fails with status 400. */
    void parse(StrictMap body) {
        mode = body.has("mode") ? TrainMode.TYPE.body().read(body, "mode") : mode;
        // whoever trains by hand wants everything learned anew; a warm start may miss what is new
        start = mode == TrainMode.CLUSTERS ? TrainStart.AUTO : TrainStart.COLD;
        if (body.has("start")) {
            start = TrainStart.TYPE.body().read(body, "start");
            if (mode == TrainMode.CLUSTERS) {
                throw new IllegalArgumentException("[start] [" + start + "] is for trainings of an encoder and [mode]"
                        + " [clusters] trains none; must be absent");
            }
        }
        force = body.bool("force", force);
        body.noOtherKeys();
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        super.writeTo(out);
        try (FrameOutput frame = new FrameOutput(out)) {
            frame.writeString(model);
            TrainMode.TYPE.out().write(frame, mode);
            TrainStart.TYPE.out().write(frame, start);
            frame.writeBoolean(force);
            frame.writeBoolean(storeTaskResult);
            frame.writeString(why);
            continuity.writeTo(frame);
        }
    }

    public String model() {
        return model;
    }

    public TrainMode mode() {
        return mode;
    }

    public TrainRequest mode(TrainMode chosen) {
        mode = chosen;
        return this;
    }

    /** Where the network starts. */
    public TrainStart start() {
        return start;
    }

    public TrainRequest start(TrainStart chosen) {
        start = chosen;
        return this;
    }

    /** Whether the new generation becomes active even if its measures are worse than those of the active one. */
    public boolean force() {
        return force;
    }

    /**
     * Whether {@code _tasks} keeps the result, for a caller that does not wait. It keeps nothing of a training that
     * never begins.
     */
    public boolean storeTaskResult() {
        return storeTaskResult;
    }

    public TrainRequest storeTaskResult(boolean store) {
        storeTaskResult = store;
        return this;
    }

    /** Why the training is started; its generation keeps the sentence. */
    public String why() {
        return why;
    }

    /** @param reason a short sentence; the default says that a user asked for the training */
    public TrainRequest why(String reason) {
        why = Objects.requireNonNull(reason);
        return this;
    }

    Beginning.Continuity continuity() {
        return continuity;
    }

    /**
     * Makes the training continue the active clusters.
     *
     * @param newSubjects the latents of some documents of each subject that drift has found, in the space of the active
     *     generation, int8 {@code [dims]} as base64
     */
    public TrainRequest continuing(List<List<String>> newSubjects) {
        continuity = new Beginning.Continuity(true, newSubjects);
        return this;
    }

    @Override
    public ActionRequestValidationException validate() {
        return model == null || model.isBlank() ? addValidationError("[model] must name a model", null) : null;
    }

    @Override
    public String getDescription() {
        return "train latent model [" + model + "]";
    }

    @Override
    public Task createTask(long id, String type, String action, TaskId parent, Map<String, String> headers) {
        return new CoordinatorTask(id, type, action, getDescription(), parent, headers);
    }
}
