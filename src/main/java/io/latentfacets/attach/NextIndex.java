/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.attach;

import java.io.IOException;
import java.util.Locale;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.xcontent.ToXContentObject;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * What becomes of the next index of a data stream or rollover alias. Immutable.
 *
 * @param name the data stream or alias
 * @param template the index template that the next index is made from; null for none
 * @param result whether the next index will be attached
 * @param reason why it will not be attached, and what to do; null if it will be
 */
public record NextIndex(String name, String template, Result result, String reason)
        implements Writeable, ToXContentObject {

    /** The results; their names in lower case are the values in the API. */
    public enum Result {
        /** This call has extended the template. */
        ATTACHED,
        /** The template attaches the next index already. */
        UNCHANGED,
        /** The next index will lack the field or the pipeline. */
        NOT_ATTACHED
    }

    public NextIndex(StreamInput in) throws IOException {
        this(in.readString(), in.readOptionalString(), in.readEnum(Result.class), in.readOptionalString());
    }

    static NextIndex attached(String name, String template) {
        return new NextIndex(name, template, Result.ATTACHED, null);
    }

    static NextIndex unchanged(String name, String template) {
        return new NextIndex(name, template, Result.UNCHANGED, null);
    }

    static NextIndex notAttached(String name, String template, String reason) {
        return new NextIndex(name, template, Result.NOT_ATTACHED, reason);
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        out.writeString(name);
        out.writeOptionalString(template);
        out.writeEnum(result);
        out.writeOptionalString(reason);
    }

    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
        builder.startObject().field("name", name);
        if (template != null) {
            builder.field("template", template);
        }
        builder.field("result", result.name().toLowerCase(Locale.ROOT));
        if (reason != null) {
            builder.field("reason", reason);
        }
        return builder.endObject();
    }
}
