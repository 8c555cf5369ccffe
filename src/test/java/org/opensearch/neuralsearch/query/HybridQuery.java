/* SPDX-License-Identifier: Apache-2.0 */
package org.opensearch.neuralsearch.query;

import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.ConstantScoreWeight;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.ScorerSupplier;
import org.apache.lucene.search.Weight;

/** Stands in for neural-search's query of that name: it has sub-queries, and its own scorers are not to be trusted. */
public final class HybridQuery extends Query implements Iterable<Query> {
    private final List<Query> queries;

    public HybridQuery(List<Query> queries) {
        this.queries = List.copyOf(queries);
    }

    @Override
    public Iterator<Query> iterator() {
        return queries.iterator();
    }

    @Override
    public Weight createWeight(IndexSearcher searcher, ScoreMode scoreMode, float boost) throws IOException {
        return new ConstantScoreWeight(this, boost) {
            @Override
            public ScorerSupplier scorerSupplier(LeafReaderContext leaf) {
                return null; // none of its matches
            }

            @Override
            public boolean isCacheable(LeafReaderContext leaf) {
                return false;
            }
        };
    }

    @Override
    public String toString(String field) {
        return queries.toString();
    }

    @Override
    public void visit(QueryVisitor visitor) {
        visitor.visitLeaf(this);
    }

    @Override
    public boolean equals(Object other) {
        return sameClassAs(other) && queries.equals(((HybridQuery) other).queries);
    }

    @Override
    public int hashCode() {
        return Objects.hash(classHash(), queries);
    }
}
