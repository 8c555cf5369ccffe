/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.facets;

import io.latentfacets.strict.StrictKeys;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.search.aggregations.AggregationBuilder;
import org.opensearch.search.aggregations.bucket.histogram.DateHistogramAggregationBuilder;
import org.opensearch.search.aggregations.bucket.histogram.DateHistogramInterval;

/**
 * Counts per cluster over time.
 *
 * @param interval a calendar unit ({@code day}, {@code 1w}, {@code month}) or a fixed time ({@code 12h}, {@code 90m})
 */
record Trend(String field, String interval) {
    private static final String FIELD = "field";
    private static final String INTERVAL = "interval";
    private static final StrictKeys WHAT = new StrictKeys("trend");
    private static final Set<String> UNITS = new TreeSet<>(DateHistogramAggregationBuilder.DATE_FIELD_UNITS.keySet());

    Trend {
        if (!UNITS.contains(interval)) {
            requireFixed(interval);
        }
    }

    private static void requireFixed(String interval) {
        String bound = "one of " + UNITS + " or a fixed time of at least 1ms such as 12h";
        try {
            if (TimeValue.parseTimeValue(interval, INTERVAL).millis() < 1) {
                throw WHAT.bad(INTERVAL, bound, interval);
            }
        } catch (IllegalArgumentException e) {
            throw WHAT.bad(INTERVAL, bound, interval);
        }
    }

    static Trend parse(XContentParser parser) throws IOException {
        String field = null;
        String interval = null;
        while (parser.nextToken() != XContentParser.Token.END_OBJECT) {
            String key = parser.currentName();
            parser.nextToken();
            switch (key) {
                case FIELD -> field = WHAT.string(parser, key);
                case INTERVAL -> interval = WHAT.string(parser, key);
                default -> throw WHAT.unknown(parser, key, List.of(FIELD, INTERVAL));
            }
        }
        if (field == null || interval == null) {
            throw new IllegalArgumentException("[" + (field == null ? FIELD : INTERVAL) + "] of [trend] is required");
        }
        return new Trend(field, interval);
    }

    /** Only times with documents: a minute's interval over years must not be a million empty buckets. */
    AggregationBuilder aggregation(String name) {
        DateHistogramAggregationBuilder histogram =
                new DateHistogramAggregationBuilder(name).field(field).minDocCount(1);
        DateHistogramInterval expression = new DateHistogramInterval(interval);
        return UNITS.contains(interval) ? histogram.calendarInterval(expression) : histogram.fixedInterval(expression);
    }
}
