/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model;

import io.latentfacets.strict.StrictMap;
import io.latentfacets.wire.WireEnum;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.xcontent.ToXContentObject;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * Why a generation was made, and what its comparison with the active one said. Immutable.
 *
 * @param mode what the training made new: {@code full} or {@code clusters}
 * @param why why the training began
 * @param comparedWith the number of the generation it was compared with; 0 for none
 * @param verdict the result of the comparison
 * @param reason the figures that decided against the generation, as a sentence; null if none did
 * @param start how the training of its encoder started; null for a generation of an earlier build
 * @param notKept a sentence for each cluster that people pinned, merged or split and that the training could not keep
 * @param seeds what the training made of each seed of its definition; the API shows them beside the decision
 */
public record Decision(
        String mode,
        String why,
        int comparedWith,
        Verdict verdict,
        String reason,
        Start start,
        List<String> notKept,
        List<SeedSupport> seeds)
        implements Writeable, ToXContentObject {

    /** The results of a comparison. */
    public enum Verdict implements WireEnum {
        /** There was nothing to compare with. */
        FIRST(0),
        /** It is no worse. */
        ACCEPTED(1),
        /** It is worse, so it is kept without being activated. */
        REJECTED(2),
        /** It is worse, and its training was told to activate it all the same. */
        FORCED(3),
        /** It came from an archive and was not compared. */
        IMPORTED(4);

        private final int id;

        Verdict(int id) {
            this.id = id;
        }

        @Override
        public int id() {
            return id;
        }

        /** The name in the store and in the API. */
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * How the training of an encoder started.
     *
     * @param warm whether from the network of another generation
     * @param inARow the number of warm starts in a row that ends with this one; 0 for a cold one
     * @param why from which generation, or why not, as a sentence
     */
    public record Start(boolean warm, int inARow, String why) {

        private static final String WARM = "warm";
        private static final String COLD = "cold";

        public Start {
            Objects.requireNonNull(why);
        }

        private Start(StreamInput in) throws IOException {
            this(in.readBoolean(), in.readVInt(), in.readString());
        }

        private static void write(StreamOutput out, Start start) throws IOException {
            out.writeBoolean(start.warm);
            out.writeVInt(start.inARow);
            out.writeString(start.why);
        }

        private static Start fromJson(Map<String, Object> decision) {
            String start = (String) decision.get("start");
            return start == null
                    ? null
                    : new Start(
                            start.equals(WARM), ((Number) decision.getOrDefault("warm_starts", 0)).intValue(), (String)
                                    decision.get("start_why"));
        }

        private void toXContent(XContentBuilder builder) throws IOException {
            builder.field("start", warm ? WARM : COLD).field("start_why", why);
            if (warm) {
                builder.field("warm_starts", inARow);
            }
        }
    }

    /** A decision without a start. */
    public Decision(String mode, String why, int comparedWith, Verdict verdict, String reason) {
        this(mode, why, comparedWith, verdict, reason, null);
    }

    /** A decision about clusters that nobody has touched, or all of which were kept. */
    public Decision(String mode, String why, int comparedWith, Verdict verdict, String reason, Start start) {
        this(mode, why, comparedWith, verdict, reason, start, List.of(), List.of());
    }

    public Decision {
        notKept = List.copyOf(notKept);
        seeds = List.copyOf(seeds);
        Objects.requireNonNull(mode);
        Objects.requireNonNull(why);
        Objects.requireNonNull(verdict);
    }

    public Decision(StreamInput in) throws IOException {
        this(
                in.readString(),
                in.readString(),
                in.readVInt(),
                WireEnum.read(in, Verdict.class),
                in.readOptionalString(),
                in.readBoolean() ? new Start(in) : null,
                in.readStringList(),
                in.readList(SeedSupport::new));
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        out.writeString(mode);
        out.writeString(why);
        out.writeVInt(comparedWith);
        WireEnum.write(out, verdict);
        out.writeOptionalString(reason);
        out.writeBoolean(start != null);
        if (start != null) {
            Start.write(out, start);
        }
        out.writeStringCollection(notKept);
        out.writeList(seeds);
    }

    /** This decision, with what could not be kept. */
    public Decision notKeeping(List<String> lost) {
        return new Decision(mode, why, comparedWith, verdict, reason, start, lost, seeds);
    }

    /** This decision with the start of the encoder's training. */
    public Decision startedBy(Start begun) {
        return new Decision(mode, why, comparedWith, verdict, reason, begun, notKept, seeds);
    }

    /** This decision with what became of the seeds. */
    public Decision guidedBy(List<SeedSupport> supports) {
        return new Decision(mode, why, comparedWith, verdict, reason, start, notKept, supports);
    }

    /**
     * Reads the JSON form of {@link #toXContent}, which has no seeds; null for null, which a record of an earlier build
     * has.
     */
    static Decision fromJson(Object json) {
        if (json == null) {
            return null;
        }
        Map<String, Object> decision = StrictMap.object(json);
        Object compared = decision.get("compared_with");
        return new Decision(
                (String) decision.get("mode"),
                (String) decision.get("why"),
                compared == null ? 0 : ((Number) compared).intValue(),
                Verdict.valueOf(((String) decision.get("verdict")).toUpperCase(Locale.ROOT)),
                (String) decision.get("reason"),
                Start.fromJson(decision),
                decision.get("not_kept") instanceof List<?> lost
                        ? lost.stream().map(Object::toString).toList()
                        : List.of(),
                List.of());
    }

    /** The decision about a copy of the generation that comes from an archive. */
    Decision imported() {
        return new Decision(mode, "imported; where it was trained: " + why, 0, Verdict.IMPORTED, null, start)
                .guidedBy(seeds);
    }

    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
        builder.startObject().field("mode", mode).field("why", why);
        if (comparedWith > 0) {
            builder.field("compared_with", comparedWith);
        }
        builder.field("verdict", verdict.key());
        if (reason != null) {
            builder.field("reason", reason);
        }
        if (start != null) {
            start.toXContent(builder);
        }
        if (!notKept.isEmpty()) {
            builder.field("not_kept", notKept);
        }
        return builder.endObject();
    }
}
