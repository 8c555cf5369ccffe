/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.label;

import java.util.List;

/**
 * The labelling options of a model definition.
 *
 * @param exclude the words (any case) or regular expressions of terms that no label may show
 * @param termCount the largest number of terms of a cluster, 1 to {@link #MAX_TERMS}
 */
public record LabelOptions(List<String> exclude, int termCount) {
    /** The largest number of terms that a generation keeps for a cluster. */
    public static final int MAX_TERMS = 30;

    /** No excluded terms, and {@link #MAX_TERMS} terms. */
    public static final LabelOptions DEFAULTS = new LabelOptions(List.of(), MAX_TERMS);

    /** @throws IllegalArgumentException if termCount is out of bounds */
    public LabelOptions {
        exclude = List.copyOf(exclude);
        if (termCount < 1 || termCount > MAX_TERMS) {
            throw new IllegalArgumentException("[terms] must be in [1, " + MAX_TERMS + "]: " + termCount);
        }
    }
}
