/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search;

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
 * Goes through the matches of neural-search's {@code hybrid} query, all of them: the union of its sub-queries.
 *
 * <p>The query's own bulk scorer hands collectors blocks of 4,096 documents, and from the second block of a segment on
 * only documents that score above those which have dropped out of the top hits so far, whatever is collected beside
 * hits (neural-search pull request 1971); with {@code size} 0 next to nothing is left. Its plain scorer goes by an
 * order of sub-queries that it does not keep up to date. So the sub-queries are asked again, by Lucene. Documents that
 * score 0 in each of them are no hits to {@code hybrid}, and none here.
 */
public final class HybridMatches {
    private static final String QUERY = "org.opensearch.neuralsearch.query.HybridQuery";

    private final Weight union;

    private HybridMatches(Weight union) {
        this.union = union;
    }

    /**
     * Core tells an aggregation of the weight only where it is the only one at the top; beside others there is the
     * query alone, still with the filters of an alias or of nested documents around it.
     *
     * @param weight of the whole search; may be null
     * @param query of the whole search, for where there is no weight
     * @return null for any other query
     */
    public static HybridMatches of(Weight weight, Query query, IndexSearcher searcher) throws IOException {
        Query union = union(weight == null ? query : weight.getQuery());
        return union == null
                ? null
                : new HybridMatches(searcher.createWeight(searcher.rewrite(union), ScoreMode.COMPLETE, 1));
    }

    /** What matches as a hybrid query does, filtered or not; null for any other query. */
    private static Query union(Query query) {
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
                return null; // a part of something else, which hybrid does not allow
            }
            union.add(own == null ? clause.query() : own, clause.occur());
        }
        return hybrids == 1 ? union.build() : null;
    }

    /** Collects the live matches of a segment, in order, for bucket 0; the score is the sum of the sub-queries'. */
    public void collect(LeafReaderContext leaf, LeafBucketCollector into) throws IOException {
        Scorer scorer = union.scorer(leaf);
        if (scorer == null) {
            return;
        }
        into.setScorer(scorer);
        Bits live = leaf.reader().getLiveDocs();
        DocIdSetIterator matches = scorer.iterator();
        for (int doc = matches.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = matches.nextDoc()) {
            if ((live == null || live.get(doc)) && scorer.score() > 0) {
                into.collect(doc, 0);
            }
        }
    }
}
