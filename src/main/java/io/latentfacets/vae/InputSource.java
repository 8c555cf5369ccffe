/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae;

import io.latentfacets.text.Bow;
import io.latentfacets.text.BowSource;

/** The encoder's inputs, by document number: bags of words and the vectors beside them. Reads are thread-safe. */
public interface InputSource extends BowSource {

    /** Returns the length of the vectors; 0 if no document has one. */
    int vectorDims();

    /**
     * Returns the vector of document {@code doc}, {@code [vectorDims]}; {@code null} if it has none. The caller must
     * not write to it.
     */
    float[] vector(int doc);

    /** Returns the words and the vector of document {@code doc}. */
    default Input input(int doc) {
        return new Input(get(doc), vector(doc));
    }

    /** Returns a source of the same words without vectors. */
    static InputSource of(BowSource words) {
        return new InputSource() {
            @Override
            public int size() {
                return words.size();
            }

            @Override
            public Bow get(int doc) {
                return words.get(doc);
            }

            @Override
            public int vectorDims() {
                return 0;
            }

            @Override
            public float[] vector(int doc) {
                return null;
            }
        };
    }
}
