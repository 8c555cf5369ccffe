/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.demo;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** Documents to try things out on. */
interface Corpus {
    /** Index and model are called this. */
    String name();

    /** Changes when the documents do. */
    String signature() throws IOException;

    /** What one document is, in the plural: {@code classes}. */
    String things();

    /** Fields to learn from, weights included. */
    List<String> fields();

    /** Field with the true label of a document, or {@code null}. */
    String label();

    /** Queries that show something, if any are known. */
    List<String> queries();

    /** Hands over each document with its id, in a fixed order. Returns a line on what was read. */
    String read(BiConsumer<String, Map<String, Object>> documents) throws IOException;
}
