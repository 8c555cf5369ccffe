/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.trends;

import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import io.latentfacets.strict.OptionTables;
import io.latentfacets.strict.StrictMap;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.opensearch.test.OpenSearchTestCase;

public class TimelineTests extends OpenSearchTestCase {
    private static final long DAY = 86_400_000L;

    private static TrendsRequest request(String interval, String window) {
        Map<String, Object> body = new LinkedHashMap<>(Map.of("field", "date"));
        body.put("interval", interval);
        body.put("window", window);
        return TrendsRequest.parse("news", new StrictMap(body, ""));
    }

    private static long at(String time) {
        return Instant.parse(time).toEpochMilli();
    }

    public void testMonths() {
        Timeline months = Timeline.of(request("month", null), at("2024-01-31T12:00:00Z"), at("2025-03-01T00:00:00Z"));
        assertEquals(15, months.count());
        assertEquals(at("2024-01-01T00:00:00Z"), months.starts()[0]);
        assertEquals(at("2025-03-01T00:00:00Z"), months.starts()[14]);
        assertEquals(at("2025-04-01T00:00:00Z"), months.end());
        assertEquals("a tenth of 15, rounded", 2, months.window());
        assertEquals(at("2025-02-01T00:00:00Z"), months.windowStart());
        assertEquals(at("2024-03-01T00:00:00Z"), months.end(1));
        assertEquals(1, months.index(at("2024-02-01T00:00:00Z")));
        assertTrue(months.index(at("2024-02-02T00:00:00Z")) < 0);
    }

    public void testWindowsAreRoundedToIntervals() {
        long last = 99 * DAY;
        assertEquals(7, Timeline.of(request("day", "7d"), 0, last).window());
        assertEquals(7, Timeline.of(request("day", "week"), 0, last).window());
        assertEquals(1, Timeline.of(request("day", "1h"), 0, last).window());
        assertEquals(2, Timeline.of(request("day", "36h"), 0, last).window());
        assertEquals(1, Timeline.of(request("month", "1M"), 0, last).window());
        assertEquals(3, Timeline.of(request("month", "quarter"), 0, 400 * DAY).window());
        assertEquals(99, Timeline.of(request("day", "99d"), 0, last).window());
    }

    /** From a minute to two thousand years. */
    public void testUsualIntervals() {
        for (int i = 0; i < 500; i++) {
            long span = (long) Math.exp(Math.log(60_000) + random().nextDouble() * Math.log(1e9));
            long first = randomLongBetween(-DAY * 20_000, DAY * 20_000);
            Timeline timeline = Timeline.of(request(null, null), first, first + span);
            assertThat("of " + span, timeline.count(), allOf(greaterThanOrEqualTo(20), lessThanOrEqualTo(60)));
            assertTrue(timeline.starts()[0] <= first && timeline.end() > first + span);
            assertThat(timeline.window(), allOf(greaterThanOrEqualTo(2), lessThanOrEqualTo(6)));
        }
        assertEquals(
                "day", Timeline.of(request(null, null), 0, 40 * DAY).interval().expression());
        assertEquals(
                "month",
                Timeline.of(request(null, null), 0, 3 * 365 * DAY).interval().expression());
    }

    public void testIntervalsFitIntoTheWindow() {
        Timeline timeline = Timeline.of(request(null, "7d"), 0, 3 * 365 * DAY);
        assertEquals("week", timeline.interval().expression());
        assertEquals(1, timeline.window());
        timeline = Timeline.of(request(null, "quarter"), 0, 3 * 365 * DAY);
        assertEquals("month", timeline.interval().expression());
        assertEquals(3, timeline.window());
    }

    public void testAllDocumentsAtOneTime() {
        Timeline timeline = Timeline.of(request(null, null), 5, 5);
        assertEquals(1, timeline.count());
        assertEquals(1, timeline.window());
        assertEquals(5, timeline.windowStart());
        assertEquals(6, timeline.end());
    }

    public void testTooManyIntervals() {
        assertEquals(1000, Timeline.of(request("day", null), 0, 1000 * DAY - 1).count());
        Exception refused =
                expectThrows(IllegalArgumentException.class, () -> Timeline.of(request("day", null), 0, 1000 * DAY));
        assertThat(
                refused.getMessage(),
                allOf(containsString("[interval]"), containsString("1000"), containsString("1001: \"day\"")));
        expectThrows(IllegalArgumentException.class, () -> Timeline.of(request("1ms", null), 0, 1000 * DAY));
        expectThrows(IllegalArgumentException.class, () -> Timeline.of(request(null, "1s"), 0, 1000 * DAY));
    }

    public void testWindowsOfEverything() {
        for (String window : new String[] {"100d", "year", "99999999d"}) {
            Exception refused = expectThrows(
                    IllegalArgumentException.class, () -> Timeline.of(request("day", window), 0, 99 * DAY));
            assertThat(
                    refused.getMessage(),
                    allOf(
                            containsString("[window]"),
                            containsString("100 of [day]"),
                            containsString("1970-01-01T00:00:00Z"),
                            containsString("\"" + window + "\"")));
        }
    }

    public void testOptionsAreDocumented() {
        OptionTables.check("trends", TrendsRequest.OPTIONS);
    }
}
