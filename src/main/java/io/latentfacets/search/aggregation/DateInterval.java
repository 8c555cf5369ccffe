/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.aggregation;

import io.latentfacets.strict.StrictMap;
import java.util.Set;
import java.util.TreeSet;
import org.opensearch.common.Rounding;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.search.aggregations.bucket.histogram.DateHistogramAggregationBuilder;
import org.opensearch.search.aggregations.bucket.histogram.DateHistogramInterval;

/**
 * A length of time as a {@code date_histogram} takes it, in UTC: a calendar unit ({@code day}, {@code 1w},
 * {@code month}) or a fixed time ({@code 12h}, {@code 90m}). Immutable.
 *
 * @param expression the unit or time, as in a request
 */
public record DateInterval(String expression) {
    private static final Set<String> UNITS = new TreeSet<>(DateHistogramAggregationBuilder.DATE_FIELD_UNITS.keySet());

    /**
     * Reads a value that is present.
     *
     * @throws IllegalArgumentException if it is neither a unit nor a time of at least a millisecond; names both bounds
     */
    public static DateInterval parse(StrictMap from, String key) {
        DateInterval interval = new DateInterval(from.string(key));
        if (!interval.isCalendar() && !interval.isFixed()) {
            throw from.bad(
                    key, "one of " + UNITS + " or a fixed time of at least 1ms such as 12h", interval.expression);
        }
        return interval;
    }

    private boolean isCalendar() {
        return UNITS.contains(expression);
    }

    private boolean isFixed() {
        try {
            return time().millis() >= 1;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private TimeValue time() {
        return TimeValue.parseTimeValue(expression, "interval");
    }

    private Rounding.DateTimeUnit unit() {
        return DateHistogramAggregationBuilder.DATE_FIELD_UNITS.get(expression);
    }

    /** Sets the interval of a histogram, and returns the histogram. */
    public DateHistogramAggregationBuilder on(DateHistogramAggregationBuilder histogram) {
        DateHistogramInterval interval = new DateHistogramInterval(expression);
        return isCalendar() ? histogram.calendarInterval(interval) : histogram.fixedInterval(interval);
    }

    /** Finds the intervals as the histogram does. */
    public Rounding.Prepared rounding() {
        return (isCalendar() ? Rounding.builder(unit()) : Rounding.builder(time()))
                .build()
                .prepareForUnknown();
    }

    /** The length in milliseconds, of a month, a quarter and a year on average. */
    public long millis() {
        if (!isCalendar()) {
            return time().millis();
        }
        return unit().getField().getBaseUnit().getDuration().toMillis();
    }
}
