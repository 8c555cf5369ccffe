/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import static org.opensearch.core.xcontent.ConstructingObjectParser.constructorArg;
import static org.opensearch.core.xcontent.ConstructingObjectParser.optionalConstructorArg;

import io.latentfacets.model.Definer;
import io.latentfacets.training.progress.WorkerTask;
import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.opensearch.Version;
import org.opensearch.cluster.metadata.Metadata;
import org.opensearch.core.ParseField;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.xcontent.ConstructingObjectParser;
import org.opensearch.core.xcontent.ObjectParser;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.persistent.PersistentTaskParams;

/**
 * The parameters of a training's persistent task. Core keeps them in the cluster state and on disk until the training
 * ends. Immutable.
 *
 * @param model the name of the model
 * @param generation the number of the new generation
 * @param mode the parts that the training makes new
 * @param force whether to activate the generation even if {@link QualityGate} would refuse it
 * @param why why the training was started
 * @param beginning how it is to begin
 * @param runner whose rights the training has; null without the security plugin, and for an administrator's certificate
 */
public record TrainingParams(
        String model, int generation, TrainMode mode, boolean force, String why, Beginning beginning, Definer runner)
        implements PersistentTaskParams {

    @SuppressWarnings("unchecked") // the parser gives back what toXContent wrote, argument by argument
    private static final ConstructingObjectParser<TrainingParams, Void> PARSER = new ConstructingObjectParser<>(
            WorkerTask.PERSISTENT,
            true,
            a -> new TrainingParams(
                    (String) a[0],
                    (int) a[1],
                    TrainMode.valueOf(((String) a[2]).toUpperCase(Locale.ROOT)),
                    (boolean) a[3],
                    (String) a[4],
                    new Beginning(
                            TrainStart.valueOf(((String) a[5]).toUpperCase(Locale.ROOT)),
                            (int) a[6],
                            (String) a[7],
                            a[8] == null
                                    ? Beginning.Continuity.NONE
                                    : new Beginning.Continuity(
                                            (boolean) a[8], a[9] == null ? List.of() : (List<List<String>>) a[9])),
                    a[10] == null ? null : new Definer((String) a[10], (List<String>) a[11])));

    static {
        PARSER.declareString(constructorArg(), new ParseField("model"));
        PARSER.declareInt(constructorArg(), new ParseField("generation"));
        PARSER.declareString(constructorArg(), new ParseField("mode"));
        PARSER.declareBoolean(constructorArg(), new ParseField("force"));
        PARSER.declareString(constructorArg(), new ParseField("why"));
        PARSER.declareString(constructorArg(), new ParseField("start"));
        PARSER.declareInt(constructorArg(), new ParseField("from"));
        PARSER.declareString(constructorArg(), new ParseField("start_why"));
        // tasks that earlier builds have left on disk lack these
        PARSER.declareBoolean(optionalConstructorArg(), new ParseField("continued"));
        PARSER.declareField(
                optionalConstructorArg(),
                (parser, context) -> parser.list(),
                new ParseField("subjects"),
                ObjectParser.ValueType.OBJECT_ARRAY);
        PARSER.declareString(optionalConstructorArg(), new ParseField("runner"));
        PARSER.declareStringArray(optionalConstructorArg(), new ParseField("roles"));
    }

    /** Reads the binary form of {@link #writeTo}. */
    public static TrainingParams read(StreamInput in) throws IOException {
        try (FrameInput frame = FrameInput.open(in)) {
            return new TrainingParams(
                    frame.readString(),
                    frame.readVInt(),
                    TrainMode.TYPE.in().read(frame),
                    frame.readBoolean(),
                    frame.readString(),
                    new Beginning(
                            TrainStart.TYPE.in().read(frame),
                            frame.readVInt(),
                            frame.readString(),
                            new Beginning.Continuity(frame)),
                    frame.readBoolean() ? new Definer(frame.readString(), frame.readStringList()) : null);
        }
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        try (FrameOutput frame = new FrameOutput(out)) {
            frame.writeString(model);
            frame.writeVInt(generation);
            TrainMode.TYPE.out().write(frame, mode);
            frame.writeBoolean(force);
            frame.writeString(why);
            TrainStart.TYPE.out().write(frame, beginning.asked());
            frame.writeVInt(beginning.from());
            frame.writeString(beginning.why());
            beginning.continuity().writeTo(frame);
            frame.writeBoolean(runner != null);
            if (runner != null) {
                frame.writeString(runner.name());
                frame.writeStringCollection(runner.roles());
            }
        }
    }

    /** Reads the JSON form of {@link #toXContent}; ignores unknown keys. */
    public static TrainingParams fromXContent(XContentParser parser) {
        return PARSER.apply(parser, null);
    }

    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
        builder.startObject()
                .field("model", model)
                .field("generation", generation)
                .field("mode", mode.toString())
                .field("force", force)
                .field("why", why)
                .field("start", beginning.asked().toString())
                .field("from", beginning.from())
                .field("start_why", beginning.why())
                .field("continued", beginning.continuity().kept());
        // whoever may see the cluster's state need not be allowed to read documents
        if (!Metadata.CONTEXT_MODE_API.equals(params.param(Metadata.CONTEXT_MODE_PARAM))) {
            builder.field("subjects", beginning.continuity().newSubjects());
        }
        if (runner != null) {
            builder.field("runner", runner.name()).field("roles", runner.roles());
        }
        return builder.endObject();
    }

    @Override
    public String getWriteableName() {
        return WorkerTask.PERSISTENT;
    }

    @Override
    public Version getMinimalSupportedVersion() {
        return Version.CURRENT.minimumCompatibilityVersion();
    }
}
