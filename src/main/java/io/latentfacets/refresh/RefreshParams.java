/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.refresh;

import io.latentfacets.model.definition.ModelDefinition;
import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import java.io.IOException;
import org.opensearch.Version;
import org.opensearch.core.ParseField;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.xcontent.ConstructingObjectParser;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.persistent.PersistentTaskParams;

/**
 * The schedule of one model, as its persistent task carries it. What a run does stands in the definition, which the run
 * reads. Immutable.
 *
 * @param model the name of the model
 * @param intervalMillis the time from the end of one run to the next, in milliseconds; 0 for none
 * @param onDrift whether drift starts a run
 * @param definedMillis when the definition was put, epoch milliseconds
 */
public record RefreshParams(String model, long intervalMillis, boolean onDrift, long definedMillis)
        implements PersistentTaskParams {

    /** The name of the persistent task, of its parameters and of its state; core appends {@code [c]} in {@code _tasks}. */
    public static final String NAME = "cluster:admin/plugins/latent/models/refresh";

    private static final ConstructingObjectParser<RefreshParams, Void> PARSER = new ConstructingObjectParser<>(
            NAME,
            // a later version may have added fields
            true,
            args -> new RefreshParams((String) args[0], (long) args[1], (boolean) args[2], (long) args[3]));

    static {
        PARSER.declareString(ConstructingObjectParser.constructorArg(), new ParseField("model"));
        PARSER.declareLong(ConstructingObjectParser.constructorArg(), new ParseField("interval_millis"));
        PARSER.declareBoolean(ConstructingObjectParser.constructorArg(), new ParseField("on_drift"));
        PARSER.declareLong(ConstructingObjectParser.constructorArg(), new ParseField("defined_millis"));
    }

    /**
     * The parameters for a definition that {@link ModelDefinition#scheduled}.
     *
     * @param definedMillis when it was put, epoch milliseconds
     */
    static RefreshParams of(ModelDefinition definition, long definedMillis) {
        ModelDefinition.Refresh refresh = definition.refresh();
        long interval = refresh.interval() == null ? 0 : refresh.interval().millis();
        return new RefreshParams(definition.name(), interval, refresh.onDrift(), definedMillis);
    }

    public static RefreshParams read(StreamInput in) throws IOException {
        try (FrameInput frame = FrameInput.open(in)) {
            return new RefreshParams(frame.readString(), frame.readVLong(), frame.readBoolean(), frame.readVLong());
        }
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        try (FrameOutput frame = new FrameOutput(out)) {
            frame.writeString(model);
            frame.writeVLong(intervalMillis);
            frame.writeBoolean(onDrift);
            frame.writeVLong(definedMillis);
        }
    }

    /** Reads what {@link #toXContent} wrote. */
    public static RefreshParams parse(XContentParser parser) {
        return PARSER.apply(parser, null);
    }

    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
        return builder.startObject()
                .field("model", model)
                .field("interval_millis", intervalMillis)
                .field("on_drift", onDrift)
                .field("defined_millis", definedMillis)
                .endObject();
    }

    /** Whether runs are due at the same times, whenever the definition was put. */
    boolean sameSchedule(RefreshParams other) {
        return intervalMillis == other.intervalMillis && onDrift == other.onDrift;
    }

    @Override
    public String getWriteableName() {
        return NAME;
    }

    @Override
    public Version getMinimalSupportedVersion() {
        return Version.V_3_0_0;
    }
}
