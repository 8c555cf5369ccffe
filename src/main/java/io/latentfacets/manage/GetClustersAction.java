/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.manage;

import io.latentfacets.cluster.ClusterInfo;
import io.latentfacets.cluster.ClusterTerm;
import io.latentfacets.cluster.ClusterTree;
import io.latentfacets.cluster.Clusters;
import io.latentfacets.model.ClusterEdits;
import io.latentfacets.model.ClusterSuggestions;
import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.opensearch.action.ActionType;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.xcontent.ToXContentObject;
import org.opensearch.core.xcontent.XContentBuilder;

/** Returns the clusters of a model's active generation. */
public final class GetClustersAction extends ActionType<GetClustersAction.Response> {

    public static final String NAME = "cluster:admin/plugins/latent/models/clusters/get";
    public static final GetClustersAction INSTANCE = new GetClustersAction();

    private GetClustersAction() {
        super(NAME, Response::new);
    }

    /**
     * One cluster, or one parent, with the edits of users.
     *
     * @param info the description from the generation
     * @param parent the key of its parent; null for none
     * @param children the keys of what stands right below a parent; empty for a cluster
     * @param floor the least cosine of a cluster's documents to its centroid, 0 to 1; null for a parent, or if the
     *     generation has no floors
     * @param edit what a user made of it
     * @param merged the keys of the clusters that count for it too; empty for most
     * @param sentences sentences of the exemplars; null if not requested or not readable, and for a parent
     * @param suggestion a label that waits for somebody to accept it; null for none
     */
    record View(
            ClusterInfo info,
            String parent,
            List<String> children,
            Float floor,
            ClusterEdits.Edit edit,
            List<String> merged,
            List<ExemplarSentence> sentences,
            ClusterSuggestions.Suggestion suggestion)
            implements Writeable, ToXContentObject {

        /**
         * The clusters by ordinal, then the parents by ordinal.
         *
         * @param readable the ids of the exemplars to show
         * @param sentences the sentences by key; a cluster without an entry gets none
         */
        static List<View> all(
                Clusters clusters,
                ClusterEdits edits,
                Set<String> readable,
                Map<String, List<ExemplarSentence>> sentences) {
            ClusterTree tree = clusters.tree();
            List<View> views = new ArrayList<>();
            for (int c = 0; c < clusters.infos().size(); c++) {
                Float floor =
                        clusters.floors().known() ? (Float) clusters.floors().of(c) : null;
                ClusterInfo info = shown(clusters.infos().get(c), readable);
                views.add(of(info, tree.parentKey(c), List.of(), floor, edits, sentences));
            }
            for (int p = 0; p < tree.parents().size(); p++) {
                List<String> children = tree.keysBelow(p, clusters.keys());
                String parent = tree.above(p) < 0
                        ? null
                        : tree.parents().get(tree.above(p)).key();
                views.add(of(shown(tree.parents().get(p), readable), parent, children, null, edits, sentences));
            }
            return views;
        }

        private static ClusterInfo shown(ClusterInfo info, Set<String> readable) {
            return new ClusterInfo(
                    info.key(),
                    info.label(),
                    info.terms(),
                    info.size(),
                    info.share(),
                    info.x(),
                    info.y(),
                    info.exemplars().stream().filter(readable::contains).toList());
        }

        private static View of(
                ClusterInfo info,
                String parent,
                List<String> children,
                Float floor,
                ClusterEdits edits,
                Map<String, List<ExemplarSentence>> sentences) {
            return new View(
                    info,
                    parent,
                    children,
                    floor,
                    edits.of(info.key()),
                    edits.curation().parts(info.key()),
                    sentences.get(info.key()),
                    null);
        }

        /** The same with what waits for it. */
        View with(ClusterSuggestions suggestions) {
            return new View(info, parent, children, floor, edit, merged, sentences, suggestions.of(info.key()));
        }

        View(StreamInput in) throws IOException {
            this(
                    new ClusterInfo(
                            in.readString(),
                            in.readString(),
                            in.readList(term -> new ClusterTerm(term.readString(), term.readFloat())),
                            in.readVLong(),
                            in.readDouble(),
                            in.readFloat(),
                            in.readFloat(),
                            in.readStringList()),
                    in.readOptionalString(),
                    in.readStringList(),
                    in.readOptionalFloat(),
                    ClusterEdits.Edit.read(in),
                    in.readStringList(),
                    in.readBoolean() ? in.readList(ExemplarSentence::new) : null,
                    in.readOptionalWriteable(ClusterSuggestions.Suggestion::new));
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            out.writeString(info.key());
            out.writeString(info.label());
            out.writeCollection(new ArrayList<>(info.terms()), (target, term) -> {
                target.writeString(term.term());
                target.writeFloat(term.weight());
            });
            out.writeVLong(info.size());
            out.writeDouble(info.share());
            out.writeFloat(info.x());
            out.writeFloat(info.y());
            out.writeStringCollection(info.exemplars());
            out.writeOptionalString(parent);
            out.writeStringCollection(children);
            out.writeOptionalFloat(floor);
            edit.writeTo(out);
            out.writeStringCollection(merged);
            out.writeBoolean(sentences != null);
            if (sentences != null) {
                out.writeCollection(sentences);
            }
            out.writeOptionalWriteable(suggestion);
        }

        @Override
        public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
            builder.startObject().field("key", info.key()).field("label", info.label());
            if (edit.label() != null) {
                builder.field("custom_label", edit.label());
            }
            if (suggestion != null) {
                builder.field("suggested_label", suggestion.label())
                        .startObject("suggested_by")
                        .field("ml_model_id", suggestion.mlModel())
                        .field("generation", suggestion.generation())
                        .endObject();
            }
            builder.field("hidden", edit.hidden()).field("pinned", edit.pinned());
            if (edit.note() != null) {
                builder.field("note", edit.note());
            }
            if (!merged.isEmpty()) {
                builder.field("merged", merged);
            }
            builder.startArray("terms");
            for (ClusterTerm term : info.terms()) {
                builder.startObject()
                        .field("term", term.term())
                        .field("weight", term.weight())
                        .endObject();
            }
            builder.endArray()
                    .field("size", info.size())
                    .field("share", info.share())
                    .field("exemplars", info.exemplars())
                    .field("x", info.x())
                    .field("y", info.y());
            if (floor != null) {
                builder.field("floor", floor);
            }
            if (parent != null) {
                builder.field("parent", parent);
            }
            if (!children.isEmpty()) {
                builder.field("children", children);
            }
            if (sentences != null) {
                builder.field("exemplar_sentences", sentences);
            }
            return builder.endObject();
        }
    }

    /** The clusters by ordinal, then the parents by ordinal; or the one cluster or parent that the request names. */
    public static final class Response extends ActionResponse implements ToXContentObject {

        private final String model;
        private final int generation;
        private final List<View> clusters;

        Response(String model, int generation, List<View> clusters) {
            this.model = model;
            this.generation = generation;
            this.clusters = List.copyOf(clusters);
        }

        Response(StreamInput in) throws IOException {
            super(in);
            try (FrameInput frame = FrameInput.open(in)) {
                model = frame.readString();
                generation = frame.readVInt();
                clusters = frame.readList(View::new);
            }
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            try (FrameOutput frame = new FrameOutput(out)) {
                frame.writeString(model);
                frame.writeVInt(generation);
                frame.writeCollection(clusters);
            }
        }

        int generation() {
            return generation;
        }

        List<View> clusters() {
            return clusters;
        }

        @Override
        public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
            builder.startArray();
            for (View cluster : clusters) {
                cluster.toXContent(builder, params);
            }
            return builder.endArray();
        }
    }
}
