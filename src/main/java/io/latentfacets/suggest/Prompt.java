/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.suggest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.opensearch.common.xcontent.XContentFactory;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * What a language model is asked.
 *
 * @param rules what it is to do, without a word of a document
 * @param data the cluster as JSON, behind a line that says so
 * @param systemMessage whether the rules are a message of their own
 */
record Prompt(String rules, String data, boolean systemMessage) implements Writeable {

    Prompt(StreamInput in) throws IOException {
        this(in.readString(), in.readString(), in.readBoolean());
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        out.writeString(rules);
        out.writeString(data);
        out.writeBoolean(systemMessage);
    }

    /** The messages of a chat. */
    List<Map<String, String>> messages() {
        return systemMessage
                ? List.of(message("system", rules), message("user", data))
                : List.of(message("user", rules + "\n\n" + data));
    }

    private static Map<String, String> message(String role, String content) {
        return Map.of("role", role, "content", content);
    }

    /** All of it as one text, for models that continue a text. */
    String text() {
        return rules + "\n\n" + data + "\n\nLabel:";
    }

    /** The messages as JSON: an array of objects. */
    String messagesJson() {
        try (XContentBuilder json = XContentFactory.jsonBuilder()) {
            json.startArray();
            for (Map<String, String> message : messages()) {
                write(message, json);
            }
            return json.endArray().toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a message, the role first. */
    static void write(Map<String, String> message, XContentBuilder json) throws IOException {
        json.startObject()
                .field("role", message.get("role"))
                .field("content", message.get("content"))
                .endObject();
    }
}
