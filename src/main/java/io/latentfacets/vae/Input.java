/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae;

import io.latentfacets.text.Bow;
import java.util.List;
import java.util.Objects;

/**
 * What the encoder sees of a document: its words, a dense vector from elsewhere, both, or neither. Immutable by
 * convention: nobody writes to the array. Thread-safe.
 *
 * @param words empty for none
 * @param vector finite, of the length that the model takes; its direction counts, not its length; {@code null} for
 *     none, which is also what a vector of zeros becomes
 */
public record Input(Bow words, float[] vector) {

    public Input {
        Objects.requireNonNull(words);
        vector = isZero(vector) ? null : vector;
    }

    /** Words alone. */
    public static Input of(Bow words) {
        return new Input(words, null);
    }

    /** Each of them, words alone. */
    public static List<Input> of(List<Bow> words) {
        return words.stream().map(Input::of).toList();
    }

    /** Whether there is nothing to be encoded. */
    public boolean isEmpty() {
        return words.isEmpty() && vector == null;
    }

    /** Whether a vector is absent or has no direction. */
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
