/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.trends;

import io.latentfacets.search.aggregation.ClusterBucket;
import io.latentfacets.trends.statistics.Burst;
import io.latentfacets.trends.statistics.Trend;
import io.latentfacets.trends.statistics.Verdict;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * The trend of one cluster with its name. Nobody changes the series.
 *
 * @param bucket has the key, the label and the parent
 * @param trend what the test says
 * @param series the cluster's documents by interval
 * @param terms the words of each interval, best first; null if nobody asks for them
 */
record ClusterTrend(ClusterBucket bucket, Trend trend, long[] series, List<List<String>> terms) {

    /** A trend without words. */
    ClusterTrend(ClusterBucket bucket, Trend trend, long[] series) {
        this(bucket, trend, series, null);
    }

    /** A copy with these words. */
    ClusterTrend with(List<List<String>> words) {
        return new ClusterTrend(bucket, trend, series, words);
    }

    /** Trends before steady clusters, then by significance, then by the size of the change; total. */
    static final Comparator<ClusterTrend> STRONGEST_FIRST = Comparator.comparing(
                    (ClusterTrend each) -> each.trend().verdict() == Verdict.STEADY)
            .thenComparing(each -> each.trend().p())
            .thenComparing(each -> -Math.abs(Math.log1p(each.trend().table().change())))
            .thenComparing(ClusterTrend::bucket, ClusterBucket::compareKey);

    void toXContent(XContentBuilder json, Timeline timeline) throws IOException {
        json.startObject().field("key", bucket.getKey()).field("label", bucket.label());
        if (bucket.parent() != null) {
            json.field("parent", bucket.parent());
        }
        json.field("trend", trend.verdict().key())
                .field("count", trend.table().now())
                .field("share", trend.table().share())
                .field("before_count", trend.table().before())
                .field("before_share", trend.table().beforeShare())
                .field("change", trend.table().change())
                .field("p_value", trend.p())
                .field("first_seen", timeline.starts()[trend.first()])
                .field("last_seen", timeline.starts()[trend.last()]);
        burst(json, timeline);
        json.field("series", series);
        if (terms != null) {
            json.field("terms", terms);
        }
        json.endObject();
    }

    private void burst(XContentBuilder json, Timeline timeline) throws IOException {
        Burst burst = trend.burst();
        if (burst == null) {
            json.nullField("burst");
            return;
        }
        long count = 0;
        for (int i = burst.from(); i < burst.to(); i++) {
            count += series[i];
        }
        json.startObject("burst")
                .field("from", timeline.starts()[burst.from()])
                .field("to", timeline.end(burst.to() - 1))
                .field("count", count)
                .field("strength", burst.strength())
                .endObject();
    }
}
