/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.neighbors;

import io.latentfacets.field.LatentDocValue;
import io.latentfacets.model.EncoderId;
import io.latentfacets.search.VisibleDocuments;
import java.io.IOException;
import java.util.Locale;
import java.util.Objects;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.ScorerSupplier;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.BytesRef;
import org.opensearch.search.query.QueryPhase;

/**
 * Matches the documents of a reader whose latents are nearest to a given one. The query finds them when core creates
 * the first weight, and keeps them while the same reader is used. It does not find them in the rewrite: core also
 * rewrites searches that only fetch, and it rewrites before it can cancel a search. Thread-safe.
 */
public final class LatentNeighborsQuery extends Query {

    private final NeighborSearch search;
    private final boolean hnsw;
    private final VisibleDocuments visible;
    private volatile Neighbors found;

    /**
     * @param search the latent and the documents to compare it with
     * @param hnsw whether the field has HNSW graphs. If it has none, or if a filter leaves few documents, all latents
     *     are compared
     * @param visible knows which documents the caller may see; only those are compared
     */
    public LatentNeighborsQuery(NeighborSearch search, boolean hnsw, VisibleDocuments visible) {
        this.search = Objects.requireNonNull(search);
        this.hnsw = hnsw;
        this.visible = visible;
    }

    /** A query for a reader that hides what the caller may not see. */
    public LatentNeighborsQuery(NeighborSearch search, boolean hnsw) {
        this(search, hnsw, new VisibleDocuments());
    }

    private Neighbors neighbors(IndexSearcher searcher) throws IOException {
        Neighbors known = found;
        if (known == null || known.reader() != searcher.getTopReaderContext().id()) {
            known = new NeighborFinder(search, searcher, rules(searcher)).find(hnsw);
            found = known;
        }
        return known;
    }

    /** The rules that hide documents; null for none. A query that is part of the rules is not subject to them. */
    private Query rules(IndexSearcher searcher) {
        Query rules = searcher instanceof NeighborFinder.FilterSearcher inner ? inner.rules() : visible.of(searcher);
        if (rules == null) {
            return null;
        }
        boolean[] part = new boolean[1];
        rules.visit(new QueryVisitor() {
            @Override
            public void visitLeaf(Query leaf) {
                part[0] |= leaf.equals(LatentNeighborsQuery.this);
            }

            @Override
            public QueryVisitor getSubVisitor(BooleanClause.Occur occur, Query parent) {
                return this;
            }
        });
        return part[0] ? null : rules;
    }

    @Override
    public Weight createWeight(IndexSearcher searcher, ScoreMode scoreMode, float boost) throws IOException {
        try {
            return new NeighborsWeight(neighbors(searcher), boost);
        } catch (QueryPhase.TimeExceededException e) {
            return new LateWeight(e);
        }
    }

    private final class NeighborsWeight extends Weight {
        private final Neighbors neighbors;
        private final float boost;

        NeighborsWeight(Neighbors neighbors, float boost) {
            super(LatentNeighborsQuery.this);
            this.neighbors = neighbors;
            this.boost = boost;
        }

        @Override
        public ScorerSupplier scorerSupplier(LeafReaderContext leaf) {
            int from = neighbors.from(leaf.docBase);
            int to = neighbors.to(leaf);
            if (from == to) {
                return null;
            }
            return new ScorerSupplier() {
                @Override
                public Scorer get(long leadCost) {
                    return new NeighborScorer(neighbors.byDoc(), from, to, leaf.docBase, boost);
                }

                @Override
                public long cost() {
                    return (long) to - from;
                }
            };
        }

        @Override
        public int count(LeafReaderContext leaf) {
            // The neighbours contain no deleted documents.
            return neighbors.to(leaf) - neighbors.from(leaf.docBase);
        }

        @Override
        public boolean isCacheable(LeafReaderContext leaf) {
            // The matches in one segment depend on the other segments.
            return false;
        }

