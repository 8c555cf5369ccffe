/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model;

import io.latentfacets.strict.StrictMap;
import io.latentfacets.wire.WireEnum;
import java.io.IOException;
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
 */
public record Decision(String mode, String why, int comparedWith, Verdict verdict, String reason)
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

    public Decision {
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
                in.readOptionalString());
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        out.writeString(mode);
        out.writeString(why);
        out.writeVInt(comparedWith);
        WireEnum.write(out, verdict);
        out.writeOptionalString(reason);
    }

    /** Reads the JSON form of {@link #toXContent}; null for null, which a record of an earlier build has. */
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
                (String) decision.get("reason"));
    }

    /** The decision about a copy of the generation that comes from an archive. */
    Decision imported() {
        return new Decision(mode, "imported; where it was trained: " + why, 0, Verdict.IMPORTED, null);
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
        return builder.endObject();
    }
}
