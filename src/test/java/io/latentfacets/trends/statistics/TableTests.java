/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.trends.statistics;

import java.util.Random;
import org.apache.lucene.tests.util.LuceneTestCase;

/** Compares with values computed by hand and with those of SciPy 1.17 ({@code fisher_exact}). */
public class TableTests extends LuceneTestCase {

    private static void close(double expected, double actual) {
        assertEquals(expected, actual, 1e-9 * expected);
    }

    public void testFisherByHand() {
        // the lady tasting tea: 3 of her 4 are right, 1 of the other 4; (1 + 16 + 16 + 1) / 70
        close(34.0 / 70, new Table(3, 4, 1, 4).independent());
        close(2.0 / 70, new Table(4, 4, 0, 4).independent());
        close(2.0 / 70, new Table(0, 4, 4, 4).independent());
        assertEquals(1, new Table(2, 4, 2, 4).independent(), 1e-12);
        // unequal rows: of the two documents in three both are in the window with 1/3, one with 2/3
        close(1.0 / 3, new Table(2, 2, 0, 1).independent());
    }

    public void testFisherAgainstScipy() {
        close(0.0027594561852200836, new Table(1, 10, 11, 14).independent());
        close(6.9249075306055925e-06, new Table(10, 1000, 10, 9000).independent());
        close(1.1022469848834052e-06, new Table(30, 500, 100, 5000).independent());
        assertEquals(7.412463728052243e-13, new Table(200, 10_000, 1000, 90_000).independent(), 1e-19);
        assertEquals(1, new Table(0, 100, 5, 900).independent(), 1e-9);
    }

    public void testManyDocumentsAgainstScipy() {
        // chi2_contingency with Yates' correction
        assertEquals(0.06610317480603087, new Table(56_000, 1_000_000, 500_000, 9_000_000).independent(), 1e-6);
        assertEquals(4.27e-75, new Table(60_000, 1_000_000, 500_000, 9_000_000).independent(), 5e-77);
    }

    /** At the number of documents where the methods change, both say the same. */
    public void testExactAndApproximateAgree() {
        Table exact = new Table(19_999 / 2 + 150, 100_000, 19_999 / 2 - 150, 100_000);
        Table more = new Table(20_001 / 2 + 150, 100_000, 20_001 / 2 - 150, 100_000);
        assertEquals(exact.independent(), more.independent(), 0.01 * more.independent());
    }

    public void testEmptyStretchesAndClustersSayNothing() {
        for (Table table : new Table[] {
            new Table(0, 0, 5, 10),
            new Table(5, 10, 0, 0),
            new Table(0, 10, 0, 10),
            new Table(10, 10, 10, 10),
            new Table(0, 0, 0, 0)
        }) {
            assertEquals(1, table.independent(), 0);
            assertEquals(1, table.grouped(3, 10), 0);
        }
        assertEquals(0, new Table(0, 0, 5, 10).change(), 0);
        assertEquals(0, new Table(0, 0, 5, 10).share(), 0);
    }

    public void testTheOrderOfTheStretchesDoesNotMatter() {
        Random random = random();
        for (int i = 0; i < 200; i++) {
            int allNow = 1 + random.nextInt(60);
            int allBefore = 1 + random.nextInt(60);
            int now = random.nextInt(allNow + 1);
            int before = random.nextInt(allBefore + 1);
            Table one = new Table(now, allNow, before, allBefore);
            Table other = new Table(before, allBefore, now, allNow);
            assertEquals(one.independent(), other.independent(), 1e-9);
            assertEquals(one.grouped(2.5, 9), other.grouped(2.5, 9), 1e-9);
            assertEquals(1, (1 + one.change()) * (1 + other.change()), 1e-9);
            assertTrue(one.independent() > 0 && one.independent() <= 1);
        }
    }

    public void testGroupsOnlyWeakenTheEvidence() {
        Table table = new Table(60, 1000, 200, 9000);
        double last = table.independent();
        assertEquals(last, table.grouped(0.3, 40), 0);
        assertEquals(last, table.grouped(1, 40), 0);
        assertEquals("nothing is known of the dispersion", last, table.grouped(5, 0), 0);
        for (double dispersion = 1.5; dispersion < 30; dispersion *= 1.5) {
            double p = table.grouped(dispersion, 40);
            assertTrue(p + " after " + last, p >= last);
            last = p;
        }
    }

    /** A dispersion of 4: the statistic is half as large, or four documents are one. The weaker evidence counts. */
    public void testTheQuasiBinomialTestByHand() {
        // expected 260 * 0.1 = 26, variance 26 * 0.9 * (1 - 260/10000); (60 - 26 - 0.5) / sd = 7.017; over 2
        double t = (60 - 26 - 0.5) / Math.sqrt(26 * 0.9 * (1 - 260.0 / 10_000)) / 2;
        double groups = new Table(15, 250, 50, 2250).independent();
        double quasi = Tails.twoSidedT(t, 40);
        assertTrue(groups > quasi);
        assertEquals(groups, new Table(60, 1000, 200, 9000).grouped(4, 40), 1e-12);
        quasi = Tails.twoSidedT(t, 4);
        assertTrue(groups < quasi);
        assertEquals(quasi, new Table(60, 1000, 200, 9000).grouped(4, 4), 1e-6);
    }

    public void testChangeByHand() {
        // equally many documents: one more on each side, of two more
        assertEquals((11.0 / 102) / (6.0 / 102) - 1, new Table(10, 100, 5, 100).change(), 1e-12);
        // a tenth of the documents in the window: 0.2 more of 0.4, and 1.8 more of 3.6
        assertEquals((10.2 / 100.4) / (46.8 / 903.6) - 1, new Table(10, 100, 45, 900).change(), 1e-12);
        assertEquals("nothing is no change", 0, new Table(0, 100, 0, 900).change(), 1e-12);
        assertTrue(new Table(0, 100, 9, 900).change() < -0.5);
        assertTrue(new Table(9, 100, 0, 900).change() > 10);
    }

    public void testImpossibleCountsAreRefused() {
        expectThrows(IllegalArgumentException.class, () -> new Table(2, 1, 0, 1));
        expectThrows(IllegalArgumentException.class, () -> new Table(0, 1, 2, 1));
        expectThrows(IllegalArgumentException.class, () -> new Table(-1, 1, 0, 1));
    }
}
