/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.stats;

import java.io.IOException;
import java.util.Arrays;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.xcontent.ToXContentObject;
import org.opensearch.core.xcontent.XContentBuilder;

/** A snapshot of a {@link LatencyHistogram}. Snapshots of several nodes can be added. Immutable. */
final class Latency implements Writeable, ToXContentObject {

    static final Latency NONE = new Latency(new long[LatencyHistogram.BUCKETS], 0, 0);

    private final long[] counts;
    private final long totalMicros;
    private final long maxMicros;

    Latency(long[] counts, long totalMicros, long maxMicros) {
        this.counts = counts;
        this.totalMicros = totalMicros;
        this.maxMicros = maxMicros;
    }

    Latency(StreamInput in) throws IOException {
        counts = new long[LatencyHistogram.BUCKETS];
        int filled = in.readVInt();
        for (int i = 0; i < filled; i++) {
            counts[in.readVInt()] = in.readVLong();
        }
        totalMicros = in.readVLong();
        maxMicros = in.readVLong();
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        int filled = 0;
        for (long count : counts) {
            filled += count > 0 ? 1 : 0;
        }
        out.writeVInt(filled);
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] > 0) {
                out.writeVInt(i);
                out.writeVLong(counts[i]);
            }
        }
        out.writeVLong(totalMicros);
        out.writeVLong(maxMicros);
    }

    Latency plus(Latency other) {
        long[] sum = counts.clone();
        for (int i = 0; i < sum.length; i++) {
            sum[i] += other.counts[i];
        }
        return new Latency(sum, totalMicros + other.totalMicros, Math.max(maxMicros, other.maxMicros));
    }

    long count() {
        long n = 0;
        for (long count : counts) {
            n += count;
        }
        return n;
    }

    /**
     * The smallest bucket bound, at most the maximum, that at least {@code percent} of the durations do not exceed.
     *
     * @param percent the percentage, 0 to 100
     * @return the duration in milliseconds; 0 if there are no durations
     */
    double percentileMillis(double percent) {
        long n = count();
        if (n == 0) {
            return 0;
        }
        long rank = Math.max(1, (long) Math.ceil(n * percent / 100));
        long seen = 0;
        for (int i = 0; i < counts.length; i++) {
            seen += counts[i];
            if (seen >= rank) {
                return Math.min(LatencyHistogram.upperBound(i), maxMicros) / 1000.0;
            }
        }
        return maxMicros / 1000.0;
    }

    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
        long n = count();
        return builder.startObject()
                .field("count", n)
                .field("total", totalMicros / 1000.0)
                .field("mean", n == 0 ? 0 : totalMicros / 1000.0 / n)
                .field("p50", percentileMillis(50))
                .field("p95", percentileMillis(95))
                .field("p99", percentileMillis(99))
                .field("max", maxMicros / 1000.0)
                .endObject();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Latency that
                && Arrays.equals(counts, that.counts)
                && totalMicros == that.totalMicros
                && maxMicros == that.maxMicros;
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(counts);
    }
}
