/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.facets;

import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.opensearch.test.OpenSearchTestCase;

public class TrendCountsTests extends OpenSearchTestCase {

    private static NavigableMap<Long, Long> counts(long... timesAndCounts) {
        NavigableMap<Long, Long> counts = new TreeMap<>();
        for (int i = 0; i < timesAndCounts.length; i += 2) {
            counts.put(timesAndCounts[i], timesAndCounts[i + 1]);
        }
        return counts;
    }

    public void testGrowth() {
        TrendCounts two = new TrendCounts(counts(100, 8, 200, 18));
        // 1 of 8 before, 9 of 18 after: (10 / 20) / (2 / 10) - 1
        assertEquals(1.5, two.growth(counts(100, 1, 200, 9)), 1e-12);
        // a cluster that disappears: (1 / 20) / (9 / 10) - 1
        assertEquals(1 / 18.0 - 1, two.growth(counts(100, 8)), 1e-12);
        assertEquals("of what nobody wrote about nothing is known", -.5, two.growth(counts()), 1e-12);
    }

    public void testHalvesAreOfTimeNotOfDocumentsOrIntervals() {
        // the middle of 0 to 100 is 50, although three of four intervals start before it
        TrendCounts uneven = new TrendCounts(counts(0, 8, 10, 8, 20, 8, 100, 8));
        assertEquals((9 / 10.0) / (1 / 26.0) - 1, uneven.growth(counts(100, 8)), 1e-12);
        // of three intervals, the middle one belongs to the later half
        TrendCounts three = new TrendCounts(counts(0, 8, 10, 4, 20, 4));
        assertEquals((5 / 10.0) / (1 / 10.0) - 1, three.growth(counts(10, 4)), 1e-12);
        // times before 1970 are negative
        TrendCounts negative = new TrendCounts(counts(-300, 8, -100, 8));
        assertEquals((9 / 10.0) / (1 / 10.0) - 1, negative.growth(counts(-100, 8)), 1e-12);
    }

    public void testOneIntervalSaysNothing() {
        assertNull(new TrendCounts(counts(5, 10)).growth(counts(5, 3)));
        assertNull(new TrendCounts(counts()).growth(counts()));
        assertEquals(List.of(), new TrendCounts(counts()).points(counts()));
    }

    public void testOnlyTheLatestPointsAreShown() {
        NavigableMap<Long, Long> totals = new TreeMap<>();
        for (long i = 0; i <= TrendCounts.MAX_POINTS; i++) {
            totals.put(i, 2L);
        }
        TrendCounts cut = new TrendCounts(totals);
        assertTrue(cut.truncated());
        assertEquals(TrendCounts.MAX_POINTS, cut.points(totals).size());
        assertEquals(Map.of("t", 1L, "count", 2L), cut.points(totals).get(0));
        assertEquals(List.of(), cut.points(counts(0, 2)));
        totals.remove(0L);
        TrendCounts all = new TrendCounts(totals);
        assertFalse(all.truncated());
        assertEquals(TrendCounts.MAX_POINTS, all.points(totals).size());
    }
}
