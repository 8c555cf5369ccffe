/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.drift;

import java.util.List;

/**
 * Documents on a subject that the model has not learned. Immutable.
 *
 * @param terms the words that they share and that are new or have become frequent, the most frequent first
 * @param documents the estimated number of those that the model represents badly; the subject may have more
 * @param examples some of them
 */
public record NewSubject(List<String> terms, long documents, List<Example> examples) {

    public NewSubject {
        terms = List.copyOf(terms);
        examples = List.copyOf(examples);
    }

    /** A document. */
    public record Example(String index, String id) {}
}