        @Override
        public Explanation explain(LeafReaderContext leaf, int doc) throws IOException {
            int rank = neighbors.rank(leaf.docBase + doc);
            BinaryDocValues latents = leaf.reader().getBinaryDocValues(search.field());
            if (latents == null || !latents.advanceExact(doc)) {
                return Explanation.noMatch("it has no latent in [" + search.field() + "]");
            }
            BytesRef value = latents.binaryValue();
            EncoderId encoder = new EncoderId(LatentDocValue.encoder(value));
            int dims = LatentDocValue.dims(value);
            if (!encoder.equals(search.encoder()) || dims != search.latent().length) {
                return Explanation.noMatch("its latent is of encoder [" + encoder + "] and [" + dims
                        + "] dimensions; compared are those of encoder [" + search.encoder() + "] and ["
                        + search.latent().length + "] dimensions");
            }
            byte[] latent = new byte[dims];
            LatentDocValue.copyLatent(value, latent);
            float score = VectorSimilarityFunction.COSINE.compare(search.latent(), latent);
            Explanation cosine = Explanation.match(2 * score - 1, "cosine of its latent to the one asked for");
            Explanation origin = Explanation.match(
                    search.generation(), "generation of model [" + search.model() + "], " + search.origin());
            if (rank == 0) {
                return Explanation.noMatch(
                        "not among the [" + neighbors.best().length + "] nearest of this shard, " + least(),
                        cosine,
                        origin);
            }
            return Explanation.match(
                    boost * score,
                    "neighbor [" + rank + "] of the [" + neighbors.best().length
                            + "] nearest of this shard, computed as (1 + cosine) / 2"
                            + (boost == 1 ? "" : " times the boost [" + boost + "]") + " from:",
                    cosine,
                    Explanation.match(rank, "rank on this shard"),
                    origin);
        }

        private String least() {
            ScoreDoc[] best = neighbors.best();
            return best.length == 0
                    ? "there are none"
                    : String.format(
                            Locale.ROOT,
                            "the last of which has the cosine [%.4f]",
                            2 * best[best.length - 1].score - 1);
        }
    }

    /**
     * The weight of a search that ran out of time before the neighbours were found. Core handles the exception only
     * while it scores, and then returns partial results.
     */
    private final class LateWeight extends Weight {
        private final QueryPhase.TimeExceededException late;

        LateWeight(QueryPhase.TimeExceededException late) {
            super(LatentNeighborsQuery.this);
            this.late = late;
        }

        @Override
        public ScorerSupplier scorerSupplier(LeafReaderContext leaf) {
            throw late;
        }

        @Override
        public boolean isCacheable(LeafReaderContext leaf) {
            return false;
        }

        @Override
        public Explanation explain(LeafReaderContext leaf, int doc) {
            return Explanation.noMatch("the time of the search was over before neighbors were found");
        }
    }

    /** Iterates over the neighbours in one segment. */
    private static final class NeighborScorer extends Scorer {
        private final ScoreDoc[] byDoc;
        private final int to;
        private final float boost;
        private final Docs docs;

        NeighborScorer(ScoreDoc[] byDoc, int from, int to, int docBase, float boost) {
            this.byDoc = byDoc;
            this.to = to;
            this.boost = boost;
            this.docs = new Docs(from, docBase);
        }

        private final class Docs extends DocIdSetIterator {
            private final int first;
            private final int docBase;
            private int at;

            Docs(int first, int docBase) {
                this.first = first;
                this.docBase = docBase;
                this.at = first - 1;
            }

            @Override
            public int docID() {
                return at < first ? -1 : at < to ? byDoc[at].doc - docBase : NO_MORE_DOCS;
            }

            @Override
            public int nextDoc() {
                at++;
                return docID();
            }

            @Override
            public int advance(int target) throws IOException {
                return slowAdvance(target);
            }

            @Override
            public long cost() {
                return (long) to - first;
            }
        }

        @Override
        public int docID() {
            return docs.docID();
        }

        @Override
        public DocIdSetIterator iterator() {
            return docs;
        }

        @Override
        public float score() {
            return boost * byDoc[docs.at].score;
        }

        @Override
        public float getMaxScore(int upTo) {
            float max = 0;
            for (int i = Math.max(docs.at, docs.first); i < to && byDoc[i].doc - docs.docBase <= upTo; i++) {
                max = Math.max(max, boost * byDoc[i].score);
            }
            return max;
        }
    }

    @Override
    public String toString(String defaultField) {
        Neighbors known = found;
        boolean graphs = known == null ? hnsw : known.graphs();
        String seen = known == null
                ? ""
                : ", compared " + known.compared() + ", left out " + known.foreign() + " of other encoders";
        return "latent_neighbors(" + search.field() + ", k " + search.k() + ", " + (graphs ? "hnsw" : "exact") + ", "
                + search.origin() + seen + (search.filter() == null ? "" : ", filter " + search.filter()) + ")";
    }

    @Override
    public void visit(QueryVisitor visitor) {
        if (visitor.acceptField(search.field())) {
            visitor.visitLeaf(this);
        }
    }

    @Override
    public boolean equals(Object other) {
        return sameClassAs(other) && equalTo((LatentNeighborsQuery) other);
    }

    private boolean equalTo(LatentNeighborsQuery other) {
        return search.equals(other.search) && hnsw == other.hnsw;
    }

    @Override
    public int hashCode() {
        return Objects.hash(classHash(), search, hnsw);
    }
}
