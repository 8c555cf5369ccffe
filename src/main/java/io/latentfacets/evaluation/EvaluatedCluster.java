/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.evaluation;

import java.io.IOException;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.xcontent.ToXContentObject;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * What was measured of one cluster.
 *
 * @param size documents of those evaluated that it has
 * @param labelled how many of them have one label
 * @param majority the most frequent label among those, the first by name of equals; null where there is none
 * @param precision share of the majority among those; NaN where there is none
 * @param silhouette mean of its documents; NaN for an empty cluster
 * @param coherence of its words; NaN where it has not two
 */
record EvaluatedCluster(
        String key,
        String label,
        long size,
        long labelled,
        String majority,
        double precision,
        double silhouette,
        double coherence)
        implements Writeable, ToXContentObject {

    EvaluatedCluster(StreamInput in) throws IOException {
        this(
                in.readString(),
                in.readString(),
                in.readVLong(),
                in.readVLong(),
                in.readOptionalString(),
                in.readDouble(),
                in.readDouble(),
                in.readDouble());
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        out.writeString(key);
        out.writeString(label);
        out.writeVLong(size);
        out.writeVLong(labelled);
        out.writeOptionalString(majority);
        out.writeDouble(precision);
        out.writeDouble(silhouette);
        out.writeDouble(coherence);
    }

    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
        builder.startObject().field("key", key).field("label", label).field("size", size);
        if (majority != null) {
            builder.field("labelled", labelled).field("precision", precision).field("majority", majority);
        }
        finite(builder, "silhouette", silhouette);
        finite(builder, "coherence", coherence);
        return builder.endObject();
    }

    /** JSON knows no NaN: what could not be measured is left out. */
    static void finite(XContentBuilder builder, String name, double value) throws IOException {
        if (Double.isFinite(value)) {
            builder.field(name, value);
        }
    }
}
