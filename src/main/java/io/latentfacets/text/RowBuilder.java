/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/**
 * Builds a corpus from documents, one after the other. Not thread-safe; {@link #close} deletes all files that are not
 * part of a corpus.
 */
public interface RowBuilder extends Closeable {

    /**
     * Adds a document, which gets the next number. A document without text or without fields becomes an empty row.
     *
     * @param doc the texts of the document's fields
     */
    void add(List<FieldText> doc) throws IOException;

    /** Returns the heap that the builder takes so far, in bytes: it grows with the number of distinct words. */
    long ramBytes();

    /** Builds the corpus of all added documents. The caller calls this method once, and closes the corpus. */
    Corpus build() throws IOException;
}
