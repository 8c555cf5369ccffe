/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.facets;

import io.latentfacets.strict.StrictMap;
import java.util.Set;
import java.util.TreeSet;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.search.aggregations.AggregationBuilder;
import org.opensearch.search.aggregations.bucket.histogram.DateHistogramAggregationBuilder;
import org.opensearch.search.aggregations.bucket.histogram.DateHistogramInterval;

/**
 * Counts per cluster over time.
 *
 * @param field the date field
 * @param interval a calendar unit ({@code day}, {@code 1w}, {@code month}) or a fixed time ({@code 12h}, {@code 90m})
 */
record Trend(String field, String interval) {
    private static final String FIELD = "field";
    private static final String INTERVAL = "interval";
    private static final Set<String> UNITS = new TreeSet<>(DateHistogramAggregationBuilder.DATE_FIELD_UNITS.keySet());

    static Trend parse(StrictMap body) {
        Trend trend = new Trend(body.string(FIELD, null), body.string(INTERVAL, null));
        body.noOtherKeys(); // a misspelt key explains more than the missing one
        body.require(FIELD);
        body.require(INTERVAL);
        if (!UNITS.contains(trend.interval) && !isFixed(trend.interval)) {
            throw body.bad(
                    INTERVAL, "one of " + UNITS + " or a fixed time of at least 1ms such as 12h", trend.interval);
        }
        return trend;
    }

    private static boolean isFixed(String interval) {
        try {
            return TimeValue.parseTimeValue(interval, INTERVAL).millis() >= 1;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /**
     * Returns the histogram. It leaves out empty intervals: one-minute intervals over years would give a million
     * buckets.
     */
    AggregationBuilder aggregation(String name) {
        DateHistogramAggregationBuilder histogram =
                new DateHistogramAggregationBuilder(name).field(field).minDocCount(1);
        DateHistogramInterval expression = new DateHistogramInterval(interval);
        return UNITS.contains(interval) ? histogram.calendarInterval(expression) : histogram.fixedInterval(expression);
    }
}
