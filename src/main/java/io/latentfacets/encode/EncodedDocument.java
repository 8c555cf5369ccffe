/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.encode;

import io.latentfacets.cluster.ClusterTerm;
import io.latentfacets.model.EncoderId;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.xcontent.ToXContentObject;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * The result of encoding one document. Immutable as long as nobody writes to the latent.
 *
 * @param generation the number of the generation that encoded the document
 * @param encoder the fingerprint of its encoder, which a document that stores the latent must carry
 * @param latent the int8 latent, {@code [dims]}; null for a document without a vector and without words that the model
 *     knows
 * @param certainty how sure the encoder is of the document's own cluster, 0 to 1, as {@link Certainty} measures it; 0
 *     without a latent
 * @param clusters the document's own cluster first, then the nearest others; empty without a latent
 * @param terms the words that bring the document close to its cluster's centroid, strongest first, each with the cosine
 *     that the document loses without it; null unless requested
 * @param reconstruction the words that the decoder reads from the latent, most distinctive first; null unless requested
 */
public record EncodedDocument(
        int generation,
        EncoderId encoder,
        byte[] latent,
        float certainty,
        List<Cluster> clusters,
        List<ClusterTerm> terms,
        List<ClusterTerm> reconstruction)
        implements Writeable, ToXContentObject {

    /**
     * One of the clusters near a document.
     *
     * @param key the stable key of the cluster
     * @param label the custom label, otherwise the learned one
     * @param similarity the cosine between the document's latent and the centroid, −1 to 1
     * @param membership the membership of the document in the cluster, 0 to 1; 1 in all clusters together
     */
    public record Cluster(String key, String label, float similarity, float membership) implements Writeable {

        Cluster(StreamInput in) throws IOException {
            this(in.readString(), in.readString(), in.readFloat(), in.readFloat());
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            out.writeString(key);
            out.writeString(label);
            out.writeFloat(similarity);
            out.writeFloat(membership);
        }
    }

    EncodedDocument(StreamInput in) throws IOException {
        this(
                in.readVInt(),
                new EncoderId(in.readLong()),
                in.readBoolean() ? in.readByteArray() : null,
                in.readFloat(),
                in.readList(Cluster::new),
                in.readBoolean() ? in.readList(EncodedDocument::readTerm) : null,
                in.readBoolean() ? in.readList(EncodedDocument::readTerm) : null);
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        out.writeVInt(generation);
        out.writeLong(encoder.bits());
        out.writeBoolean(latent != null);
        if (latent != null) {
            out.writeByteArray(latent);
        }
        out.writeFloat(certainty);
        out.writeCollection(clusters);
        writeTerms(out, terms);
        writeTerms(out, reconstruction);
    }

    private static ClusterTerm readTerm(StreamInput in) throws IOException {
        return new ClusterTerm(in.readString(), in.readFloat());
    }

    private static void writeTerms(StreamOutput out, List<ClusterTerm> terms) throws IOException {
        out.writeBoolean(terms != null);
        if (terms != null) {
            out.writeCollection(terms, (o, term) -> {
                o.writeString(term.term());
                o.writeFloat(term.weight());
            });
        }
    }

    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
        builder.startObject().field("generation", generation).field("encoder", encoder.toString());
        builder.field("vector", latent == null ? null : Base64.getEncoder().encodeToString(latent));
        if (latent != null) {
            builder.field("certainty", certainty);
        }
        builder.startArray("clusters");
        for (Cluster cluster : clusters) {
            builder.startObject()
                    .field("key", cluster.key())
                    .field("label", cluster.label())
                    .field("similarity", cluster.similarity())
                    .field("membership", cluster.membership())
                    .endObject();
        }
        builder.endArray();
        terms(builder, "terms", terms);
        terms(builder, "reconstruction", reconstruction);
        return builder.endObject();
    }

    private static void terms(XContentBuilder builder, String name, List<ClusterTerm> terms) throws IOException {
        if (terms == null) {
            return;
        }
        builder.startArray(name);
        for (ClusterTerm term : terms) {
            builder.startObject()
                    .field("term", term.term())
                    .field("weight", term.weight())
                    .endObject();
        }
        builder.endArray();
    }
}
