/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search;

import io.latentfacets.field.ClusterColumn;
import io.latentfacets.model.Generation;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.ConstantScoreScorerSupplier;
import org.apache.lucene.search.ConstantScoreWeight;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.ScorerSupplier;
import org.apache.lucene.search.TwoPhaseIterator;
import org.apache.lucene.search.Weight;

/** Documents of given clusters of one generation, by the same columns that facets are counted with. Immutable. */
final class LatentClusterQuery extends Query {
    private static final float MATCH_COST = 2f;

    private final ShardField field;
    private final List<String> clusters;
    private final BitSet ordinals = new BitSet();

    /**
     * @param field with a generation
     * @param clusters keys; those that the generation does not have match nothing
     */
    LatentClusterQuery(ShardField field, List<String> clusters) {
        this.field = Objects.requireNonNull(field);
        this.clusters = List.copyOf(clusters);
        for (String key : clusters) {
            int cluster = field.generation().clusters().ordinal(key);
            if (cluster >= 0) {
                ordinals.set(cluster + 1);
            }
        }
    }

    @Override
    public Weight createWeight(IndexSearcher searcher, ScoreMode scoreMode, float boost) {
        return new ConstantScoreWeight(this, boost) {
            @Override
            public ScorerSupplier scorerSupplier(LeafReaderContext leaf) throws IOException {
                ClusterColumn column = field.column(leaf, false);
                long cost = column == null ? 0 : candidates(column);
                if (cost == 0) {
                    return null;
                }
                return ConstantScoreScorerSupplier.fromIterator(
                        TwoPhaseIterator.asDocIdSetIterator(
                                among(column, leaf.reader().maxDoc())),
                        score(),
                        scoreMode,
                        leaf.reader().maxDoc());
            }

            @Override
            public int count(LeafReaderContext leaf) throws IOException {
                if (leaf.reader().hasDeletions()) {
                    return super.count(leaf);
                }
                ClusterColumn column = field.column(leaf, false);
                return column == null ? 0 : (int) candidates(column);
            }

            @Override
            public boolean isCacheable(LeafReaderContext leaf) {
                return false;
            }
        };
    }

    private long candidates(ClusterColumn column) {
        return ordinals.stream().mapToLong(column::count).sum();
    }

    private TwoPhaseIterator among(ClusterColumn column, int maxDoc) {
        DocIdSetIterator all = DocIdSetIterator.all(maxDoc);
        return new TwoPhaseIterator(all) {
            @Override
            public boolean matches() {
                return ordinals.get(column.ordinal(all.docID()));
            }

            @Override
            public float matchCost() {
                return MATCH_COST;
            }
        };
    }

    @Override
    public String toString(String defaultField) {
        return "latent_cluster(" + field.name() + ":" + clusters + " of "
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
                && ordinals.equals(other.ordinals);
    }

    private List<Object> identity() {
        Generation generation = field.generation();
        return Arrays.asList(generation.model(), generation.number(), generation.createdMillis());
    }

    @Override
    public int hashCode() {
        return Objects.hash(classHash(), field.name(), identity(), ordinals);
    }
}
