/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search;

import java.util.Arrays;
import org.opensearch.action.IndicesRequest;
import org.opensearch.action.search.SearchContextId;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.support.IndicesOptions;
import org.opensearch.core.common.io.stream.NamedWriteableRegistry;

/** What a search is over, a search of a point in time included, whose request names no indices. Stateless. */
public final class SearchedIndices {

    private SearchedIndices() {}

    /**
     * The request itself, or for a search of a point in time one over its indices, those of them that are still there.
     *
     * @throws IllegalArgumentException for an id that is none
     */
    public static IndicesRequest of(IndicesRequest request, NamedWriteableRegistry registry) {
        if (!(request instanceof SearchRequest search) || search.pointInTimeBuilder() == null) {
            return request;
        }
        SearchContextId id =
                SearchContextId.decode(registry, search.pointInTimeBuilder().getId());
        return new SearchRequest(id.getActualIndices()).indicesOptions(IndicesOptions.lenientExpandOpen());
    }

    /** Whether a search is over indices of other clusters too. */
    public static boolean areAcrossClusters(IndicesRequest request) {
        return request.indices() != null && Arrays.stream(request.indices()).anyMatch(SearchedIndices::isRemote);
    }

    /** {@code cluster:index}; a date-math name, in angle brackets, may hold a colon too. */
    static boolean isRemote(String name) {
        return name.indexOf(':') > 0 && !name.startsWith("<") && !name.startsWith("-");
    }
}
