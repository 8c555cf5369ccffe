/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.Weight;
import org.opensearch.search.internal.SearchContext;

/**
 * The hybrid queries that this node's shards are searched by. All aggregations and slices of one search of a shard
 * share one {@link HybridMatches}: to make it can cost as much as the query, since a k-NN query searches its graph when
 * its weight is made. Forgets a search when core closes its context. Thread-safe.
 */
public final class HybridSearches {
    private final Map<SearchContext, Once> searches = new ConcurrentHashMap<>();

    /**
     * @param weight of the whole search, where core tells of it; may be null
     * @return null where the search is by another query, and after {@code terminate_after}, which ends the collecting
     *     of documents that we do not go through
     */
    public HybridMatches of(SearchContext context, Weight weight) throws IOException {
        Query union = HybridMatches.union(weight == null ? context.query() : weight.getQuery());
        if (union == null || context.terminateAfter() != SearchContext.DEFAULT_TERMINATE_AFTER) {
            return null;
        }
        return searches.computeIfAbsent(context, this::begin).get(union, context);
    }

    private Once begin(SearchContext context) {
        context.addReleasable(() -> searches.remove(context));
        return new Once();
    }

    /** Searches that are not closed. */
    int open() {
        return searches.size();
    }

    private static final class Once {
        private HybridMatches made;

        synchronized HybridMatches get(Query union, SearchContext context) throws IOException {
            if (made == null) {
                made = HybridMatches.of(union, context.searcher(), context.minimumScore());
            }
            return made;
        }
    }
}
