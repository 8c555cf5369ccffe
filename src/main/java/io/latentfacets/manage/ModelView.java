/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.manage;

import io.latentfacets.attach.NextIndex;
import io.latentfacets.model.GenerationSummary;
import io.latentfacets.model.StoredModel;
import io.latentfacets.model.definition.ModelDefinition;
import io.latentfacets.refresh.RefreshStatus;
import io.latentfacets.training.progress.TrainingStatus;
import java.io.IOException;
import java.util.List;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.xcontent.ToXContentObject;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * A model as the API returns it.
 *
 * @param stored the model in the store
 * @param error the error of the model in the store or on the node that answers; null for none
 * @param training the progress of the running training; null for none
 * @param refresh the schedule
 * @param next what becomes of the next indices of the data streams and rollover aliases that are attached
 */
record ModelView(StoredModel stored, String error, TrainingStatus training, RefreshStatus refresh, List<NextIndex> next)
        implements Writeable, ToXContentObject {

    ModelView(StreamInput in) throws IOException {
        this(
                new StoredModel(in),
                in.readOptionalString(),
                in.readOptionalWriteable(TrainingStatus::read),
                new RefreshStatus(in),
                in.readList(NextIndex::new));
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        stored.writeTo(out);
        out.writeOptionalString(error);
        out.writeOptionalWriteable(training);
        refresh.writeTo(out);
        out.writeList(next);
    }

    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
        builder.startObject().field("model", stored.name());
        stored.definition().writeFields(builder);
        builder.field("bound", stored.bound().patterns());
        if (!next.isEmpty()) {
            builder.field("next", next);
        }
        writeState(builder);
        builder.startArray("generations");
        for (GenerationSummary generation : stored.generations()) {
            generation.toXContent(builder, params);
        }
        builder.endArray();
        if (training != null) {
            builder.field("training");
            training.toXContent(builder, params);
        }
        return builder.endObject();
    }

    /** Writes the entry of a list: name, source, state and active generation, without the rest of the definition. */
    XContentBuilder writeSummary(XContentBuilder builder, Params params) throws IOException {
        ModelDefinition definition = stored.definition();
        builder.startObject()
                .field("model", stored.name())
                .field("index", definition.source().indices())
                .field("target_field", definition.targetField());
        writeState(builder);
        GenerationSummary active = stored.generation(stored.active());
        if (active != null) {
            builder.field("generation");
            active.toXContent(builder, params);
        }
        return builder.field("generations", stored.generations().size()).endObject();
    }

    private void writeState(XContentBuilder builder) throws IOException {
        builder.field("state", stored.state().toString());
        if (error != null) {
            builder.field("error", error);
        }
        builder.field("active_generation", stored.active());
    }
}
