/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae;

import io.latentfacets.text.Bow;
import io.latentfacets.text.BowSource;

/** What the encoder sees, by document number: bags of words and vectors beside them. Reads are thread-safe. */
public interface InputSource extends BowSource {

    /** Length of the vectors; 0 if no document has one. */
    int vectorDims();

    /**
     * The vector of document {@code doc}, of length {@link #vectorDims}; {@code null} if it has none. Not written to.
     */
    float[] vector(int doc);

    /** Both. */
    default Input input(int doc) {
        return new Input(get(doc), vector(doc));
    }

    /** Words alone. */
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
