/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.evaluation;

import java.io.IOException;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.xcontent.ToXContentObject;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * The measures of one cluster. Immutable.
 *
 * @param key the cluster's key
 * @param label the cluster's label, as edited by users
 * @param size the number of evaluated documents in the cluster
 * @param labelled the number of these documents with exactly one label
 * @param majority the most frequent label of the labelled documents, the first by name of a tie; null without labels
 * @param precision the share of the majority among the labelled documents, 0 to 1; NaN without labels
 * @param silhouette the mean silhouette of the documents, −1 to 1; NaN for an empty cluster
 * @param coherence the coherence of the cluster's terms, −1 to 1; NaN with fewer than two words, or if no document has
 *     known words
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

    /** Writes a finite value; omits NaN, which JSON does not have. */
    static void finite(XContentBuilder builder, String name, double value) throws IOException {
        if (Double.isFinite(value)) {
            builder.field(name, value);
        }
    }
}
