/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.generate;

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

/** Draws points of latent space and says what is there. */
public final class GenerateAction extends ActionType<GenerateAction.Response> {

    public static final String NAME = "cluster:admin/plugins/latent/models/generate";
    public static final GenerateAction INSTANCE = new GenerateAction();

    private GenerateAction() {
        super(NAME, Response::new);
    }

    /** A word with its share of the words that the model expects, 0 to 1. */
    record Word(String term, float probability) implements Writeable, ToXContentObject {

        Word(StreamInput in) throws IOException {
            this(in.readString(), in.readFloat());
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            out.writeString(term);
            out.writeFloat(probability);
        }

        @Override
        public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
            return builder.startObject()
                    .field("term", term)
                    .field("probability", probability)
                    .endObject();
        }
    }

    /** A real document and the cosine of its latent to the point, −1 to 1. */
    record Near(String index, String id, float similarity) implements Writeable, ToXContentObject {

        Near(StreamInput in) throws IOException {
            this(in.readString(), in.readString(), in.readFloat());
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            out.writeString(index);
            out.writeString(id);
            out.writeFloat(similarity);
        }

        @Override
        public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
            return builder.startObject()
                    .field("_index", index)
                    .field("_id", id)
                    .field("similarity", similarity)
                    .endObject();
        }
    }

    /** A cluster and the cosine of its centroid to the point, −1 to 1. */
    record Cluster(String key, String label, float similarity) implements Writeable, ToXContentObject {

        Cluster(StreamInput in) throws IOException {
            this(in.readString(), in.readString(), in.readFloat());
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            out.writeString(key);
            out.writeString(label);
            out.writeFloat(similarity);
        }

        @Override
        public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
            return builder.startObject()
                    .field("key", key)
                    .field("label", label)
                    .field("similarity", similarity)
                    .endObject();
        }
    }

    /**
     * What is at a point.
     *
     * @param words the words that the decoder expects there more than elsewhere, the most telling first
     * @param text a short text; null if none was asked for, empty if the documents have no sentences
     * @param documents the nearest documents that the caller may read, nearest first
     * @param clusters the nearest clusters, nearest first
     */
    record Sample(List<Word> words, String text, List<Near> documents, List<Cluster> clusters)
            implements Writeable, ToXContentObject {

        Sample(StreamInput in) throws IOException {
            this(in.readList(Word::new), in.readOptionalString(), in.readList(Near::new), in.readList(Cluster::new));
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            out.writeList(words);
            out.writeOptionalString(text);
            out.writeList(documents);
            out.writeList(clusters);
        }

        @Override
        public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
            builder.startObject().field("words", words);
            if (text != null) {
                builder.field("text", text);
            }
            return builder.field("documents", documents)
                    .field("clusters", clusters)
                    .endObject();
        }
    }

    /** The samples. Immutable. */
    public static final class Response extends ActionResponse implements ToXContentObject {

        private final String model;
        private final int generation;
        private final long tookMillis;
        private final boolean timedOut;
        private final List<Sample> samples;

        /** @param timedOut whether a search has run out of time, so that documents may be missing */
        Response(String model, int generation, long tookMillis, boolean timedOut, List<Sample> samples) {
            this.model = model;
            this.generation = generation;
            this.tookMillis = tookMillis;
            this.timedOut = timedOut;
            this.samples = List.copyOf(samples);
        }

        Response(StreamInput in) throws IOException {
            super(in);
            try (FrameInput frame = FrameInput.open(in)) {
                model = frame.readString();
                generation = frame.readVInt();
                tookMillis = frame.readVLong();
                timedOut = frame.readBoolean();
                samples = frame.readList(Sample::new);
            }
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            try (FrameOutput frame = new FrameOutput(out)) {
                frame.writeString(model);
                frame.writeVInt(generation);
                frame.writeVLong(tookMillis);
                frame.writeBoolean(timedOut);
                frame.writeCollection(samples);
            }
        }

        @Override
        public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
            return builder.startObject()
                    .field("model", model)
                    .field("generation", generation)
                    .field("took", tookMillis)
                    .field("timed_out", timedOut)
                    .field("samples", samples)
                    .endObject();
        }
    }
}
