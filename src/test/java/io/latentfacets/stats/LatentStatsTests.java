/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.stats;

import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.opensearch.test.OpenSearchTestCase;

public class LatentStatsTests extends OpenSearchTestCase {

    public void testBucketsCoverAllValuesInOrder() {
        long before = -1;
        for (int bucket = 0; bucket < 488; bucket++) {
            long upper = LatencyHistogram.upperBound(bucket);
            assertThat(LatencyHistogram.bucket(upper), equalTo(bucket));
            assertThat(LatencyHistogram.bucket(before + 1), equalTo(bucket));
            before = upper;
        }
        assertThat("the last one ends where longs end", before, equalTo(Long.MAX_VALUE));
    }

    public void testPercentilesAgainstSortedValues() {
        LatencyHistogram histogram = new LatencyHistogram();
        long[] micros = new long[5000];
        for (int i = 0; i < micros.length; i++) {
            micros[i] = (long) Math.exp(randomDoubleBetween(0, 16, true));
            histogram.record(micros[i] * 1000);
        }
        Arrays.sort(micros);
        Latency latency = histogram.snapshot();
        assertThat(latency.count(), equalTo(5000L));
        for (double percent : new double[] {1, 50, 95, 99, 100}) {
            double exact = micros[(int) Math.ceil(micros.length * percent / 100) - 1] / 1000.0;
            assertThat(latency.percentileMillis(percent), greaterThanOrEqualTo(exact));
            assertThat(latency.percentileMillis(percent), lessThanOrEqualTo(exact * 1.125));
        }
        assertThat(Latency.NONE.percentileMillis(99), equalTo(0.0));
    }

    public void testMergeAndWire() throws IOException {
        LatencyHistogram a = new LatencyHistogram();
        LatencyHistogram b = new LatencyHistogram();
        LatencyHistogram both = new LatencyHistogram();
        for (int i = 0; i < 100; i++) {
            long nanos = randomLongBetween(0, 1_000_000_000);
            (randomBoolean() ? a : b).record(nanos);
            both.record(nanos);
        }
        Latency merged = a.snapshot().plus(b.snapshot());
        assertThat(merged, equalTo(both.snapshot()));
        assertThat(copyWriteable(merged, writableRegistry(), Latency::new), equalTo(merged));
    }

    public void testCountersKeepToTheirKind() {
        LatentStats stats = new LatentStats();
        stats.increment(StatName.DOCUMENTS_ENCODED);
        stats.add(StatName.DOCUMENTS_ENCODED, 9);
        stats.took(StatName.ENCODE_MILLIS, 2_000_000);
        assertThat(stats.get(StatName.DOCUMENTS_ENCODED), equalTo(10L));
        assertThat(stats.latency(StatName.ENCODE_MILLIS).percentileMillis(50), closeTo(2, 0.25));
        expectThrows(IllegalArgumentException.class, () -> stats.increment(StatName.ENCODE_MILLIS));
        expectThrows(IllegalArgumentException.class, () -> stats.took(StatName.DOCUMENTS_ENCODED, 1));
    }

    public void testNames() {
        for (StatName stat : StatName.values()) {
            assertSame(stat, StatName.of(stat.key()));
        }
        assertThat(
                expectThrows(IllegalArgumentException.class, () -> StatName.of("speed"))
                        .getMessage(),
                containsString("unknown stat [speed], must be one of [status, documents_encoded, "));
    }

    public void testStatusAndTotals() {
        assertThat(Status.ofAll(List.of(Status.GREEN, Status.GREEN)), equalTo(Status.GREEN));
        assertThat(Status.ofAll(List.of(Status.GREEN, Status.RED)), equalTo(Status.YELLOW));
        assertThat(Status.ofAll(List.of(Status.RED, Status.RED)), equalTo(Status.RED));
        assertThat(LatentStatsAction.Response.total(StatName.DOCUMENTS_ENCODED, List.of(3L, 4L)), equalTo(7L));
        assertThat(LatentStatsAction.Response.total(StatName.STATUS, List.of("green", "red")), equalTo("yellow"));
        assertNull(LatentStatsAction.Response.total(StatName.ENGINE_DEVICE, List.of("cpu", "cpu")));
    }
}
