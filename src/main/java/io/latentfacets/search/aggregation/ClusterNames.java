/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.aggregation;

import io.latentfacets.cluster.ClusterInfo;
import io.latentfacets.cluster.ClusterTerm;
import io.latentfacets.model.ClusterEdits;
import io.latentfacets.text.TermPatterns;
import java.util.List;

/**
 * Names clusters and parents for one response. A user's label comes first, otherwise the learned label. A phrase with
 * an excluded word gives way to the first terms that are left. Immutable.
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
        if (excluded.isEmpty()) {
            return new Name(edits.label(cluster.key(), learned), kept.subList(0, Math.min(terms, kept.size())));
        }
        boolean phrase = !isOfTerms(cluster);
        boolean shortened = kept.stream().anyMatch(term -> excluded.matchesAny(term.term()));
        if (shortened) {
            kept = kept.stream()
                    .filter(term -> !excluded.matchesAny(term.term()))
                    .toList();
        }
        if (phrase ? excluded.matchesAny(learned) : shortened) {
            learned = kept.isEmpty() ? cluster.key() : ClusterInfo.labelOf(kept);
        }
        return new Name(edits.label(cluster.key(), learned), kept.subList(0, Math.min(terms, kept.size())));
    }

    /** Whether a learned label consists of the first terms, or is the key because there are none. */
    private static boolean isOfTerms(ClusterInfo cluster) {
        String terms = ClusterInfo.labelOf(cluster.terms());
        return terms.isEmpty()
                || cluster.label().equals(terms)
                || cluster.label().equals(ClusterInfo.withKey(terms, cluster.key()));
    }

    record Name(String label, List<ClusterTerm> terms) {}
}
