/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.suggest;

import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.opensearch.action.ActionType;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.xcontent.ToXContentObject;
import org.opensearch.core.xcontent.XContentBuilder;

/** Writes the prompt that asks a language model for the label of a cluster. */
public final class PromptAction extends ActionType<PromptAction.Response> {

    public static final String NAME = "cluster:admin/plugins/latent/models/clusters/prompt";
    public static final PromptAction INSTANCE = new PromptAction();

    private PromptAction() {
        super(NAME, Response::new);
    }

    /** The prompt. Immutable. */
    public static final class Response extends ActionResponse implements ToXContentObject {

        private final String model;
        private final int generation;
        private final String key;
        private final String label;
        private final int documents;
        private final int sentences;
        private final List<String> notes;
        private final Prompt prompt;

        /**
         * @param label the label that people see now
         * @param documents how many documents were read
         * @param sentences how many sentences the prompt has
         * @param notes why it has fewer than asked for; empty for no reason
         */
        Response(
                String model,
                int generation,
                String key,
                String label,
                int documents,
                int sentences,
                List<String> notes,
                Prompt prompt) {
            this.model = model;
            this.generation = generation;
            this.key = key;
            this.label = label;
            this.documents = documents;
            this.sentences = sentences;
            this.notes = List.copyOf(notes);
            this.prompt = prompt;
        }

        Response(StreamInput in) throws IOException {
            super(in);
            try (FrameInput frame = FrameInput.open(in)) {
                model = frame.readString();
                generation = frame.readVInt();
                key = frame.readString();
                label = frame.readString();
                documents = frame.readVInt();
                sentences = frame.readVInt();
                notes = frame.readStringList();
                prompt = new Prompt(frame);
            }
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            try (FrameOutput frame = new FrameOutput(out)) {
                frame.writeString(model);
                frame.writeVInt(generation);
                frame.writeString(key);
                frame.writeString(label);
                frame.writeVInt(documents);
                frame.writeVInt(sentences);
                frame.writeStringCollection(notes);
                prompt.writeTo(frame);
            }
        }

        @Override
        public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
            builder.startObject()
                    .field("model", model)
                    .field("generation", generation)
                    .field("key", key)
                    .field("label", label)
                    .field("documents", documents)
                    .field("sentences", sentences);
            if (!notes.isEmpty()) {
                builder.field("notes", notes);
            }
            builder.startArray("messages");
            for (Map<String, String> message : prompt.messages()) {
                Prompt.write(message, builder);
            }
            return builder.endArray().field("prompt", prompt.text()).endObject();
        }
    }
}
