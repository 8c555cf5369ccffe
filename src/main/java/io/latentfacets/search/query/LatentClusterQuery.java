/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.query;

import io.latentfacets.field.column.ClusterColumn;
import io.latentfacets.model.Generation;
import io.latentfacets.search.MinSimilarity;
import io.latentfacets.search.ShardField;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
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
 * Matches the documents of given clusters, or of given parents' clusters, of one generation. Uses the same columns and
 * similarities as facet counts. Immutable.
 */
final class LatentClusterQuery extends Query {
    private static final float MATCH_COST = 2f;

    /** Where other queries lead to fewer documents than one in so many, Lucene asks for one after the other. */
    private static final int SPARSE = 32;

    private final ShardField field;
    private final List<String> clusters;
    private final BitSet ordinals = new BitSet();
    private final MinSimilarity minSimilarity;
    /** Per ordinal of a column; null if the similarity does not matter. */
    private final int[] thresholds;

    private final ClusterExplainer explainer;

    /**
     * @param field the field, with a generation
     * @param clusters the keys of clusters and parents; keys that the generation does not have match nothing
     * @param minSimilarity the least similarity at which a document matches
     */
    LatentClusterQuery(
            ShardField field, List<String> clusters, MinSimilarity minSimilarity, ClusterExplainer explainer) {
        this.explainer = explainer;
        this.field = Objects.requireNonNull(field);
        this.clusters = List.copyOf(clusters);
        for (String key : clusters) {
            for (int cluster : field.generation().clusters().ordinals(key)) {
                ordinals.set(cluster + 1);
            }
        }
        this.minSimilarity = minSimilarity;
        this.thresholds = minSimilarity.thresholds(field.generation().clusters());
    }

    @Override
    public Weight createWeight(IndexSearcher searcher, ScoreMode scoreMode, float boost) {
        return new ConstantScoreWeight(this, boost) {
            @Override
            public ScorerSupplier scorerSupplier(LeafReaderContext leaf) throws IOException {
                ClusterColumn column = field.column(leaf, thresholds != null);
                if (column == null || (column.counted() && candidates(column) == 0)) {
                    return null;
                }
                return new Matches(column, score(), scoreMode, leaf.reader().maxDoc());
            }

            @Override
            public int count(LeafReaderContext leaf) throws IOException {
                if (leaf.reader().hasDeletions() || thresholds != null) {
                    return super.count(leaf);
                }
                ClusterColumn column = field.column(leaf, false);
                if (column == null) {
                    return 0;
                }
                return column.counted() ? (int) candidates(column) : super.count(leaf);
            }

            @Override
            public Explanation explain(LeafReaderContext leaf, int doc) throws IOException {
                ClusterColumn column = field.column(leaf, thresholds != null);
                boolean matches = column != null && isAmong(column, doc);
                return explainer.explain(field, leaf, doc, matches, score(), asked());
            }

            @Override
            public boolean isCacheable(LeafReaderContext leaf) {
                return false;
            }
        };
    }

    /**
     * The matches of a segment: read from the column in order, or asked one by one where others lead to few of them.
     */
    private final class Matches extends ConstantScoreScorerSupplier {
        private final ClusterColumn column;
        private final int maxDoc;

        Matches(ClusterColumn column, float score, ScoreMode scoreMode, int maxDoc) {
            super(score, scoreMode, maxDoc);
            this.column = column;
            this.maxDoc = maxDoc;
        }

        private boolean readable() {
            return column.counted() && thresholds == null;
        }

        @Override
        public DocIdSetIterator iterator(long leadCost) {
            if (!readable() || leadCost < maxDoc / SPARSE) {
                return TwoPhaseIterator.asDocIdSetIterator(among(column, maxDoc));
            }
            byte[] wanted = new byte[field.generation().clusters().partition().count() + 1];
            ordinals.stream().forEach(ordinal -> wanted[ordinal] = 1);
            return column.documents(wanted);
        }

        @Override
        public long cost() {
            // to pass over the column takes time too
            return readable() ? Math.max(candidates(column), maxDoc / SPARSE) : maxDoc;
        }
    }

    private boolean isAmong(ClusterColumn column, int doc) throws IOException {
        int ordinal = column.ordinal(doc);
        return ordinals.get(ordinal) && (thresholds == null || column.isAtLeast(doc, thresholds[ordinal]));
    }

    private String asked() {
        return clusters + (thresholds == null ? "" : " at least [" + minSimilarity + "] similar");
    }

    private long candidates(ClusterColumn column) {
        return ordinals.stream().mapToLong(column::count).sum();
    }

    private TwoPhaseIterator among(ClusterColumn column, int maxDoc) {
        DocIdSetIterator all = DocIdSetIterator.all(maxDoc);
        return new TwoPhaseIterator(all) {
            @Override
            public boolean matches() throws IOException {
                return isAmong(column, all.docID());
            }

            @Override
            public float matchCost() {
                return MATCH_COST;
            }
        };
    }

    @Override
    public String toString(String defaultField) {
        String least = thresholds == null ? "" : " at least " + minSimilarity + " similar";
        return "latent_cluster(" + field.name() + ":" + clusters + least + " of "
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
        return sameClassAs(other) && equalTo((LatentClusterQuery) other);
    }

    private boolean equalTo(LatentClusterQuery other) {
        return field.name().equals(other.field.name())
                && identity().equals(other.identity())
                && ordinals.equals(other.ordinals)
                && minSimilarity.equals(other.minSimilarity);
    }

    private List<Object> identity() {
        Generation generation = field.generation();
        return Arrays.asList(generation.model(), generation.number(), generation.createdMillis());
    }

    @Override
    public int hashCode() {
        return Objects.hash(classHash(), field.name(), identity(), ordinals, minSimilarity);
    }
}
