/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.trends.statistics;

import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.lessThan;

import org.apache.lucene.tests.util.LuceneTestCase;
import org.hamcrest.MatcherAssert;

/** Compares with values of SciPy 1.17. */
public class TailsTests extends LuceneTestCase {

    private static void close(double expected, double actual, double relative) {
        assertEquals(expected, actual, relative * Math.abs(expected));
    }

    public void testLogGamma() {
        close(0.5723649429247, Tails.logGamma(0.5), 1e-12);
        close(-0.12078223763524526, Tails.logGamma(1.5), 1e-12);
        close(360.28455963776423, Tails.logGamma(100.25), 1e-13);
    }

    public void testLogFactorial() {
        assertEquals(0, Tails.logFactorial(0), 0);
        assertEquals(0, Tails.logFactorial(1), 0);
        close(0.6931471805599453, Tails.logFactorial(2), 1e-12);
        close(15.104412573075516, Tails.logFactorial(10), 1e-13);
        close(706.5730622457875, Tails.logFactorial(170), 1e-13);
        close(12815518.384658169, Tails.logFactorial(1_000_000), 1e-13);
    }

    public void testTwoSidedT() {
        close(0.7048327646991335, Tails.twoSidedT(0.5, 1), 1e-12);
        close(0.5, Tails.twoSidedT(1, 1), 1e-12);
        close(0.5, Tails.twoSidedT(-1, 1), 1e-12);
        close(0.10193947882985835, Tails.twoSidedT(2, 5), 1e-12);
        close(0.00013210886035478557, Tails.twoSidedT(6, 10), 1e-11);
        close(7.82417130425598e-15, Tails.twoSidedT(12, 40), 1e-10);
        close(0.07569464380949002, Tails.twoSidedT(2.5, 3.5), 1e-12);
        close(0.001001877290320819, Tails.twoSidedT(3.29, 1e7), 1e-6);
        assertEquals(1, Tails.twoSidedT(0, 7), 0);
        assertEquals(0, Tails.twoSidedT(1e9, 1e7), 0);
    }

    /** A tail falls with the distance and with the degrees of freedom, and stays a probability. */
    public void testTailsAreProbabilitiesThatFall() {
        for (double df = 1; df < 1e6; df *= 3) {
            double before = 1;
            for (double t = 0.1; t < 30; t *= 1.3) {
                double tail = Tails.twoSidedT(t, df);
                MatcherAssert.assertThat(tail, lessThan(before));
                MatcherAssert.assertThat(tail, greaterThan(Tails.twoSidedT(t, df * 3) * (1 - 1e-9)));
                before = tail;
            }
        }
    }
}
