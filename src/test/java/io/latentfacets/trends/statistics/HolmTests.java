/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.trends.statistics;

import java.util.Arrays;
import org.apache.lucene.tests.util.LuceneTestCase;

public class HolmTests extends LuceneTestCase {

    public void testByHand() {
        // times 4, 3, 2, 1 in the order of size: 0.02, 0.06, 0.06 (not 0.06 < 0.06), 0.06 (not 0.04)
        assertArrayEquals(
                new double[] {0.06, 0.02, 0.06, 0.06}, Holm.corrected(new double[] {0.02, 0.005, 0.03, 0.04}), 1e-15);
        assertArrayEquals(new double[] {1, 1}, Holm.corrected(new double[] {0.6, 0.7}), 0);
        assertArrayEquals(new double[] {0.3}, Holm.corrected(new double[] {0.3}), 0);
        assertEquals(0, Holm.corrected(new double[0]).length);
    }

    public void testOrderIsKeptAndNothingShrinks() {
        for (int round = 0; round < 50; round++) {
            double[] values = random().doubles(1 + random().nextInt(30)).toArray();
            double[] given = values.clone();
            double[] corrected = Holm.corrected(values);
            assertArrayEquals("the input stays", given, values, 0);
            Integer[] order = new Integer[values.length];
            Arrays.setAll(order, i -> i);
            Arrays.sort(order, (a, b) -> Double.compare(values[a], values[b]));
            for (int i = 0; i < order.length; i++) {
                assertTrue(corrected[i] >= values[i] && corrected[i] <= 1);
                assertTrue(i == 0 || corrected[order[i]] >= corrected[order[i - 1]]);
            }
            assertEquals(Math.min(1, values[order[0]] * values.length), corrected[order[0]], 1e-15);
        }
    }
}
