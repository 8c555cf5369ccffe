/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.demo;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** The documents of the demo. */
interface Corpus {
    /** The name of the index and of the model. */
    String name();

    /** A text that changes whenever the documents change. */
    String signature() throws IOException;

    /** The plural noun for the documents: {@code classes}. */
    String things();

    /** The fields to learn from, with their weights. */
    List<String> fields();

    /** The field with the true label of a document; {@code null} for none. */
    String label();

    /** Queries with interesting results; empty if none are known. */
    List<String> queries();

    /**
     * Passes each document and its id to the consumer, in a fixed order.
     *
     * @return a line that describes what was read
     */
    String read(BiConsumer<String, Map<String, Object>> documents) throws IOException;
}
