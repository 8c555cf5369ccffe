/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.drift;

import java.util.List;

/**
 * Documents on a subject that the model has not learned. Immutable.
 *
 * @param terms the words that they share and that are new or have become frequent, the most frequent first
 * @param documents the estimated number of those that the model represents badly; the subject may have more
 * @param examples some of them that have an id
 * @param latents the quantised latents of some of them in the space of the active generation, int8 {@code [dims]} as
 *     base64; empty in what is sent to users
 */
public record NewSubject(List<String> terms, long documents, List<Example> examples, List<String> latents) {

    public NewSubject {
        terms = List.copyOf(terms);
        examples = List.copyOf(examples);
        latents = List.copyOf(latents);
    }

    /** A document. */
    public record Example(String index, String id) {}
}
