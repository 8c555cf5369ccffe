/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

import java.util.List;

/**
 * The words for one cluster. Immutable.
 *
 * @param phrase a noun phrase that names the cluster; empty if none is good enough
 * @param terms the terms, best first
 */
public record ClusterLabel(String phrase, List<ClusterTerm> terms) {
    /** No phrase and no terms. */
    public static final ClusterLabel NONE = new ClusterLabel("", List.of());

    public ClusterLabel {
        terms = List.copyOf(terms);
    }

    /** What a user reads: the phrase, or the first terms without one; empty for no terms. */
    public String text() {
        return phrase.isEmpty() ? ClusterInfo.labelOf(terms) : phrase;
    }
}
