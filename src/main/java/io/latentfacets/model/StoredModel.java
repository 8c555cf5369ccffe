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
 * A snapshot of a model in the store and the cluster state. Immutable.
 *
 * @param definition the definition that the user gave
 * @param state the derived state; a training whose node has left the cluster counts as failed at once
 * @param error the reason of a failed state, or the error of the latest training of a model that is still ready; null
 *     for none
 * @param active the number of the active generation, 0 for none
 * @param lastGeneration the highest generation number ever reserved, 0 for none
 * @param generations the committed generations, ascending by number
 * @param training the latest training; null if there was none. {@link TrainingRecord#running()} is true only if its
 *     node is still in the cluster
 * @param bound the indices that the model is bound to
 * @param definer who gave the definition; null if unknown. Only the node that read the model knows it: it is not sent
 */
public record StoredModel(
        ModelDefinition definition,
        ModelState state,
        String error,
        int active,
        int lastGeneration,
        List<GenerationSummary> generations,
        TrainingRecord training,
        Bound bound,
        Definer definer)
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
                in.readOptionalWriteable(TrainingRecord::new),
                new Bound(in.readStringList()),
                null);
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
        out.writeStringCollection(bound.patterns());
    }

    public String name() {
        return definition.name();
    }

    /**
     * The encoder of the active generation. Documents with latents of this encoder are up to date.
     * {@link EncoderId#NONE}, which no document carries, if there is no active generation or its record does not name
     * the encoder.
     */
    public EncoderId activeEncoder() {
        GenerationSummary summary = generation(active);
        return summary == null ? EncoderId.NONE : summary.encoder();
    }

    /** The summary of a committed generation, or null. */
    public GenerationSummary generation(int number) {
        return generations.stream()
                .filter(g -> g.number() == number)
                .findFirst()
                .orElse(null);
    }
}
