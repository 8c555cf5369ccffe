/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.aggregation;

import io.latentfacets.cluster.ClusterInfo;
import io.latentfacets.cluster.ClusterTerm;
import io.latentfacets.model.ClusterEdits;
import io.latentfacets.text.TermPatterns;
import java.util.List;

/**
 * Names clusters and parents for one response. A user's label comes first, otherwise the learned label without excluded
 * terms. Immutable.
 */
final class ClusterNames {
    private final TermPatterns excluded;
    private final int terms;
    private final ClusterEdits edits;

    ClusterNames(FacetOptions options, ClusterEdits edits) {
        this.excluded = TermPatterns.of(FacetOptions.EXCLUDE_TERMS.key(), options.excludeTerms());
        this.terms = options.terms();
        this.edits = edits;
    }

    /** Whether a user has hidden this cluster from facets. */
    boolean hidden(ClusterInfo cluster) {
        return edits.hidden(cluster.key());
    }

    /** Returns the label and the terms for the response. */
    Name of(ClusterInfo cluster) {
        List<ClusterTerm> kept = cluster.terms();
        String learned = cluster.label();
        if (kept.stream().anyMatch(term -> excluded.matchesAny(term.term()))) {
            kept = kept.stream()
                    .filter(term -> !excluded.matchesAny(term.term()))
                    .toList();
            learned = kept.isEmpty() ? cluster.key() : ClusterInfo.labelOf(kept);
        }
        return new Name(edits.label(cluster.key(), learned), kept.subList(0, Math.min(terms, kept.size())));
    }

    record Name(String label, List<ClusterTerm> terms) {}
}
