/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.classify;

import io.latentfacets.classify.serve.ReadyClassifier.Predicted;
import io.latentfacets.cluster.ClusterTerm;
import java.io.IOException;
import java.util.List;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.xcontent.ToXContentObject;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * The labels of a document. Immutable.
 *
 * @param labels the most probable labels, most probable first; empty for a document without a latent
 * @param why the words that carried the decision, strongest first; null if nobody asked
 */
record ClassifiedDocument(List<Predicted> labels, List<ClusterTerm> why) implements Writeable, ToXContentObject {

    ClassifiedDocument {
        labels = List.copyOf(labels);
    }

    ClassifiedDocument(StreamInput in) throws IOException {
        this(
                in.readList(from -> new Predicted(from.readString(), from.readDouble())),
                in.readBoolean() ? in.readList(from -> new ClusterTerm(from.readString(), from.readFloat())) : null);
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        out.writeCollection(labels, (to, each) -> {
            to.writeString(each.label());
            to.writeDouble(each.probability());
        });
        out.writeBoolean(why != null);
        if (why != null) {
            out.writeCollection(why, (to, each) -> {
                to.writeString(each.term());
                to.writeFloat(each.weight());
            });
        }
    }

    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
        builder.startObject().startArray("labels");
        for (Predicted each : labels) {
            builder.startObject()
                    .field("label", each.label())
                    .field("probability", each.probability())
                    .endObject();
        }
        builder.endArray();
        if (why != null) {
            builder.startArray("why");
            for (ClusterTerm each : why) {
                builder.startObject()
                        .field("term", each.term())
                        .field("weight", each.weight())
                        .endObject();
            }
            builder.endArray();
        }
        return builder.endObject();
    }
}
