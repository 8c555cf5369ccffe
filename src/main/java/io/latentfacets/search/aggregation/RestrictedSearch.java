/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.aggregation;

import java.io.IOException;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.Query;
import org.opensearch.common.lucene.search.Queries;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryShardContext;
import org.opensearch.index.query.Rewriteable;
import org.opensearch.search.internal.SearchContext;

/**
 * Recognises searches that may not see every document that the shard's reader shows. The security plugin restricts
 * searches to some documents by a filter around the query, not by the reader. Stateless.
 */
final class RestrictedSearch {

    private RestrictedSearch() {}

    /**
     * Whether the search sees only a part of the shard, whatever it asks for: through a filtered alias, or because
     * somebody has wrapped the query of the request. Also true if that cannot be told.
     */
    static boolean isRestricted(SearchContext context) {
        return context.request() == null || context.parsedQuery() == null || aliasFilters(context) || !isAsked(context);
    }

    private static boolean aliasFilters(SearchContext context) {
        return context.request().getAliasFilter() != null
                && context.request().getAliasFilter().getQueryBuilder() != null;
    }

    private static boolean isAsked(SearchContext context) {
        Query asked;
        try {
            asked = asked(context);
        } catch (IOException | RuntimeException e) {
            return false;
        }
        Query executed = context.parsedQuery().query();
        while (!executed.equals(asked) && executed instanceof BoostQuery boosted) {
            executed = boosted.getQuery(); // of indices_boost
        }
        return executed.equals(asked);
    }

    /** The query of the request, parsed again: equal to what is executed unless somebody has changed that. */
    private static Query asked(SearchContext context) throws IOException {
        QueryBuilder query = context.request().source() == null
                ? null
                : context.request().source().query();
        if (query == null) {
            return Queries.newMatchAllQuery();
        }
        QueryShardContext shard = context.getQueryShardContext();
        Query parsed = Rewriteable.rewrite(query, shard, true).toQuery(shard);
        return parsed == null ? Queries.newMatchAllQuery() : parsed;
    }
}
