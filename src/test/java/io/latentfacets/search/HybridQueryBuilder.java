/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Weight;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.index.query.AbstractQueryBuilder;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryRewriteContext;
import org.opensearch.index.query.QueryShardContext;
import org.opensearch.neuralsearch.query.HybridQuery;

/** Builds the test double of neural-search's query. Its sub-queries count how often core creates their weights. */
public final class HybridQueryBuilder extends AbstractQueryBuilder<HybridQueryBuilder> {
    static final String NAME = "hybrid";

    private static final AtomicLong WEIGHTS = new AtomicLong();

    private final List<QueryBuilder> queries;

    HybridQueryBuilder(List<QueryBuilder> queries) {
        this.queries = List.copyOf(queries);
    }

    HybridQueryBuilder(StreamInput in) throws IOException {
        super(in);
        queries = in.readNamedWriteableList(QueryBuilder.class);
    }

    /** The number of weights that core has created for first sub-queries. */
    static long weights() {
        return WEIGHTS.get();
    }

    @Override
    protected void doWriteTo(StreamOutput out) throws IOException {
        out.writeNamedWriteableList(queries);
    }

    @Override
    protected void doXContent(XContentBuilder builder, Params params) throws IOException {
        builder.startObject(NAME).field("queries", queries).endObject();
    }

    @Override
    protected Query doToQuery(QueryShardContext context) throws IOException {
        List<Query> all = new ArrayList<>();
        for (QueryBuilder query : queries) {
            Query made = query.toQuery(context);
            all.add(all.isEmpty() ? new Counted(made) : made);
        }
        return new HybridQuery(all);
    }

    @Override
    protected QueryBuilder doRewrite(QueryRewriteContext context) throws IOException {
        return this;
    }

    @Override
    protected boolean doEquals(HybridQueryBuilder other) {
        return queries.equals(other.queries);
    }

    @Override
    protected int doHashCode() {
        return Objects.hash(queries);
    }

    @Override
    public String getWriteableName() {
        return NAME;
    }

    /**
     * Matches what another query matches and counts its weights, like a query that does its work when core creates the
     * weight.
     */
    private static final class Counted extends Query {
        private final Query in;

        Counted(Query in) {
            this.in = in;
        }

        @Override
        public Weight createWeight(IndexSearcher searcher, ScoreMode scoreMode, float boost) throws IOException {
            WEIGHTS.incrementAndGet();
            Query same = new BooleanQuery.Builder()
                    .add(in, BooleanClause.Occur.SHOULD)
                    .build();
            return searcher.rewrite(same).createWeight(searcher, scoreMode, boost);
        }

        @Override
        public String toString(String field) {
            return "counted(" + in.toString(field) + ")";
        }

        @Override
        public void visit(QueryVisitor visitor) {
            in.visit(visitor);
        }

        @Override
        public boolean equals(Object other) {
            return sameClassAs(other) && in.equals(((Counted) other).in);
        }

        @Override
        public int hashCode() {
            return Objects.hash(classHash(), in);
        }
    }
}
