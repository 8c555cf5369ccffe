/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.encode;

import io.latentfacets.model.Generation;
import io.latentfacets.text.FieldText;
import java.util.List;
import java.util.Map;

/**
 * What a model reads of a document, as it stands in its source.
 *
 * @param text one entry for each value of the model's fields, as {@link SourceText} reads them
 * @param vector as {@link SourceVector} reads it; {@code null} for none
 */
public record SourceDocument(List<FieldText> text, float[] vector) {

    public SourceDocument {
        text = List.copyOf(text);
    }

    /** Text alone. */
    public static SourceDocument of(List<FieldText> text) {
        return new SourceDocument(text, null);
    }

    /**
     * What a generation reads.
     *
     * @throws IllegalArgumentException naming field, value and bound, if the vector is not one that it can take
     */
    public static SourceDocument of(Map<String, Object> source, Generation generation) {
        List<FieldText> text = SourceText.of(source, generation.fields());
        return generation.vectorField() == null
                ? of(text)
                : new SourceDocument(text, SourceVector.of(source, generation.vectorField(), generation.vectorDims()));
    }

    /**
     * What a generation reads of a document that may be of before or after it: a vector that it cannot take, of another
     * length say, counts as none.
     */
    public static SourceDocument leniently(Map<String, Object> source, Generation generation) {
        try {
            return of(source, generation);
        } catch (IllegalArgumentException e) {
            return of(SourceText.of(source, generation.fields()));
        }
    }

    /** Whether there is nothing to be encoded. */
    public boolean isEmpty() {
        return text.isEmpty() && vector == null;
    }

    /** 16 hexadecimal digits that change when the text, a weight or the vector does. */
    public String hash() {
        return SourceText.hash(text, vector);
    }
}
