/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.suggest;

import java.util.List;
import java.util.Map;

/**
 * Finds the text in what ml-commons answers: the form of its public API, {@code inference_results[0].output[0]}, around
 * the form of the service behind the connector. Stateless.
 */
final class ModelAnswer {

    private static final List<List<Object>> SERVICES = List.of(
            List.of("choices", 0, "message", "content"), // chats as of OpenAI
            List.of("choices", 0, "text"),
            List.of("output", "message", "content", 0, "text"), // Converse of Bedrock
            List.of("content", 0, "text"), // messages of Anthropic
            List.of("candidates", 0, "content", "parts", 0, "text"), // Gemini
            List.of("message", "content"), // Ollama
            List.of("results", 0, "outputText"), // Titan
            List.of("generations", 0, "text"),
            List.of("generation"),
            List.of("completion"),
            List.of("text"),
            List.of("response"),
            List.of("result"));

    private ModelAnswer() {}

    /** The text; null if there is none in a form that is known. */
    static String text(Map<String, Object> response) {
        Object tensor = at(response, List.of("inference_results", 0, "output", 0));
        Object data = at(tensor, List.of("dataAsMap"));
        for (List<Object> path : SERVICES) {
            String text = text(at(data, path));
            if (text != null) {
                return text;
            }
        }
        return text(at(tensor, List.of("result")));
    }

    /** A text, or the first text among the parts of a message. */
    private static String text(Object value) {
        if (value instanceof List<?> parts) {
            return parts.stream()
                    .map(part -> at(part, List.of("text")))
                    .filter(String.class::isInstance)
                    .map(String.class::cast)
                    .findFirst()
                    .orElse(null);
        }
        return value instanceof String text ? text : null;
    }

    private static Object at(Object value, List<Object> path) {
        Object found = value;
        for (Object step : path) {
            if (step instanceof Integer place) {
                found = found instanceof List<?> list && place < list.size() ? list.get(place) : null;
            } else {
                found = found instanceof Map<?, ?> map ? map.get(step) : null;
            }
        }
        return found;
    }
}
