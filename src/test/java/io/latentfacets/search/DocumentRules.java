/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search;

import java.util.List;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.ConstantScoreQuery;
import org.opensearch.index.query.ParsedQuery;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryShardContext;
import org.opensearch.index.shard.SearchOperationListener;
import org.opensearch.search.internal.SearchContext;

/**
 * Document-level security as OpenSearch's security plugin does it (DlsFlsValveImpl.handleSearchContext of 3.4.0.0):
 * before the query phase of a shard, and only there, it puts the rules around the parsed query.
 */
public final class DocumentRules implements SearchOperationListener {
    private volatile List<QueryBuilder> rules = List.of();

    /** Shows only documents that match one of the queries; all documents if there is none. */
    public void show(QueryBuilder... rules) {
        this.rules = List.of(rules);
    }

    @Override
    public void onPreQueryPhase(SearchContext context) {
        if (rules.isEmpty()) {
            return;
        }
        QueryShardContext shard = context.getQueryShardContext();
        BooleanQuery.Builder all = new BooleanQuery.Builder().setMinimumNumberShouldMatch(1);
        for (QueryBuilder rule : rules) {
            all.add(new ConstantScoreQuery(shard.toQuery(rule).query()), BooleanClause.Occur.SHOULD);
        }
        all.add(context.parsedQuery().query(), BooleanClause.Occur.MUST);
        context.parsedQuery(new ParsedQuery(all.build()));
        context.preProcess(true);
    }
}
