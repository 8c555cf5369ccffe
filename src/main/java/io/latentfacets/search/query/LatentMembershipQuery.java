/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.query;

import io.latentfacets.field.column.DocumentMemberships;
import io.latentfacets.model.Generation;
import io.latentfacets.search.ShardField;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.ConstantScoreScorerSupplier;
import org.apache.lucene.search.ConstantScoreWeight;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.ScorerSupplier;
import org.apache.lucene.search.TwoPhaseIterator;
import org.apache.lucene.search.Weight;

/**
 * Matches the documents whose membership in one of given clusters, or of given parents' clusters together, is at least
 * a given one. Computes the memberships of each document that it is asked for, as the aggregation does. Immutable.
 */
final class LatentMembershipQuery extends Query {
    /** About as many multiplications of a dot product take the time of one simple operation. */
    private static final float PER_OPERATION = 16;

    private final ShardField field;
    private final List<String> clusters;
    private final double least;
    /** The ordinals of the clusters of each key, ascending: sums are in the order of the aggregation. */
    private final int[][] ordinals;

    /**
     * @param field the field, with a generation
     * @param clusters the keys of clusters and parents; keys that the generation does not have match nothing
     * @param least the least membership of a matching document in one of them, above 0 to 1
     */
    LatentMembershipQuery(ShardField field, List<String> clusters, double least) {
        this.field = Objects.requireNonNull(field);
        this.clusters = List.copyOf(clusters);
        this.least = least;
        this.ordinals = clusters.stream()
                .map(key -> field.generation().clusters().ordinals(key).stream()
                        .mapToInt(Integer::intValue)
                        .sorted()
                        .toArray())
                .toArray(int[][]::new);
    }

    @Override
    public Weight createWeight(IndexSearcher searcher, ScoreMode scoreMode, float boost) {
        return new ConstantScoreWeight(this, boost) {
            @Override
            public ScorerSupplier scorerSupplier(LeafReaderContext leaf) throws IOException {
                DocumentMemberships memberships = field.memberships(leaf);
                if (memberships == null || Arrays.stream(ordinals).allMatch(each -> each.length == 0)) {
                    return null;
                }
                return ConstantScoreScorerSupplier.fromIterator(
                        TwoPhaseIterator.asDocIdSetIterator(
                                among(memberships, leaf.reader().maxDoc())),
                        score(),
                        scoreMode,
                        leaf.reader().maxDoc());
            }

            @Override
            public Explanation explain(LeafReaderContext leaf, int doc) throws IOException {
                DocumentMemberships memberships = field.memberships(leaf);
                double[] of = memberships == null ? null : memberships.of(doc);
                if (of == null) {
                    return Explanation.noMatch("in no cluster: it has no latent in [" + field.name()
                            + "] that a known generation of model ["
                            + field.pin().model() + "] assigns");
                }
                List<Explanation> details = new ArrayList<>();
                for (int i = 0; i < ordinals.length; i++) {
                    details.add(Explanation.match(
                            (float) sum(of, ordinals[i]), "membership in cluster [" + clusters.get(i) + "]"));
                }
                String asked = "membership of at least [" + least + "] in one of " + clusters;
                return isAmong(of)
                        ? Explanation.match(score(), "has a " + asked, details)
                        : Explanation.noMatch("has no " + asked, details);
            }

            @Override
            public boolean isCacheable(LeafReaderContext leaf) {
                return false;
            }
        };
    }

    private boolean isAmong(double[] memberships) {
        for (int[] each : ordinals) {
            if (each.length > 0 && sum(memberships, each) >= least) {
                return true;
            }
        }
        return false;
    }

    private static double sum(double[] memberships, int[] of) {
        double sum = 0;
        for (int ordinal : of) {
            sum += memberships[ordinal];
        }
        return sum;
    }

    private TwoPhaseIterator among(DocumentMemberships memberships, int maxDoc) {
        DocIdSetIterator all = DocIdSetIterator.all(maxDoc);
        float cost = (float) field.generation().clusters().partition().count()
                * field.generation().clusters().partition().dims()
                / PER_OPERATION;
        return new TwoPhaseIterator(all) {
            @Override
            public boolean matches() throws IOException {
                double[] of = memberships.of(all.docID());
                return of != null && isAmong(of);
            }

            @Override
            public float matchCost() {
                return cost;
            }
        };
    }

    @Override
    public String toString(String defaultField) {
        return "latent_cluster(" + field.name() + ":" + clusters + " with membership " + least + " of "
                + field.pin().model() + "/" + field.pin().generation() + ")";
    }

    @Override
    public void visit(QueryVisitor visitor) {
        if (visitor.acceptField(field.name())) {
            visitor.visitLeaf(this);
        }
    }

    @Override
    public boolean equals(Object other) {
        return sameClassAs(other) && state().equals(((LatentMembershipQuery) other).state());
    }

    /** The ordinals differ where a curation does. */
    private List<Object> state() {
        Generation generation = field.generation();
        return Arrays.asList(
                field.name(),
                generation.model(),
                generation.number(),
                generation.createdMillis(),
                generation.curation(),
                clusters,
                least);
    }

    @Override
    public int hashCode() {
        return Objects.hash(classHash(), state());
    }
}
