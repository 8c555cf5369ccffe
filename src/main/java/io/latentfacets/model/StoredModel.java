/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model;

import io.latentfacets.model.definition.ModelDefinition;
import io.latentfacets.wire.WireEnum;
import java.io.IOException;
import java.util.List;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;

/**
 * A model as the store and the cluster state had it when it was read. Immutable.
 *
 * @param definition what the user asked for
 * @param state derived: a training whose node is gone counts as failed at once
 * @param error why the state is failed, or what went wrong in the latest training of a model that stays ready; null if
 *     nothing
 * @param active the active generation, 0 for none
 * @param lastGeneration the highest number ever set aside, 0 for none
 * @param generations committed generations, ascending
 * @param training the latest training; null if there was none. {@link TrainingRecord#running()} is true only if its
 *     node still lives
 */
public record StoredModel(
        ModelDefinition definition,
        ModelState state,
        String error,
        int active,
        int lastGeneration,
        List<GenerationSummary> generations,
        TrainingRecord training)
        implements Writeable {

    public StoredModel {
        generations = List.copyOf(generations);
    }

    public StoredModel(StreamInput in) throws IOException {
        this(
                new ModelDefinition(in),
                WireEnum.read(in, ModelState.class),
                in.readOptionalString(),
                in.readVInt(),
                in.readVInt(),
                in.readList(GenerationSummary::new),
                in.readOptionalWriteable(TrainingRecord::new));
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        definition.writeTo(out);
        WireEnum.write(out, state);
        out.writeOptionalString(error);
        out.writeVInt(active);
        out.writeVInt(lastGeneration);
        out.writeCollection(generations);
        out.writeOptionalWriteable(training);
    }

    public String name() {
        return definition.name();
    }

    /** The generation whose encoder the active one uses, which is what documents are to be of; 0 for none. */
    public int activeEncoder() {
        GenerationSummary summary = generation(active);
        return summary == null ? active : summary.info().encoderGeneration();
    }

    /** The summary of a committed generation, or null. */
    public GenerationSummary generation(int number) {
        return generations.stream()
                .filter(g -> g.number() == number)
                .findFirst()
                .orElse(null);
    }
}
