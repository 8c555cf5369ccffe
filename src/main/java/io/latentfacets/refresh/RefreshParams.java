/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.refresh;

import io.latentfacets.model.definition.ModelDefinition;
import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.opensearch.Version;
import org.opensearch.common.hash.MurmurHash3;
import org.opensearch.core.ParseField;
import org.opensearch.core.common.Strings;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.xcontent.ConstructingObjectParser;
import org.opensearch.core.xcontent.MediaTypeRegistry;
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
 * @param definedMillis when the definition was put first, or last changed apart from {@code refresh}; epoch
 *     milliseconds
 * @param fingerprint a hash of the definition apart from {@code refresh}
 * @param halfLifeMillis the half-life with which the clusters follow the stream, in milliseconds; 0 if they do not
 */
public record RefreshParams(
        String model, long intervalMillis, boolean onDrift, long definedMillis, long fingerprint, long halfLifeMillis)
        implements PersistentTaskParams {

    /**
     * The name of the persistent task, of its parameters and of its state; core appends {@code [c]} in {@code _tasks}.
     */
    public static final String NAME = "cluster:admin/plugins/latent/models/refresh";

    private static final ConstructingObjectParser<RefreshParams, Void> PARSER = new ConstructingObjectParser<>(
            NAME,
            // a later version may have added fields
            true,
            args -> new RefreshParams(
                    (String) args[0],
                    (long) args[1],
                    (boolean) args[2],
                    (long) args[3],
                    (long) args[4],
                    args[5] == null ? 0 : (long) args[5]));

    static {
        PARSER.declareString(ConstructingObjectParser.constructorArg(), new ParseField("model"));
        PARSER.declareLong(ConstructingObjectParser.constructorArg(), new ParseField("interval_millis"));
        PARSER.declareBoolean(ConstructingObjectParser.constructorArg(), new ParseField("on_drift"));
        PARSER.declareLong(ConstructingObjectParser.constructorArg(), new ParseField("defined_millis"));
        PARSER.declareLong(ConstructingObjectParser.constructorArg(), new ParseField("fingerprint"));
        PARSER.declareLong(ConstructingObjectParser.optionalConstructorArg(), new ParseField("half_life_millis"));
    }

    /** The schedule of a model whose clusters stay where they are. */
    RefreshParams(String model, long intervalMillis, boolean onDrift, long definedMillis, long fingerprint) {
        this(model, intervalMillis, onDrift, definedMillis, fingerprint, 0);
    }

    /**
     * The parameters for a definition that {@link ModelDefinition#scheduled}.
     *
     * @param nowMillis when it is put, epoch milliseconds
     */
    static RefreshParams of(ModelDefinition definition, long nowMillis) {
        ModelDefinition.Refresh refresh = definition.refresh();
        long interval = refresh.interval() == null ? 0 : refresh.interval().millis();
        return new RefreshParams(
                definition.name(),
                interval,
                refresh.onDrift(),
                nowMillis,
                fingerprint(definition.withoutRefresh()),
                definition.followsStream() ? refresh.online().halfLife().millis() : 0);
    }

    private static long fingerprint(ModelDefinition definition) {
        byte[] json = Strings.toString(MediaTypeRegistry.JSON, definition).getBytes(StandardCharsets.UTF_8);
        return MurmurHash3.hash128(json, 0, json.length, 0, new MurmurHash3.Hash128()).h1;
    }

    /**
     * These parameters in the place of others: if only {@code refresh} has changed, the definition is as old as it was.
     */
    RefreshParams replacing(RefreshParams before) {
        return fingerprint == before.fingerprint
                ? new RefreshParams(model, intervalMillis, onDrift, before.definedMillis, fingerprint, halfLifeMillis)
                : this;
    }

    public static RefreshParams read(StreamInput in) throws IOException {
        try (FrameInput frame = FrameInput.open(in)) {
            return new RefreshParams(
                    frame.readString(),
                    frame.readVLong(),
                    frame.readBoolean(),
                    frame.readVLong(),
                    frame.readLong(),
                    frame.readVLong());
        }
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        try (FrameOutput frame = new FrameOutput(out)) {
            frame.writeString(model);
            frame.writeVLong(intervalMillis);
            frame.writeBoolean(onDrift);
            frame.writeVLong(definedMillis);
            frame.writeLong(fingerprint);
            frame.writeVLong(halfLifeMillis);
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
                .field("fingerprint", fingerprint)
                .field("half_life_millis", halfLifeMillis)
                .endObject();
    }

    /** Whether runs are due at the same times, whenever the definition was put. */
    boolean sameSchedule(RefreshParams other) {
        return intervalMillis == other.intervalMillis
                && onDrift == other.onDrift
                && halfLifeMillis == other.halfLifeMillis;
    }

    /** Whether both come from the same definition, whenever it was put. */
    boolean sameDefinition(RefreshParams other) {
        return sameSchedule(other) && fingerprint == other.fingerprint;
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
