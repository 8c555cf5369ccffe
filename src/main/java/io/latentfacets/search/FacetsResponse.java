/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search;

import java.io.IOException;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.action.search.SearchResponseSections;
import org.opensearch.common.xcontent.StatusToXContentObject;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.search.SearchHit;
import org.opensearch.search.aggregations.Aggregation;
import org.opensearch.search.aggregations.Aggregations;
import org.opensearch.search.aggregations.bucket.histogram.Histogram;
import org.opensearch.search.aggregations.metrics.TopHits;
import org.opensearch.search.profile.SearchProfileShardResults;

/** A search response as it would be without us, and {@code facets} made of the aggregation that the endpoint added. */
final class FacetsResponse implements StatusToXContentObject {
    private final SearchResponse search;
    private final InternalLatentClusters clusters;
    private final FacetsRequest request;
    private final ExampleTitles titles;
    private final long tookMillis;

    FacetsResponse(SearchResponse response, FacetsRequest request, ExampleTitles titles, long tookMillis) {
        this.search = withoutOurs(response);
        this.clusters = response.getAggregations() == null
                ? null
                : response.getAggregations().get(FacetsRequest.AGGREGATION);
        this.request = request;
        this.titles = titles;
        this.tookMillis = tookMillis;
    }

    private static SearchResponse withoutOurs(SearchResponse response) {
        List<Aggregation> theirs = new ArrayList<>();
        if (response.getAggregations() != null) {
            response.getAggregations().forEach(each -> {
                if (!each.getName().equals(FacetsRequest.AGGREGATION)) {
                    theirs.add(each);
                }
            });
        }
        SearchResponseSections sections = response.getInternalResponse();
        return new SearchResponse(
                new SearchResponseSections(
                        response.getHits(),
                        theirs.isEmpty() ? null : new Aggregations(theirs),
                        response.getSuggest(),
                        response.isTimedOut(),
                        response.isTerminatedEarly(),
                        response.getProfileResults().isEmpty()
                                ? null
                                : new SearchProfileShardResults(response.getProfileResults()),
                        response.getNumReducePhases(),
                        sections.getSearchExtBuilders(),
                        sections.getProcessorResult()),
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

    /**
     * An aggregation over a field that no index has is empty, as in core. A search page that asks for facets by a
     * field's name wants to know.
     *
     * @throws IllegalArgumentException if a field was given and none of the indices searched has it
     */
    void requireField(String[] indices) {
        if (request.field() != null && clusters != null && clusters.model().isEmpty()) {
            throw new IllegalArgumentException("[field] of [facets] must be a field of type [latent_vector] in "
                    + Arrays.toString(indices) + ": \"" + request.field() + "\"");
        }
    }

    @Override
    public RestStatus status() {
        return search.status();
    }

    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
        builder.startObject();
        search.innerToXContent(builder, params);
        builder.startObject("facets");
        builder.field("model", clusters == null ? "" : clusters.model());
        builder.field("generation", clusters == null ? 0 : clusters.generation());
        builder.field("scope", request.options().scope().key());
        builder.field("took", tookMillis);
        builder.field("unassigned", clusters == null ? 0 : clusters.unassigned());
        builder.field("other", clusters == null ? 0 : clusters.other());
        builder.startArray("clusters");
        if (clusters != null) {
            for (ClusterBucket bucket : clusters.getBuckets()) {
                cluster(builder, bucket);
            }
        }
        return builder.endArray().endObject().endObject();
    }

    private void cluster(XContentBuilder builder, ClusterBucket bucket) throws IOException {
        builder.startObject().field("key", bucket.getKey()).field("label", bucket.label());
        bucket.parentToXContent(builder);
        bucket.termsToXContent(builder);
        builder.field("count", bucket.getDocCount())
                .field("share", bucket.share())
                .field("lift", bucket.lift());
        if (request.trend() != null) {
            trend(builder, bucket.getAggregations().get(FacetsRequest.TREND_AGGREGATION));
        }
        if (request.examples() > 0) {
            examples(builder, bucket.getAggregations().get(FacetsRequest.EXAMPLES_AGGREGATION));
        }
        builder.endObject();
    }

    private static void trend(XContentBuilder builder, Histogram histogram) throws IOException {
        builder.startArray("trend");
        for (Histogram.Bucket bucket : histogram.getBuckets()) {
            long millis = ((ZonedDateTime) bucket.getKey()).toInstant().toEpochMilli();
            builder.startObject()
                    .field("t", millis)
                    .field("count", bucket.getDocCount())
                    .endObject();
        }
        builder.endArray();
    }

    private void examples(XContentBuilder builder, TopHits hits) throws IOException {
        builder.startArray("examples");
        for (SearchHit hit : hits.getHits()) {
            builder.startObject()
                    .field("_id", hit.getId())
                    .field("_index", hit.getIndex())
                    .field("title", titles.of(hit.getSourceAsMap()))
                    .endObject();
        }
        builder.endArray();
    }
}
