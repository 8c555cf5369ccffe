/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.facets;

import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.opensearch.search.aggregations.bucket.histogram.Histogram;

/** The counts of all matches over time, to which each cluster's counts are compared. Immutable. */
final class TrendCounts {
    /** The largest number of points per cluster: those of the latest times with matches. */
    static final int MAX_POINTS = 1000;

    private final NavigableMap<Long, Long> totals;
    private final long middle;
    private final long from;
    private final long earlier;
    private final long later;

    /** @param totals the number of matches by the start of the interval in epoch milliseconds */
    TrendCounts(NavigableMap<Long, Long> totals) {
        this.totals = totals;
        // of two intervals the second is the later half, of three the last two
        this.middle = totals.isEmpty() ? 0 : totals.firstKey() + (totals.lastKey() - totals.firstKey() + 1) / 2;
        this.from = truncated() ? new ArrayList<>(totals.keySet()).get(totals.size() - MAX_POINTS) : Long.MIN_VALUE;
        this.earlier = sum(totals.headMap(middle, false));
        this.later = sum(totals.tailMap(middle, true));
    }

    static TrendCounts of(Histogram all) {
        return new TrendCounts(counts(all));
    }

    /** Returns the counts by the start of the interval in epoch milliseconds. */
    static NavigableMap<Long, Long> counts(Histogram histogram) {
        NavigableMap<Long, Long> counts = new TreeMap<>();
        for (Histogram.Bucket bucket : histogram.getBuckets()) {
            counts.put(((ZonedDateTime) bucket.getKey()).toInstant().toEpochMilli(), bucket.getDocCount());
        }
        return counts;
    }

    private static long sum(Map<Long, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Whether there are more times than the response shows. */
    boolean truncated() {
        return totals.size() > MAX_POINTS;
    }

    /** Returns a cluster's points for the response: {@code [{t, count}]}, earliest first. */
    List<Map<String, Object>> points(NavigableMap<Long, Long> cluster) {
        List<Map<String, Object>> points = new ArrayList<>();
        cluster.tailMap(from, true).forEach((time, count) -> {
            Map<String, Object> point = new LinkedHashMap<>();
            point.put("t", time);
            point.put("count", count);
            points.add(point);
        });
        return points;
    }

    /**
     * The growth of a cluster: its share of all matches in the later half of the time range, divided by its share in
     * the earlier half, minus 1. Shares are add-one smoothed, {@code (count + 1) / (total + 2)}: few documents then
     * change little, and an empty half gives no infinite value. Null if there are fewer than two intervals with
     * matches.
     */
    Double growth(NavigableMap<Long, Long> cluster) {
        if (totals.size() < 2) {
            return null;
        }
        double before = (sum(cluster.headMap(middle, false)) + 1.0) / (earlier + 2.0);
        double after = (sum(cluster.tailMap(middle, true)) + 1.0) / (later + 2.0);
        return after / before - 1;
    }
}
