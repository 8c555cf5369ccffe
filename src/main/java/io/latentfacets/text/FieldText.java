/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text;

import java.util.Objects;

/**
 * The text of one field of one document.
 *
 * @param weight the count of one occurrence of a word in this field, in (0, 1000]
 * @param text the text as stored; may be empty, never {@code null}
 */
public record FieldText(float weight, String text) {
    public FieldText {
        SourceField.requireWeight(weight);
        Objects.requireNonNull(text, "text");
    }
}
