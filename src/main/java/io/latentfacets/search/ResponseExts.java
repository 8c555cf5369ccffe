/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search;

import java.util.ArrayList;
import java.util.List;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.search.SearchExtBuilder;
import org.opensearch.search.aggregations.InternalAggregations;
import org.opensearch.search.internal.InternalSearchResponse;
import org.opensearch.search.profile.SearchProfileShardResults;

/** Copies search responses with other aggregations and more extensions: core's responses have no setters. Stateless. */
public final class ResponseExts {

    private ResponseExts() {}

    /**
     * Copies a response.
     *
     * @param aggregations the aggregations of the copy; null for none
     * @param ext an extension to add, which replaces one of the same name; null for none
     */
    public static SearchResponse with(
            SearchResponse response, InternalAggregations aggregations, SearchExtBuilder ext) {
        List<SearchExtBuilder> exts =
                new ArrayList<>(response.getInternalResponse().getSearchExtBuilders());
        if (ext != null) {
            exts.removeIf(each -> each.getWriteableName().equals(ext.getWriteableName()));
            exts.add(ext);
        }
        return new SearchResponse(
                new InternalSearchResponse(
                        response.getHits(),
                        aggregations,
                        response.getSuggest(),
                        response.getProfileResults().isEmpty()
                                ? null
                                : new SearchProfileShardResults(response.getProfileResults()),
                        response.isTimedOut(),
                        response.isTerminatedEarly(),
                        response.getNumReducePhases(),
                        exts,
                        response.getInternalResponse().getProcessorResult()),
                response.getScrollId(),
                response.getTotalShards(),
                response.getSuccessfulShards(),
                response.getSkippedShards(),
                response.getTook().millis(),
                response.getPhaseTook(),
                response.getShardFailures(),
                response.getClusters(),
                response.pointInTimeId());
    }
}
