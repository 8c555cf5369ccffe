/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.query;

import io.latentfacets.cluster.Codebook;
import io.latentfacets.field.LeafLatents;
import io.latentfacets.search.results.ResultPartitionToken;
import java.io.IOException;
import java.util.BitSet;
import java.util.Objects;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.ConstantScoreScorerSupplier;
import org.apache.lucene.search.ConstantScoreWeight;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.ScorerSupplier;
import org.apache.lucene.search.TwoPhaseIterator;
import org.apache.lucene.search.Weight;

/**
 * Matches the documents of given clusters of a results-scope partition, by the rule that counted them. Loads nothing:
 * the partition holds everything. Immutable.
 */
final class ResultPartitionQuery extends Query {
    private final String field;
    private final ResultPartitionToken partition;
    private final BitSet clusters;
    private final double minSimilarity;
    private final boolean words;
    private final ResultPartitionExplainer explainer;

    /**
     * @param field the full name
     * @param clusters the clusters' numbers in the partition
     * @param minSimilarity the least cosine between a document and its cluster's centroid, 0 to 1; 0 admits every
     *     document
     * @param words whether explanations show words
     */
    ResultPartitionQuery(
            String field,
            ResultPartitionToken partition,
            BitSet clusters,
            double minSimilarity,
            boolean words,
            ResultPartitionExplainer explainer) {
        this.field = Objects.requireNonNull(field);
        this.partition = Objects.requireNonNull(partition);
        this.clusters = clusters;
        this.minSimilarity = minSimilarity;
        this.words = words;
        this.explainer = Objects.requireNonNull(explainer);
    }

    @Override
    public Weight createWeight(IndexSearcher searcher, ScoreMode scoreMode, float boost) {
        return new ConstantScoreWeight(this, boost) {
            @Override
            public ScorerSupplier scorerSupplier(LeafReaderContext leaf) throws IOException {
                LeafLatents latents = latents(leaf);
                return latents == null
                        ? null
                        : ConstantScoreScorerSupplier.fromIterator(
                                TwoPhaseIterator.asDocIdSetIterator(among(latents)),
                                score(),
                                scoreMode,
                                leaf.reader().maxDoc());
            }

            @Override
            public Explanation explain(LeafReaderContext leaf, int doc) throws IOException {
                LeafLatents latents = latents(leaf);
                boolean matches = latents != null && latents.advanceExact(doc) && isAmong(latents.latent());
                return explainer.explain(field, partition, words, leaf, doc, matches, score(), keys());
            }

            @Override
            public boolean isCacheable(LeafReaderContext leaf) {
                return true;
            }
        };
    }

    private LeafLatents latents(LeafReaderContext leaf) throws IOException {
        return LeafLatents.of(
                leaf.reader(), field, partition.encoder(), partition.codebook().dims());
    }

    private boolean isAmong(byte[] latent) {
        Codebook codebook = partition.codebook();
        int cluster = codebook.assign(latent);
        return clusters.get(cluster) && (minSimilarity <= 0 || codebook.similarity(latent, cluster) >= minSimilarity);
    }

    private String keys() {
        return clusters.stream().mapToObj(ResultPartitionToken::key).toList().toString();
    }

    private TwoPhaseIterator among(LeafLatents latents) {
        return new TwoPhaseIterator(latents.documents()) {
            @Override
            public boolean matches() throws IOException {
                return latents.read() && isAmong(latents.latent());
            }

            @Override
            public float matchCost() {
                // one product and one sum per dimension and cluster, several at a time
                return partition.codebook().count() * partition.codebook().dims() / 4f;
            }
        };
    }

    @Override
    public String toString(String defaultField) {
        String least = minSimilarity <= 0 ? "" : " at least " + minSimilarity + " similar";
        return "latent_cluster(" + field + ":" + keys() + least + " of "
                + partition.codebook().count() + " clusters of results of " + partition.model() + "/"
                + partition.encoder() + ")";
    }

    @Override
    public void visit(QueryVisitor visitor) {
        if (visitor.acceptField(field)) {
            visitor.visitLeaf(this);
        }
    }

    @Override
    public boolean equals(Object other) {
        return sameClassAs(other) && equalTo((ResultPartitionQuery) other);
    }

    private boolean equalTo(ResultPartitionQuery other) {
        return field.equals(other.field)
                && partition.equals(other.partition)
                && clusters.equals(other.clusters)
                && minSimilarity == other.minSimilarity;
    }

    @Override
    public int hashCode() {
        return Objects.hash(classHash(), field, partition, clusters, minSimilarity);
    }
}
