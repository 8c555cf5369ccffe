/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.trends.statistics;

import org.apache.lucene.tests.util.LuceneTestCase;

public class DispersionTests extends LuceneTestCase {

    public void testByHand() {
        long[] counts = {2, 4, 6, 99};
        long[] all = {20, 20, 20, 100};
        // share 0.2: expected 4 each, variance 3.2; (4 + 0 + 4) / 3.2 / 2
        Dispersion dispersion = Dispersion.of(counts, all, 3, 1);
        assertEquals(1.25, dispersion.factor(), 1e-12);
        assertEquals(2, dispersion.df());
    }

    public void testStretches() {
        long[] counts = {7, 1, 3, 2, 6};
        long[] all = {7, 10, 10, 10, 10};
        // the first is left out; 4 and 8 of 20, share 0.3: expected 6, variance 4.2; (4 + 4) / 4.2
        Dispersion dispersion = Dispersion.of(counts, all, 5, 2);
        assertEquals(8 / 4.2, dispersion.factor(), 1e-12);
        assertEquals(1, dispersion.df());
    }

    public void testEmptyIntervalsDoNotCount() {
        long[] counts = {2, 0, 4, 0, 6};
        long[] all = {20, 0, 20, 0, 20};
        assertEquals(1.25, Dispersion.of(counts, all, 5, 1).factor(), 1e-12);
        assertEquals(2, Dispersion.of(counts, all, 5, 1).df());
    }

    public void testNothingIsKnownWithoutDocumentsOrIntervals() {
        long[] all = {5, 5, 5};
        assertEquals(Dispersion.UNKNOWN, Dispersion.of(new long[3], all, 3, 1));
        assertEquals(Dispersion.UNKNOWN, Dispersion.of(all, all, 3, 1));
        assertEquals(Dispersion.UNKNOWN, Dispersion.of(new long[] {1, 2, 3}, all, 1, 1));
        assertEquals(Dispersion.UNKNOWN, Dispersion.of(new long[] {1, 2, 3}, all, 0, 1));
        assertEquals(Dispersion.UNKNOWN, Dispersion.of(new long[] {1, 2, 3}, all, 3, 3));
    }
}
