/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.manage;

import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import java.io.IOException;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.ActionRequestValidationException;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;

/** Names a model and, for some actions, a generation or a cluster of it. Immutable. */
public final class ModelRequest extends ActionRequest {

    private final String model;
    private final int generation;
    private final String cluster;
    private final boolean force;
    private final boolean sentences;

    private ModelRequest(String model, int generation, String cluster, boolean force, boolean sentences) {
        this.model = model;
        this.generation = generation;
        this.cluster = cluster;
        this.force = force;
        this.sentences = sentences;
    }

    /** @param model a name or, for actions on many models, a comma-separated list with wildcards */
    public static ModelRequest of(String model) {
        return new ModelRequest(model, 0, null, false, false);
    }

    /** @param number the number of the generation; 0 for the active one */
    static ModelRequest generation(String model, int number) {
        return new ModelRequest(model, number, null, false, false);
    }

    /**
     * @param key the key of a cluster or parent; null for all
     * @param sentences whether the response contains sentences of exemplars
     */
    static ModelRequest cluster(String model, String key, boolean sentences) {
        return new ModelRequest(model, 0, key, false, sentences);
    }

    static ModelRequest forced(String model, boolean force) {
        return new ModelRequest(model, 0, null, force, false);
    }

    public ModelRequest(StreamInput in) throws IOException {
        super(in);
        try (FrameInput frame = FrameInput.open(in)) {
            model = frame.readString();
            generation = frame.readVInt();
            cluster = frame.readOptionalString();
            force = frame.readBoolean();
            sentences = frame.readBoolean();
        }
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        super.writeTo(out);
        try (FrameOutput frame = new FrameOutput(out)) {
            frame.writeString(model);
            frame.writeVInt(generation);
            frame.writeOptionalString(cluster);
            frame.writeBoolean(force);
            frame.writeBoolean(sentences);
        }
    }

    String model() {
        return model;
    }

    int generation() {
        return generation;
    }

    String cluster() {
        return cluster;
    }

    boolean force() {
        return force;
    }

    boolean sentences() {
        return sentences;
    }

    @Override
    public ActionRequestValidationException validate() {
        return null;
    }
}
