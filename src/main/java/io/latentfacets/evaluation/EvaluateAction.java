/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.evaluation;

import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import java.io.IOException;
import java.util.List;
import org.opensearch.action.ActionType;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.xcontent.ToXContentObject;
import org.opensearch.core.xcontent.XContentBuilder;

/** Measures how well a generation's clusters divide documents. */
public final class EvaluateAction extends ActionType<EvaluateAction.Response> {

    public static final String NAME = "cluster:admin/plugins/latent/models/evaluate";
    public static final EvaluateAction INSTANCE = new EvaluateAction();

    private EvaluateAction() {
        super(NAME, Response::new);
    }

    /**
     * The numbers of documents in an evaluation.
     *
     * @param matched the number of documents that match the query
     * @param documents the number of documents read: all matches, or a sample of them
     * @param stored the number of documents read with a stored latent of the generation's encoder
     * @param encoded the number of documents read that the evaluation encoded
     * @param labelled the number of documents read with exactly one distinct label; 0 without {@code label_field}
     * @param several the number of documents read with several distinct labels
     * @param labels the number of distinct labels; 0 without {@code label_field}
     */
    record Documents(long matched, long documents, long stored, long encoded, long labelled, long several, long labels)
            implements Writeable {

        Documents(StreamInput in) throws IOException {
            this(
                    in.readVLong(),
                    in.readVLong(),
                    in.readVLong(),
                    in.readVLong(),
                    in.readZLong(),
                    in.readVLong(),
                    in.readVLong());
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            out.writeVLong(matched);
            out.writeVLong(documents);
            out.writeVLong(stored);
            out.writeVLong(encoded);
            out.writeZLong(labelled);
            out.writeVLong(several);
            out.writeVLong(labels);
        }

        long withoutLatent() {
            return documents - stored - encoded;
        }
    }

    /**
     * The agreement of clusters and labels, over the documents with a cluster and exactly one label.
     * {@link io.latentfacets.cluster.Measures} defines each measure.
     */
    record Agreement(double nmi, double ari, double purity, double accuracy) implements Writeable {

        Agreement(StreamInput in) throws IOException {
            this(in.readDouble(), in.readDouble(), in.readDouble(), in.readDouble());
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            out.writeDouble(nmi);
            out.writeDouble(ari);
            out.writeDouble(purity);
            out.writeDouble(accuracy);
        }
    }

    /**
     * The measures that need no labels. {@link io.latentfacets.cluster.Measures} defines each measure.
     *
     * @param silhouette the mean silhouette of the documents, −1 to 1
     * @param coherence the mean coherence of the clusters' terms, −1 to 1
     * @param diversity the share of distinct terms, 0 to 1
     */
    record Quality(double silhouette, double coherence, double diversity) implements Writeable {

        Quality(StreamInput in) throws IOException {
            this(in.readDouble(), in.readDouble(), in.readDouble());
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            out.writeDouble(silhouette);
            out.writeDouble(coherence);
            out.writeDouble(diversity);
        }
    }

    /** The measures. */
    public static final class Response extends ActionResponse implements ToXContentObject {

        private final String model;
        private final int generation;
        private final Documents documents;
        private final Agreement agreement;
        private final Quality quality;
        private final List<EvaluatedCluster> clusters;
        private final long tookMillis;

        /** @param agreement the agreement with labels; null without {@code label_field} */
        Response(
                String model,
                int generation,
                Documents documents,
                Agreement agreement,
                Quality quality,
                List<EvaluatedCluster> clusters,
                long tookMillis) {
            this.model = model;
            this.generation = generation;
            this.documents = documents;
            this.agreement = agreement;
            this.quality = quality;
            this.clusters = List.copyOf(clusters);
            this.tookMillis = tookMillis;
        }

        Response(StreamInput in) throws IOException {
            super(in);
            try (FrameInput frame = FrameInput.open(in)) {
                model = frame.readString();
                generation = frame.readVInt();
                documents = new Documents(frame);
                agreement = frame.readOptionalWriteable(Agreement::new);
                quality = new Quality(frame);
                clusters = frame.readList(EvaluatedCluster::new);
                tookMillis = frame.readVLong();
            }
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            try (FrameOutput frame = new FrameOutput(out)) {
                frame.writeString(model);
                frame.writeVInt(generation);
                documents.writeTo(frame);
                frame.writeOptionalWriteable(agreement);
                quality.writeTo(frame);
                frame.writeCollection(clusters);
                frame.writeVLong(tookMillis);
            }
        }

        @Override
        public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
            builder.startObject()
                    .field("model", model)
                    .field("generation", generation)
                    .field("took", tookMillis)
                    .field("matched", documents.matched())
                    .field("documents", documents.documents())
                    .field("stored_latents", documents.stored())
                    .field("encoded_latents", documents.encoded())
                    .field("without_latent", documents.withoutLatent());
            if (agreement != null) {
                builder.field("labelled", documents.labelled())
                        .field("multi_label", documents.several())
                        .field("labels", documents.labels())
                        .field("nmi", agreement.nmi())
                        .field("ari", agreement.ari())
                        .field("purity", agreement.purity())
                        .field("accuracy", agreement.accuracy());
            }
            return builder.field("clusters", clusters.size())
                    .field("silhouette", quality.silhouette())
                    .field("coherence", quality.coherence())
                    .field("diversity", quality.diversity())
                    .field("unassigned_share", (double) documents.withoutLatent() / documents.documents())
                    .field("per_cluster", clusters)
                    .endObject();
        }
    }
}
