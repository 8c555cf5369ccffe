/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.refresh;

import io.latentfacets.wire.WireEnum;
import java.io.IOException;
import java.time.Instant;
import java.util.Locale;
import org.opensearch.core.ParseField;
import org.opensearch.core.common.Strings;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.xcontent.ConstructingObjectParser;
import org.opensearch.core.xcontent.ToXContentObject;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * One run of a schedule: what was decided, why, and how it ended. Immutable. It is part of the cluster state, so its
 * texts are cut.
 *
 * @param startMillis when it was due and began, epoch milliseconds
 * @param endMillis when it ended, epoch milliseconds; 0 while it runs
 * @param mode what it was to do
 * @param why the reason for that, a part of a sentence that follows "because"
 * @param generation the generation that it made; 0 for none
 * @param verdict how it ended
 * @param message what happened, if it was no success; null for nothing to say
 */
public record RefreshRun(
        long startMillis,
        long endMillis,
        RefreshPolicy.Advice mode,
        String why,
        int generation,
        Verdict verdict,
        String message)
        implements Writeable, ToXContentObject {

    private static final int MAX_TEXT = 400;

    /** How a run ended. */
    public enum Verdict implements WireEnum {
        /** It has not ended. */
        RUNNING(0),
        /** A new generation is active. */
        SUCCESS(1),
        /** There was nothing to do, or somebody else trained. */
        SKIPPED(2),
        /** The training failed or was cancelled. */
        FAILED(3),
        /** The definer of the model lacks a permission. */
        REFUSED(4),
        /** The new generation is worse than the active one, so it is kept without being activated. */
        REJECTED(5);

        private final int id;

        Verdict(int id) {
            this.id = id;
        }

        @Override
        public int id() {
            return id;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Verdict of(String key) {
            return valueOf(key.toUpperCase(Locale.ROOT));
        }
    }

    static final ConstructingObjectParser<RefreshRun, Void> PARSER = new ConstructingObjectParser<>(
            "refresh_run",
            true,
            args -> new RefreshRun(
                    (long) args[0],
                    (long) args[1],
                    RefreshPolicy.Advice.of((String) args[2]),
                    (String) args[3],
                    (int) args[4],
                    Verdict.of((String) args[5]),
                    (String) args[6]));

    static {
        PARSER.declareLong(ConstructingObjectParser.constructorArg(), new ParseField("start_millis"));
        PARSER.declareLong(ConstructingObjectParser.constructorArg(), new ParseField("end_millis"));
        PARSER.declareString(ConstructingObjectParser.constructorArg(), new ParseField("mode"));
        PARSER.declareString(ConstructingObjectParser.constructorArg(), new ParseField("why"));
        PARSER.declareInt(ConstructingObjectParser.constructorArg(), new ParseField("generation"));
        PARSER.declareString(ConstructingObjectParser.constructorArg(), new ParseField("verdict"));
        PARSER.declareString(ConstructingObjectParser.optionalConstructorArg(), new ParseField("message"));
    }

    public RefreshRun {
        why = cut(why);
        message = cut(message);
    }

    private static String cut(String text) {
        return text == null || text.length() <= MAX_TEXT ? text : Strings.cleanTruncate(text, MAX_TEXT - 1) + "…";
    }

    /** A run that begins. */
    static RefreshRun begin(long nowMillis, RefreshPolicy.Decision decision) {
        return new RefreshRun(nowMillis, 0, decision.advice(), decision.why(), 0, Verdict.RUNNING, null);
    }

    /** This run after its end. */
    RefreshRun end(long nowMillis, Verdict how, int made, String said) {
        return new RefreshRun(startMillis, nowMillis, mode, why, made, how, said);
    }

    public RefreshRun(StreamInput in) throws IOException {
        this(
                in.readVLong(),
                in.readVLong(),
                WireEnum.read(in, RefreshPolicy.Advice.class),
                in.readString(),
                in.readVInt(),
                WireEnum.read(in, Verdict.class),
                in.readOptionalString());
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        out.writeVLong(startMillis);
        out.writeVLong(endMillis);
        WireEnum.write(out, mode);
        out.writeString(why);
        out.writeVInt(generation);
        WireEnum.write(out, verdict);
        out.writeOptionalString(message);
    }

    /** Writes the form that the cluster state keeps. */
    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
        builder.startObject()
                .field("start_millis", startMillis)
                .field("end_millis", endMillis)
                .field("mode", mode.toString())
                .field("why", why)
                .field("generation", generation)
                .field("verdict", verdict.toString());
        if (message != null) {
            builder.field("message", message);
        }
        return builder.endObject();
    }

    /** Writes the form that the API shows. */
    XContentBuilder show(XContentBuilder builder) throws IOException {
        builder.startObject().field("start", Instant.ofEpochMilli(startMillis).toString());
        if (endMillis > 0) {
            builder.field("end", Instant.ofEpochMilli(endMillis).toString());
        }
        builder.field("mode", mode.toString()).field("why", why);
        if (generation > 0) {
            builder.field("generation", generation);
        }
        if (verdict != Verdict.RUNNING) {
            builder.field("verdict", verdict.toString());
        }
        if (message != null) {
            builder.field("message", message);
        }
        return builder.endObject();
    }
}
