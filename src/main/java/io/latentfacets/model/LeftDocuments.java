/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model;

import java.io.IOException;
import java.util.Map;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.xcontent.ToXContentObject;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * The documents of one index that a re-encoding had to leave as they were. Immutable.
 *
 * @param index the name of the index
 * @param documents how many there are; {@link #UNKNOWN} if the index could not be searched
 * @param reason why the first of them was left
 */
public record LeftDocuments(String index, long documents, String reason) implements Writeable, ToXContentObject {

    public static final long UNKNOWN = -1;
    /** Stands for the name of the index if all indices are concerned. */
    public static final String ALL = "*";

    public LeftDocuments(StreamInput in) throws IOException {
        this(in.readString(), in.readLong(), in.readString());
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        out.writeString(index);
        out.writeLong(documents);
        out.writeString(reason);
    }

    /** Reads the JSON form of {@link #toXContent}. */
    public static LeftDocuments fromMap(Map<String, Object> json) {
        return new LeftDocuments(
                (String) json.get("index"),
                json.get("documents") instanceof Number count ? count.longValue() : UNKNOWN,
                (String) json.get("reason"));
    }

    /** An object with the fields {@code index}, {@code documents} unless unknown, and {@code reason}. */
    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
        builder.startObject().field("index", index);
        if (documents != UNKNOWN) {
            builder.field("documents", documents);
        }
        return builder.field("reason", reason).endObject();
    }
}
