/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae;

import io.latentfacets.text.Bow;
import java.util.List;
import java.util.Objects;

/**
 * The encoder's input for one document: its words, a dense vector from elsewhere, both, or neither. Immutable by
 * convention: nobody writes to the array. Thread-safe.
 *
 * @param words the words; empty for none
 * @param vector the vector, finite, of the length that the model takes; only its direction counts; {@code null} for
 *     none. The constructor replaces a vector of zeros by {@code null}
 */
public record Input(Bow words, float[] vector) {

    public Input {
        Objects.requireNonNull(words);
        vector = isZero(vector) ? null : vector;
    }

    /** Returns an input of words alone. */
    public static Input of(Bow words) {
        return new Input(words, null);
    }

    /** Returns an input of words alone for each document. */
    public static List<Input> of(List<Bow> words) {
        return words.stream().map(Input::of).toList();
    }

    /** Returns whether the document has neither words nor a vector. */
    public boolean isEmpty() {
        return words.isEmpty() && vector == null;
    }

    /** Returns whether a vector is absent or has no direction. */
    static boolean isZero(float[] vector) {
        if (vector != null) {
            for (float component : vector) {
                if (component != 0) {
                    return false;
                }
            }
        }
        return true;
    }
}
