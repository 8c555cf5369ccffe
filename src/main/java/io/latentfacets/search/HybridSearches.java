/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.Weight;
import org.opensearch.search.internal.SearchContext;

/**
 * The hybrid queries of the searches on this node's shards. All aggregations and slices of one search of a shard share
 * one {@link HybridMatches}, because its construction can cost as much as the query: a k-NN query searches its graph
 * when its weight is created. An entry is dropped when core closes the search context. Thread-safe.
 */
public final class HybridSearches {
    private final Map<SearchContext, Once> searches = new ConcurrentHashMap<>();

    /**
     * Returns the matches of a search's hybrid query.
     *
     * @param weight the weight of the whole search if core passes it; otherwise null
     * @return the matches; null if the query is no hybrid query, or if the search sets {@code terminate_after}, which
     *     would not end a collection that core does not control
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

    /** The number of searches that are not closed. */
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
