/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search;

import io.latentfacets.cluster.Curation;
import io.latentfacets.model.ClusterEdits;
import io.latentfacets.model.CurationJson;
import io.latentfacets.model.Generation;
import io.latentfacets.model.Generations;
import io.latentfacets.wire.WireEnum;
import java.io.IOException;
import java.util.TreeMap;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;

/**
 * The model, generation and edits that one search uses. The coordinating node decides them once, so that all shards
 * count the same clusters and a cached shard response belongs to one generation. Immutable.
 *
 * @param model the model's name; "" if no index of the search has the field
 * @param generation the generation's number; 0 if the model has no active one
 * @param createdMillis when that generation was trained, which tells it from another one of its number; 0 if unknown
 * @param coverage how many of the searched indices are bound to the model
 * @param edits the custom labels and hidden clusters, if they matter, and what was merged and split
 */
public record Pin(String model, int generation, long createdMillis, Coverage coverage, ClusterEdits edits)
        implements Writeable {

    public static final Pin NONE = new Pin("", 0, 0, Coverage.NONE, ClusterEdits.NONE);

    /** A pin that does not tell two generations of one number apart. */
    public Pin(String model, int generation, Coverage coverage, ClusterEdits edits) {
        this(model, generation, 0, coverage, edits);
    }

    /** The pin of a model's active generation, with edits or {@link ClusterEdits#NONE}. */
    static Pin active(Generations generations, String model, Coverage coverage, ClusterEdits edits) {
        int active = generations.active(model);
        Generations.Known known = generations.known(model, active);
        return new Pin(model, active, known == null ? 0 : known.createdMillis(), coverage, edits);
    }

    /** The same pin for indices with this coverage. */
    Pin with(Coverage other) {
        return new Pin(model, generation, createdMillis, other, edits);
    }

    /** Whether a loaded generation is the pinned one. */
    boolean means(Generation loaded) {
        return loaded.number() == generation && (createdMillis == 0 || loaded.createdMillis() == createdMillis);
    }

    public static Pin read(StreamInput in) throws IOException {
        String model = in.readString();
        int generation = in.readVInt();
        long createdMillis = in.readLong();
        return new Pin(
                model,
                generation,
                createdMillis,
                WireEnum.read(in, Coverage.class),
                new ClusterEdits(
                        in.readMap(
                                StreamInput::readString,
                                each -> new ClusterEdits.Edit(each.readOptionalString(), each.readBoolean())),
                        readCuration(in)));
    }

    private static Curation readCuration(StreamInput in) throws IOException {
        String text = in.readOptionalString();
        return text == null ? Curation.NONE : CurationJson.read(text);
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        out.writeString(model);
        out.writeVInt(generation);
        out.writeLong(createdMillis);
        WireEnum.write(out, coverage);
        // Write in key order, because these bytes are part of the shard request cache's key.
        out.writeMap(new TreeMap<>(edits.byKey()), StreamOutput::writeString, (to, edit) -> {
            to.writeOptionalString(edit.label());
            to.writeBoolean(edit.hidden());
        });
        out.writeOptionalString(edits.curation().isNone() ? null : CurationJson.write(edits.curation()));
    }

    /** A copy without labels and hidden clusters; what was merged and split stays. */
    public Pin withoutEdits() {
        return new Pin(model, generation, createdMillis, coverage, edits.withoutWords());
    }
}
