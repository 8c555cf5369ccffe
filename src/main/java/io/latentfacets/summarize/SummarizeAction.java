/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.summarize;

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

/** Summarises documents, the matches of a query, or a cluster by sentences of the documents. */
public final class SummarizeAction extends ActionType<SummarizeAction.Response> {

    public static final String NAME = "cluster:admin/plugins/latent/models/summarize";
    public static final SummarizeAction INSTANCE = new SummarizeAction();

    private SummarizeAction() {
        super(NAME, Response::new);
    }

    /**
     * A sentence of a summary.
     *
     * @param similarity the cosine between the sentence's latent and the source's, −1 to 1
     */
    public record Sentence(String text, String index, String id, float similarity)
            implements Writeable, ToXContentObject {

        Sentence(StreamInput in) throws IOException {
            this(in.readString(), in.readString(), in.readString(), in.readFloat());
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            out.writeString(text);
            out.writeString(index);
            out.writeString(id);
            out.writeFloat(similarity);
        }

        @Override
        public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
            return builder.startObject()
                    .field("text", text)
                    .field("_index", index)
                    .field("_id", id)
                    .field("similarity", similarity)
                    .endObject();
        }
    }

    /**
     * A summary.
     *
     * @param documents the number of documents that were read
     * @param sentences the sentences in the order of the documents
     * @param kept the cosine between the latent of the sentences, encoded as one text, and the source's; null without
     *     sentences
     */
    public record Summary(int documents, List<Sentence> sentences, Double kept) {}

    /** The summary. Immutable. */
    public static final class Response extends ActionResponse implements ToXContentObject {

        private final String model;
        private final int generation;
        private final long tookMillis;
        private final boolean timedOut;
        private final Summary summary;

        /** @param timedOut whether a search has run out of time, so that documents may be missing */
        Response(String model, int generation, long tookMillis, boolean timedOut, Summary summary) {
            this.model = model;
            this.generation = generation;
            this.tookMillis = tookMillis;
            this.timedOut = timedOut;
            this.summary = summary;
        }

        /** Whether a search has run out of time, so that documents may be missing. */
        public boolean timedOut() {
            return timedOut;
        }

        public Summary summary() {
            return summary;
        }

        Response(StreamInput in) throws IOException {
            super(in);
            try (FrameInput frame = FrameInput.open(in)) {
                model = frame.readString();
                generation = frame.readVInt();
                tookMillis = frame.readVLong();
                timedOut = frame.readBoolean();
                summary = new Summary(frame.readVInt(), frame.readList(Sentence::new), frame.readOptionalDouble());
            }
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            try (FrameOutput frame = new FrameOutput(out)) {
                frame.writeString(model);
                frame.writeVInt(generation);
                frame.writeVLong(tookMillis);
                frame.writeBoolean(timedOut);
                frame.writeVInt(summary.documents());
                frame.writeCollection(summary.sentences());
                frame.writeOptionalDouble(summary.kept());
            }
        }

        @Override
        public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
            return builder.startObject()
                    .field("model", model)
                    .field("generation", generation)
                    .field("took", tookMillis)
                    .field("timed_out", timedOut)
                    .field("documents", summary.documents())
                    .field("sentences", summary.sentences())
                    .field("kept", summary.kept())
                    .endObject();
        }
    }
}
