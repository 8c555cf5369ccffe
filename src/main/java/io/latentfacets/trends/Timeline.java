/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.trends;

import io.latentfacets.search.aggregation.DateInterval;
import io.latentfacets.strict.StrictMap;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.opensearch.common.Rounding;

/**
 * The intervals from the first document to the last one, and the window at their end. Immutable.
 *
 * @param interval the length of the intervals
 * @param starts the beginning of each interval, epoch milliseconds, ascending; nobody changes it
 * @param end the end of the last interval, epoch milliseconds, exclusive
 * @param window how many of the last intervals make the window, at least 1
 */
record Timeline(DateInterval interval, long[] starts, long end, int window) {
    static final int MOST_INTERVALS = 1000;

    /** So many at most by default, those that begin or end outside the span included. */
    private static final int USUAL_INTERVALS = 60;

    private static final int WINDOWS = 10;

    /** None is longer than three times the one before, so that there are at least 20 intervals by default. */
    private static final List<DateInterval> CHOICE = Stream.of(
                    "1ms", "2ms", "5ms", "10ms", "20ms", "50ms", "100ms", "200ms", "500ms", "second", "2s", "5s", "10s",
                    "30s", "minute", "2m", "5m", "10m", "30m", "hour", "2h", "6h", "12h", "day", "3d", "week", "14d",
                    "month", "quarter", "182d", "year", "730d", "1826d", "3652d", "9131d", "18262d", "36524d")
            .map(DateInterval::new)
            .toList();

    /**
     * Divides the time between two documents.
     *
     * @param first the time of the first document, epoch milliseconds
     * @param last the time of the last one, not before the first
     * @throws IllegalArgumentException if there are more than {@value #MOST_INTERVALS} intervals, or if the window that
     *     is asked for leaves none before it
     */
    static Timeline of(TrendsRequest request, long first, long last) {
        DateInterval interval =
                request.interval() == null ? choose(last - first, request.window()) : request.interval();
        Rounding.Prepared rounding = interval.rounding();
        long[] starts = new long[MOST_INTERVALS];
        int count = 0;
        long end = rounding.round(first);
        while (end <= last) {
            if (count == MOST_INTERVALS) {
                throw new IllegalArgumentException("[" + TrendsRequest.INTERVAL_KEY + "] must make at most "
                        + MOST_INTERVALS + " intervals of the time from " + Instant.ofEpochMilli(first) + " to "
                        + Instant.ofEpochMilli(last) + ", and makes about " + ((last - first) / interval.millis() + 1)
                        + ": " + StrictMap.shown(interval.expression()));
            }
            starts[count++] = end;
            end = rounding.nextRoundingValue(end);
        }
        return new Timeline(interval, Arrays.copyOf(starts, count), end, window(request, interval, count, first, last));
    }

    private static int window(TrendsRequest request, DateInterval interval, int count, long first, long last) {
        if (request.window() == null) {
            return Math.max(1, Math.round((float) count / WINDOWS));
        }
        double length = (double) request.window().millis() / interval.millis();
        if (Math.round(length) >= count) {
            throw new IllegalArgumentException("[" + TrendsRequest.WINDOW_KEY
                    + "] must leave an interval before it, of the " + count + " of [" + interval.expression()
                    + "] from " + Instant.ofEpochMilli(first) + " to " + Instant.ofEpochMilli(last) + ": "
                    + StrictMap.shown(request.window().expression()));
        }
        return Math.max(1, (int) Math.round(length));
    }

    /**
     * The shortest usual interval of which there are at most {@value #USUAL_INTERVALS}, or the longest one that is no
     * longer than the window, whichever is shorter.
     */
    private static DateInterval choose(long span, DateInterval window) {
        DateInterval chosen = CHOICE.stream()
                .filter(each -> span / each.millis() + 2 <= USUAL_INTERVALS)
                .findFirst()
                .orElse(CHOICE.get(CHOICE.size() - 1));
        DateInterval longest = CHOICE.stream()
                .filter(each -> window == null || each.millis() <= window.millis())
                .reduce(CHOICE.get(0), (before, each) -> each);
        return chosen.millis() < longest.millis() ? chosen : longest;
    }

    int count() {
        return starts.length;
    }

    /** The index of the interval that begins at a time; negative if none does. */
    int index(long start) {
        return Arrays.binarySearch(starts, start);
    }

    /** The beginning of the window, epoch milliseconds. */
    long windowStart() {
        return starts[starts.length - window];
    }

    /** The end of an interval, epoch milliseconds, exclusive. */
    long end(int index) {
        return index + 1 == starts.length ? end : starts[index + 1];
    }
}
