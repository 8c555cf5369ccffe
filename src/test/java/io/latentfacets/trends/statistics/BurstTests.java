/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.trends.statistics;

import java.util.Arrays;
import org.apache.lucene.tests.util.LuceneTestCase;

public class BurstTests extends LuceneTestCase {

    private static long[] all(int n, long each) {
        long[] all = new long[n];
        Arrays.fill(all, each);
        return all;
    }

    public void testTheRunOfHighSharesIsFound() {
        long[] counts = all(30, 10);
        Arrays.fill(counts, 12, 16, 60);
        Burst burst = Burst.strongest(counts, all(30, 1000), 1);
        assertEquals(12, burst.from());
        assertEquals(16, burst.to());
        assertTrue(burst.strength() > 0);
    }

    public void testTheStrongestOfTwoIsShown() {
        long[] counts = all(40, 10);
        Arrays.fill(counts, 5, 7, 50);
        Arrays.fill(counts, 30, 40, 50);
        Burst burst = Burst.strongest(counts, all(40, 1000), 1);
        assertEquals(30, burst.from());
        assertEquals("a burst may last to the end", 40, burst.to());
        long[] reversed = new long[40];
        Arrays.setAll(reversed, i -> counts[39 - i]);
        burst = Burst.strongest(reversed, all(40, 1000), 1);
        assertEquals("and begin at the beginning", 0, burst.from());
        assertEquals(10, burst.to());
    }

    public void testSharesCountAndNotNumbers() {
        long[] counts = all(20, 10);
        long[] all = all(20, 100);
        counts[9] = 100;
        all[9] = 1000;
        assertNull(Burst.strongest(counts, all, 1));
        all[9] = 100;
        counts[9] = 60;
        assertEquals(9, Burst.strongest(counts, all, 1).from());
    }

    public void testNoBurst() {
        assertNull(Burst.strongest(all(20, 10), all(20, 100), 1));
        assertNull(Burst.strongest(all(20, 0), all(20, 100), 1));
        assertNull(Burst.strongest(all(20, 100), all(20, 100), 1));
        assertNull(Burst.strongest(all(20, 0), all(20, 0), 1));
        assertNull(Burst.strongest(new long[] {3}, new long[] {5}, 1));
    }

    public void testGroupsWeakenBursts() {
        long[] counts = all(30, 10);
        counts[10] = 25;
        assertNotNull(Burst.strongest(counts, all(30, 100), 1));
        assertNull(Burst.strongest(counts, all(30, 100), 5));
    }

    /** The sequence of states is the cheapest of all, by trying all. */
    public void testTheCheapestSequenceOfStates() {
        for (int round = 0; round < 200; round++) {
            int n = 2 + random().nextInt(8);
            long[] all = new long[n];
            long[] counts = new long[n];
            for (int i = 0; i < n; i++) {
                all[i] = 20L + random().nextInt(20);
                counts[i] = random().nextInt(4) == 0 ? random().nextInt(20) : random().nextInt(3);
            }
            counts[0]++;
            double share = (double) Dispersion.sum(counts, 0, n) / Dispersion.sum(all, 0, n);
            double upper = 2 * share / (1 + share);
            double best = 0;
            double strongest = 0;
            for (int states = 1; states < 1 << n; states++) {
                double saved = 0;
                double run = 0;
                double strength = 0;
                for (int i = 0; i < n; i++) {
                    boolean up = (states >> i & 1) == 1;
                    boolean before = i > 0 && (states >> (i - 1) & 1) == 1;
                    run = up ? (before ? run : 0) + saves(counts[i], all[i], share, upper) : 0;
                    saved += up ? saves(counts[i], all[i], share, upper) - (before ? 0 : 1.5 * Math.log(n)) : 0;
                    boolean ends = up && (i + 1 == n || (states >> (i + 1) & 1) == 0);
                    strength = ends ? Math.max(strength, run) : strength;
                }
                if (saved > best + 1e-9) {
                    best = saved;
                    strongest = strength;
                }
            }
            Burst burst = Burst.strongest(counts, all, 1);
            assertEquals(strongest, burst == null ? 0 : burst.strength(), 1e-6);
        }
    }

    private static double saves(long count, long all, double share, double upper) {
        return count * Math.log(upper / share) + (all - count) * Math.log((1 - upper) / (1 - share));
    }
}
