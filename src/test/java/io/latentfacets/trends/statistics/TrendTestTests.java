/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.trends.statistics;

import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.hamcrest.MatcherAssert;

public class TrendTestTests extends LuceneTestCase {
    private static final int INTERVALS = 50;
    private static final int WINDOW = 5;
    private static final int CLUSTERS = 20;
    private static final int STREAMS = 300;

    /** A stream of documents that come in threads. */
    private record Stream(List<long[]> counts, long[] all) {
        /**
         * Draws a stream. Threads begin independently of each other; the number of documents of a thread is geometric.
         *
         * @param rates the mean number of documents of each cluster in an interval
         * @param size the mean number of documents of a thread; 1 for independent documents
         * @param length over how many intervals a thread spreads
         * @param factor what the rate of the first cluster is multiplied by in the window
         */
        static Stream draw(Random random, double[] rates, double size, int length, double factor) {
            List<long[]> counts = new ArrayList<>();
            long[] all = new long[INTERVALS];
            for (int k = 0; k < rates.length; k++) {
                long[] own = new long[INTERVALS];
                for (int t = -length; t < INTERVALS; t++) {
                    double rate = k == 0 && t >= INTERVALS - WINDOW ? rates[k] * factor : rates[k];
                    for (int threads = poisson(random, rate / size); threads > 0; threads--) {
                        int documents = 1;
                        while (random.nextDouble() > 1 / size) {
                            documents++;
                        }
                        for (; documents > 0; documents--) {
                            int at = t + random.nextInt(length);
                            if (at >= 0 && at < INTERVALS) {
                                own[at]++;
                                all[at]++;
                            }
                        }
                    }
                }
                counts.add(own);
            }
            return new Stream(counts, all);
        }

        private static int poisson(Random random, double mean) {
            double limit = Math.exp(-mean);
            int count = 0;
            for (double product = random.nextDouble(); product > limit; product *= random.nextDouble()) {
                count++;
            }
            return count;
        }
    }

    /** Rates of large and small clusters. */
    private static double[] rates(Random random, double mean) {
        return random.doubles(CLUSTERS)
                .map(each -> mean * Math.max(0.02, -Math.log(each)))
                .toArray();
    }

    /** The share of streams without a trend in which the test finds one nevertheless, at 5 %. */
    private static double falseAlarms(double size, int length, double mean, boolean naive) {
        Random random = new Random(20261130);
        int alarms = 0;
        for (int i = 0; i < STREAMS; i++) {
            Stream stream = Stream.draw(random, rates(random, mean), size, length, 1);
            List<Trend> trends = TrendTest.of(stream.counts(), stream.all(), WINDOW, 0.05);
            boolean alarm = naive
                    ? Arrays.stream(Holm.corrected(trends.stream()
                                    .mapToDouble(each -> each.table().independent())
                                    .toArray()))
                            .anyMatch(p -> p <= 0.05)
                    : trends.stream().anyMatch(each -> each.verdict() != Verdict.STEADY);
            alarms += alarm ? 1 : 0;
        }
        return alarms / (double) STREAMS;
    }

    /** The share of streams in which the test finds that the first cluster, of twice the mean rate, grows. */
    private static double found(double size, int length, double mean, double factor) {
        Random random = new Random(20261130);
        int found = 0;
        for (int i = 0; i < STREAMS; i++) {
            double[] rates = rates(random, mean);
            rates[0] = 2 * mean;
            Stream stream = Stream.draw(random, rates, size, length, factor);
            Verdict verdict = TrendTest.of(stream.counts(), stream.all(), WINDOW, 0.05)
                    .get(0)
                    .verdict();
            found += verdict == Verdict.RISING ? 1 : 0;
        }
        return found / (double) STREAMS;
    }

    public void testIndependentDocumentsGiveFewFalseAlarms() {
        MatcherAssert.assertThat(falseAlarms(1, 1, 8, false), lessThanOrEqualTo(0.05));
        MatcherAssert.assertThat(falseAlarms(1, 1, 0.4, false), lessThanOrEqualTo(0.05));
    }

