/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.trends;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.action.search.ShardSearchFailure;
import org.opensearch.common.xcontent.StatusToXContentObject;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.rest.action.RestActions;

/**
 * The answer of {@code _trends}. Nobody changes its arrays.
 *
 * @param generation the number of the generation whose clusters these are
 * @param bound whether the searched indices are bound to the model, so that clusters have labels
 * @param matched the number of documents that match the query
 * @param timeline the intervals; null if no document has a date and a cluster
 * @param all the documents with a date and a cluster, by interval
 * @param trends the trends of all clusters, the first ones of which are shown
 * @param search the search that counted
 * @param sampled how the search for words went; null if there was none
 * @param nanos the time that the call took
 */
record TrendsResponse(
        TrendsRequest request,
        int generation,
        boolean bound,
        long matched,
        Timeline timeline,
        long[] all,
        List<ClusterTrend> trends,
        SearchResponse search,
        Sampled sampled,
        long nanos)
        implements StatusToXContentObject {

    /** How a search went, without its hits, which may be large. */
    record Sampled(
            boolean timedOut, int total, int successful, int skipped, int failed, ShardSearchFailure[] failures) {
        static Sampled of(SearchResponse search) {
            return new Sampled(
                    search.isTimedOut(),
                    search.getTotalShards(),
                    search.getSuccessfulShards(),
                    search.getSkippedShards(),
                    search.getFailedShards(),
                    search.getShardFailures());
        }
    }

    /**
     * The answer if there is nothing to count.
     *
     * @param search the search that found nothing
     */
    static TrendsResponse empty(
            TrendsRequest request, int generation, TrendSearches.Span span, SearchResponse search, long nanos) {
        return new TrendsResponse(
                request, generation, true, span.matched(), null, new long[0], List.of(), search, null, nanos);
    }

    /**
     * A copy with other trends, of those shown, that ends now.
     *
     * @param words how the search for words went
     */
    TrendsResponse with(List<ClusterTrend> shown, Sampled words, long took) {
        return new TrendsResponse(request, generation, bound, matched, timeline, all, shown, search, words, took);
    }

    /** The trends that the answer shows. */
    List<ClusterTrend> shown() {
        return trends.subList(0, Math.min(request.size(), trends.size()));
    }

    /** The status that the search has as a search of its own. */
    @Override
    public RestStatus status() {
        return search.status();
    }

    @Override
    public XContentBuilder toXContent(XContentBuilder json, Params params) throws IOException {
        json.startObject().field("model", request.model()).field("generation", generation);
        if (!bound) {
            json.field("bound", false);
        }
        json.field("took", TimeUnit.NANOSECONDS.toMillis(nanos))
                .field("timed_out", search.isTimedOut() || (sampled != null && sampled.timedOut));
        RestActions.buildBroadcastShardsHeader(
                json,
                params,
                search.getTotalShards(),
                search.getSuccessfulShards(),
                search.getSkippedShards(),
                search.getFailedShards(),
                search.getShardFailures());
        if (sampled != null) {
            json.startObject("terms_search").field("timed_out", sampled.timedOut);
            RestActions.buildBroadcastShardsHeader(
                    json, params, sampled.total, sampled.successful, sampled.skipped, sampled.failed, sampled.failures);
            json.endObject();
        }
        json.field("field", request.field());
        times(json);
        json.startArray("trends");
        for (ClusterTrend trend : shown()) {
            trend.toXContent(json, timeline);
        }
        return json.endArray().endObject();
    }

    /** What all clusters share: intervals, stretches of time, numbers of documents. */
    private void times(XContentBuilder json) throws IOException {
        if (timeline == null) {
            json.nullField("interval").nullField("window").nullField("before");
            documents(json, 0, 0);
            json.startArray("intervals").endArray();
            return;
        }
        json.field("interval", timeline.interval().expression());
        stretch(json, "window", timeline.windowStart(), timeline.end());
        if (timeline.window() == timeline.count()) {
            json.nullField("before");
        } else {
            stretch(json, "before", timeline.starts()[0], timeline.windowStart());
        }
        int first = timeline.count() - timeline.window();
        documents(
                json,
                Arrays.stream(all, first, all.length).sum(),
                Arrays.stream(all, 0, first).sum());
        json.startArray("intervals");
        for (int i = 0; i < all.length; i++) {
            json.startObject()
                    .field("t", timeline.starts()[i])
                    .field("count", all[i])
                    .endObject();
        }
        json.endArray();
    }

    private void documents(XContentBuilder json, long window, long before) throws IOException {
        json.startObject("documents")
                .field("matched", matched)
                .field("counted", window + before)
                .field("window", window)
                .field("before", before)
                .endObject();
    }

    private static void stretch(XContentBuilder json, String name, long from, long to) throws IOException {
        json.startObject(name).field("from", from).field("to", to).endObject();
    }
}
