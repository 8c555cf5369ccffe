/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search;

import java.util.Arrays;
import org.opensearch.action.IndicesRequest;
import org.opensearch.action.search.SearchContextId;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.support.IndicesOptions;
import org.opensearch.core.common.io.stream.NamedWriteableRegistry;

/** Finds the indices of a search. A search of a point in time names none in its request. Stateless. */
public final class SearchedIndices {

    private SearchedIndices() {}

    /**
     * Returns the request itself. For a search of a point in time, returns a request over the point's indices; indices
     * that were deleted since are ignored.
     *
     * @throws IllegalArgumentException if the id of the point in time is malformed
     */
    public static IndicesRequest of(IndicesRequest request, NamedWriteableRegistry registry) {
        if (!(request instanceof SearchRequest search) || search.pointInTimeBuilder() == null) {
            return request;
        }
        SearchContextId id =
                SearchContextId.decode(registry, search.pointInTimeBuilder().getId());
        return new SearchRequest(id.getActualIndices()).indicesOptions(IndicesOptions.lenientExpandOpen());
    }

    /** Whether a search includes indices of other clusters. */
    public static boolean areAcrossClusters(IndicesRequest request) {
        return request.indices() != null && Arrays.stream(request.indices()).anyMatch(SearchedIndices::isRemote);
    }

    /**
     * Whether a name has the form {@code cluster:index}. A date-math name, in angle brackets, may also contain a colon.
     */
    static boolean isRemote(String name) {
        return name.indexOf(':') > 0 && !name.startsWith("<") && !name.startsWith("-");
    }
}
