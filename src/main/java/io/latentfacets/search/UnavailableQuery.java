/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search;

import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Weight;
import org.opensearch.OpenSearchStatusException;

/**
 * A query that fails when it runs. Core turns an exception thrown while a query is built into a 400. This query keeps
 * the exception's own status, so that the caller knows to retry.
 */
public final class UnavailableQuery extends Query {
    private final OpenSearchStatusException reason;

    public UnavailableQuery(OpenSearchStatusException reason) {
        this.reason = reason;
    }

    @Override
    public Weight createWeight(IndexSearcher searcher, ScoreMode scoreMode, float boost) {
        throw reason;
    }

    @Override
    public String toString(String field) {
        return "unavailable(" + reason.getMessage() + ")";
    }

    @Override
    public void visit(QueryVisitor visitor) {
        visitor.visitLeaf(this);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof UnavailableQuery that && reason == that.reason;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(reason);
    }
}
