/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search;

import io.latentfacets.field.column.StopCheck;
import java.io.IOException;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.Bits;
import org.opensearch.search.aggregations.LeafBucketCollector;

/**
 * Visits all matches of neural-search's {@code hybrid} query: the union of its sub-queries.
 *
 * <p>The query's own scorers do not visit all matches. Its bulk scorer passes blocks of 4,096 documents to collectors.
 * From the second block of a segment on, it passes only documents that score above those that have dropped out of the
 * top hits so far, even if other collectors run beside the hits (neural-search pull request 1971). With {@code size} 0
 * almost no document remains. Its plain scorer uses an order of sub-queries that it does not keep up to date. This
 * class therefore runs the sub-queries again with Lucene. It skips documents that score 0 in every sub-query, because
 * {@code hybrid} does not return them. Thread-safe, as weights are.
 */
public final class HybridMatches {
    private static final String QUERY = "org.opensearch.neuralsearch.query.HybridQuery";

    private static final int CHECK_EVERY = 1024;

    private final Weight union;
    private final float minScore;

    private HybridMatches(Weight union, float minScore) {
        this.union = union;
        this.minScore = minScore;
    }

    /**
     * @param union the result of {@link #union} for the search's query
     * @param minScore the search's {@code min_score}; null for none
     */
    static HybridMatches of(Query union, IndexSearcher searcher, Float minScore) throws IOException {
        return new HybridMatches(
                searcher.createWeight(searcher.rewrite(union), ScoreMode.COMPLETE, 1),
                minScore == null ? Float.NEGATIVE_INFINITY : minScore);
    }

    /**
     * Returns a query with the same matches as a hybrid query. The hybrid query may stand inside the filters of an
     * alias or of nested documents.
     *
     * @param query the search's query; may be null
     * @return the union; null if the query is no hybrid query
     */
    static Query union(Query query) {
        if (query != null && query.getClass().getName().equals(QUERY) && query instanceof Iterable<?> queries) {
            BooleanQuery.Builder union = new BooleanQuery.Builder();
            for (Object each : queries) {
                union.add((Query) each, BooleanClause.Occur.SHOULD);
            }
            return union.build();
        }
        if (!(query instanceof BooleanQuery filtered)) {
            return null;
        }
        BooleanQuery.Builder union = new BooleanQuery.Builder();
        int hybrids = 0;
        for (BooleanClause clause : filtered.clauses()) {
            Query own = clause.isProhibited() ? null : union(clause.query());
            hybrids += own == null ? 0 : 1;
            if (own == null && clause.isScoring()) {
                return null; // hybrid inside another query, which neural-search does not allow
            }
            union.add(own == null ? clause.query() : own, clause.occur());
        }
        return hybrids == 1 ? union.build() : null;
    }

    /**
     * Collects the live matches of a segment, in order, for bucket 0, without those below the search's
     * {@code min_score}. The score is the sum of the sub-queries' scores, as for core's collectors. Throws as
     * {@link StopCheck} does when the search is cancelled or out of time.
     */
    public void collect(LeafReaderContext leaf, LeafBucketCollector into) throws IOException {
        Scorer scorer = union.scorer(leaf);
        if (scorer == null) {
            return;
        }
        into.setScorer(scorer);
        Runnable check = StopCheck.of(leaf.reader());
        Bits live = leaf.reader().getLiveDocs();
        DocIdSetIterator matches = scorer.iterator();
        int seen = 0;
        for (int doc = matches.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = matches.nextDoc()) {
            if (seen++ % CHECK_EVERY == 0) {
                check.run();
            }
            if (live == null || live.get(doc)) {
                float score = scorer.score();
                if (score > 0 && score >= minScore) {
                    into.collect(doc, 0);
                }
            }
        }
    }
}
