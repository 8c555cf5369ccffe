/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.aggregation;

import io.latentfacets.cluster.ClusterInfo;
import io.latentfacets.cluster.ClusterTerm;
import io.latentfacets.model.ClusterEdits;
import io.latentfacets.text.TermPatterns;
import java.util.List;

/**
 * What clusters and parents are called in one response: the user's label first, else the learned one less the terms not
 * wanted. Immutable.
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

    /** Whether somebody has said that facets leave this cluster out. */
    boolean hidden(ClusterInfo cluster) {
        return edits.hidden(cluster.key());
    }

    /** The label and the terms that go into the response. */
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
