/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search;

import io.latentfacets.model.ClusterEdits;
import java.io.IOException;
import java.util.TreeMap;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;

/**
 * What one search sees of a model, decided once on the coordinating node, so that all shards count the same clusters
 * and a cached shard response is of one generation. Immutable.
 *
 * @param model "" when no index of the search has the field
 * @param generation 0 when the model has none that is active
 * @param edits custom labels and hidden clusters; {@link ClusterEdits#NONE} where they do not matter
 */
public record Pin(String model, int generation, ClusterEdits edits) implements Writeable {

    public static final Pin NONE = new Pin("", 0, ClusterEdits.NONE);

    public static Pin read(StreamInput in) throws IOException {
        String model = in.readString();
        int generation = in.readVInt();
        return new Pin(
                model,
                generation,
                new ClusterEdits(in.readMap(
                        StreamInput::readString,
                        each -> new ClusterEdits.Edit(each.readOptionalString(), each.readBoolean()))));
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        out.writeString(model);
        out.writeVInt(generation);
        // In key order: these bytes are part of the key of the shard request cache.
        out.writeMap(new TreeMap<>(edits.byKey()), StreamOutput::writeString, (to, edit) -> {
            to.writeOptionalString(edit.label());
            to.writeBoolean(edit.hidden());
        });
    }

    public Pin withoutEdits() {
        return new Pin(model, generation, ClusterEdits.NONE);
    }
}
