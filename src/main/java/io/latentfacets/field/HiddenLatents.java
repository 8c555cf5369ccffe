/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field;

import java.io.IOException;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.FilterLeafReader;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.search.DocIdSetIterator;

/**
 * Finds out whether a reader hides the latents of a segment from the caller. The security plugin's readers do so in two
 * ways: field-level security leaves the field out, and field masking replaces each value by its hash. Stateless.
 */
public final class HiddenLatents {

    private HiddenLatents() {}

    /**
     * Whether the reader shows no latents although the segment has some, or other ones.
     *
     * @param reader the caller's reader of one segment
     * @param field the full name
     */
    public static boolean in(LeafReader reader, String field) throws IOException {
        BinaryDocValues stored = FilterLeafReader.unwrap(reader).getBinaryDocValues(field);
        int doc = stored == null ? DocIdSetIterator.NO_MORE_DOCS : stored.nextDoc();
        if (doc == DocIdSetIterator.NO_MORE_DOCS) {
            return false;
        }
        // Masking applies to the whole field, so one document shows it.
        BinaryDocValues shown = reader.getBinaryDocValues(field);
        return shown == null || !shown.advanceExact(doc) || !shown.binaryValue().bytesEquals(stored.binaryValue());
    }
}
