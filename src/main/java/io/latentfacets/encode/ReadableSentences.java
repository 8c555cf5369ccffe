/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.encode;

import io.latentfacets.model.Generation;
import io.latentfacets.text.FieldText;
import io.latentfacets.text.Sentences;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Finds the sentences of documents that can be shown alone. Stateless. */
public final class ReadableSentences {

    private ReadableSentences() {}

    /**
     * The sentences of the text fields that a generation reads, in the order of the fields.
     *
     * @param source a document's source as the user may read it; null if there is none to read
     * @param most the largest number of sentences, from the start
     */
    public static List<String> of(Map<String, Object> source, Generation generation, int most) {
        List<String> sentences = new ArrayList<>();
        if (source != null) {
            for (FieldText field : SourceText.of(source, generation.fields())) {
                if (sentences.size() == most) {
                    break;
                }
                sentences.addAll(Sentences.of(field.text(), most - sentences.size()));
            }
        }
        return sentences;
    }

    /**
     * Leaves out texts without a stop, such as titles, unless no text has one.
     *
     * @param text the text of an element
     */
    public static <T> List<T> complete(List<T> all, Function<T, String> text) {
        List<T> complete = all.stream()
                .filter(one -> Sentences.isComplete(text.apply(one)))
                .toList();
        return complete.isEmpty() ? all : complete;
    }
}
