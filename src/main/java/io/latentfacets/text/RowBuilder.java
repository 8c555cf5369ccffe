/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/**
 * Makes a corpus of documents, one after the other. Not thread-safe; {@link #close} deletes what did not become a
 * corpus.
 */
public interface RowBuilder extends Closeable {

    /** Adds a document, which gets the next number; one without text, or without fields, becomes an empty row. */
    void add(List<FieldText> doc) throws IOException;

    /** Everything that was added. To be called once; the corpus is the caller's to close. */
    Corpus build() throws IOException;
}
