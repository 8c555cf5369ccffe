/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.facets;

import io.latentfacets.search.aggregation.DateInterval;
import io.latentfacets.strict.StrictMap;
import org.opensearch.search.aggregations.AggregationBuilder;
import org.opensearch.search.aggregations.bucket.histogram.DateHistogramAggregationBuilder;

/**
 * Counts per cluster over time.
 *
 * @param field the date field
 * @param interval the length of time that each count covers
 */
record Trend(String field, DateInterval interval) {
    private static final String FIELD = "field";
    private static final String INTERVAL = "interval";

    static Trend parse(StrictMap body) {
        String field = body.string(FIELD, null);
        body.string(INTERVAL, null);
        body.noOtherKeys(); // a misspelt key explains more than the missing one
        body.require(FIELD);
        body.require(INTERVAL);
        return new Trend(field, DateInterval.parse(body, INTERVAL));
    }

    /**
     * Returns the histogram. It leaves out empty intervals: one-minute intervals over years would give a million
     * buckets.
     */
    AggregationBuilder aggregation(String name) {
        return interval.on(
                new DateHistogramAggregationBuilder(name).field(field).minDocCount(1));
    }
}
