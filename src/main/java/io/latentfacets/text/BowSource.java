/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text;

import java.util.List;

/** Bags of words by document number. Reads are thread-safe. */
public interface BowSource {
    /** Number of documents, empty ones included. */
    int size();

    /** The bag of document {@code doc}, 0 ≤ doc &lt; size(); possibly empty, never {@code null}. */
    Bow get(int doc);

    /** The given bags, in memory. */
    static BowSource of(List<Bow> bows) {
        List<Bow> copy = List.copyOf(bows);
        return new BowSource() {
            @Override
            public int size() {
                return copy.size();
            }

            @Override
            public Bow get(int doc) {
                return copy.get(doc);
            }
        };
    }
}