    /** Three standard errors above the level of 5 %, with 300 streams, are 9 %. */
    public void testThreadsGiveFewFalseAlarms() {
        MatcherAssert.assertThat(falseAlarms(4, 1, 8, false), lessThan(0.09));
        MatcherAssert.assertThat(falseAlarms(4, 3, 8, false), lessThan(0.09));
        MatcherAssert.assertThat(falseAlarms(4, 3, 1, false), lessThan(0.09));
        MatcherAssert.assertThat("without the dispersion", falseAlarms(4, 3, 8, true), greaterThan(0.8));
    }

    public void testADoublingIsFound() {
        MatcherAssert.assertThat(found(1, 1, 8, 2), greaterThan(0.95));
        MatcherAssert.assertThat(found(4, 3, 30, 2), greaterThan(0.7));
        MatcherAssert.assertThat(found(4, 3, 8, 3), greaterThan(0.7));
    }

    /** A series with a value for the intervals before the window and one for those in it. */
    private static long[] series(long before, long now) {
        long[] series = new long[INTERVALS];
        Arrays.fill(series, before);
        Arrays.fill(series, INTERVALS - WINDOW, INTERVALS, now);
        return series;
    }

    public void testVerdicts() {
        List<long[]> counts =
                List.of(series(20, 60), series(20, 5), series(0, 30), series(30, 0), series(100, 100), series(0, 0));
        long[] all = series(500, 500);
        counts.get(2)[3] = 1; // stray documents
        counts.get(3)[INTERVALS - 1] = 1;
        List<Trend> trends = TrendTest.of(counts, all, WINDOW, 0.01);
        assertEquals(
                List.of(Verdict.RISING, Verdict.FALLING, Verdict.NEW, Verdict.GONE, Verdict.STEADY, Verdict.STEADY),
                trends.stream().map(Trend::verdict).toList());
        assertEquals(0, trends.get(0).first());
        assertEquals(INTERVALS - 1, trends.get(0).last());
        assertEquals(3, trends.get(2).first());
        assertEquals(-1, trends.get(5).first());
        assertEquals(-1, trends.get(5).last());
        assertEquals(INTERVALS - WINDOW, trends.get(0).burst().from());
        assertNull(trends.get(4).burst());
        assertEquals(new Table(300, 2500, 900, 22_500), trends.get(0).table());
    }

    public void testTheBoundOfNothing() {
        assertEquals(Verdict.NEW, Verdict.of(new Table(100, 100, 2, 100), true));
        assertEquals(Verdict.RISING, Verdict.of(new Table(100, 100, 3, 100), true));
        assertEquals(Verdict.GONE, Verdict.of(new Table(2, 100, 100, 100), true));
        assertEquals(Verdict.FALLING, Verdict.of(new Table(3, 100, 100, 100), true));
        assertEquals(Verdict.STEADY, Verdict.of(new Table(100, 100, 2, 100), false));
        assertEquals("new", Verdict.NEW.key());
    }

    public void testAllDocumentsInTheWindow() {
        List<Trend> trends = TrendTest.of(List.of(new long[] {3}, new long[] {4}), new long[] {7}, 1, 0.5);
        trends.forEach(each -> {
            assertEquals(Verdict.STEADY, each.verdict());
            assertEquals(1, each.p(), 0);
        });
        assertEquals(List.of(), TrendTest.of(List.of(), new long[] {7}, 1, 0.5));
    }

    public void testEqualInputGivesEqualOutput() {
        Stream stream = Stream.draw(random(), rates(random(), 5), 3, 2, 2);
        assertEquals(
                TrendTest.of(stream.counts(), stream.all(), WINDOW, 0.05),
                TrendTest.of(stream.counts(), stream.all(), WINDOW, 0.05));
    }
}
