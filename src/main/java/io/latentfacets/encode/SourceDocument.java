/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.encode;

import io.latentfacets.model.Generation;
import io.latentfacets.text.FieldText;
import java.util.List;
import java.util.Map;

/**
 * The parts of a document's source that a model reads. Immutable as long as nobody writes to the vector.
 *
 * @param text the texts, one entry per value of the model's fields, as {@link SourceText} reads them
 * @param vector the vector, {@code [dims]}, as {@link SourceVector} reads it; {@code null} without one
 */
public record SourceDocument(List<FieldText> text, float[] vector) {

    public SourceDocument {
        text = List.copyOf(text);
    }

    /** A document with text only. */
    public static SourceDocument of(List<FieldText> text) {
        return new SourceDocument(text, null);
    }

    /**
     * Reads the parts of a source that a generation encodes.
     *
     * @throws IllegalArgumentException if the generation cannot take the vector; the message names the field, the value
     *     and the bound
     */
    public static SourceDocument of(Map<String, Object> source, Generation generation) {
        List<FieldText> text = SourceText.of(source, generation.fields());
        return generation.vectorField() == null
                ? of(text)
                : new SourceDocument(text, SourceVector.of(source, generation.vectorField(), generation.vectorDims()));
    }

    /**
     * Reads a document that may have been written for another generation. Like {@link #of(Map, Generation)}, but
     * ignores a vector that the generation cannot take, for example one of another length.
     */
    public static SourceDocument leniently(Map<String, Object> source, Generation generation) {
        try {
            return of(source, generation);
        } catch (IllegalArgumentException e) {
            return of(SourceText.of(source, generation.fields()));
        }
    }

    /** Whether the document has neither text nor a vector. */
    public boolean isEmpty() {
        return text.isEmpty() && vector == null;
    }

    /**
     * 16 hexadecimal digits that change when the text, a weight or the vector does, and with the generation's encoder,
     * whose secret key keeps others from guessing the text.
     */
    public String hash(Generation generation) {
        return SourceText.hash(text, vector, generation.hashKey());
    }
}
