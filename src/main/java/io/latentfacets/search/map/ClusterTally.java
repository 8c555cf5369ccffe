/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.map;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;

/** How many documents of a cell each cluster has, by key in ascending order. Immutable. */
final class ClusterTally {
    static final ClusterTally NONE = new ClusterTally(new String[0], new long[0]);

    private final String[] keys;
    private final long[] counts;

    private ClusterTally(String[] keys, long[] counts) {
        this.keys = keys;
        this.counts = counts;
    }

    /** @param counts the documents of each cluster, none of them 0 */
    static ClusterTally of(Map<String, Long> counts) {
        String[] keys = counts.keySet().stream().sorted().toArray(String[]::new);
        return new ClusterTally(keys, Arrays.stream(keys).mapToLong(counts::get).toArray());
    }

    /** @param keys all keys, of which a tally holds the numbers */
    static ClusterTally read(StreamInput in, List<String> keys) throws IOException {
        int size = in.readVInt();
        String[] own = new String[size];
        long[] counts = new long[size];
        for (int i = 0; i < size; i++) {
            own[i] = keys.get(in.readVInt());
            counts[i] = in.readVLong();
        }
        return new ClusterTally(own, counts);
    }

    /** @param numbers the number of each key */
    void writeTo(StreamOutput out, Map<String, Integer> numbers) throws IOException {
        out.writeVInt(keys.length);
        for (int i = 0; i < keys.length; i++) {
            out.writeVInt(numbers.get(keys[i]));
            out.writeVLong(counts[i]);
        }
    }

    List<String> keys() {
        return Arrays.asList(keys);
    }

    /** Returns the sum of two tallies. */
    ClusterTally plus(ClusterTally other) {
        String[] merged = new String[keys.length + other.keys.length];
        long[] sums = new long[merged.length];
        int size = 0;
        int mine = 0;
        int theirs = 0;
        while (mine < keys.length || theirs < other.keys.length) {
            int order = mine == keys.length
                    ? 1
                    : theirs == other.keys.length ? -1 : keys[mine].compareTo(other.keys[theirs]);
            merged[size] = order <= 0 ? keys[mine] : other.keys[theirs];
            sums[size++] = (order <= 0 ? counts[mine] : 0) + (order >= 0 ? other.counts[theirs] : 0);
            mine += order <= 0 ? 1 : 0;
            theirs += order >= 0 ? 1 : 0;
        }
        return new ClusterTally(Arrays.copyOf(merged, size), Arrays.copyOf(sums, size));
    }

    /** Returns the tally of the cluster with the most documents alone; of equal ones, that with the lowest key. */
    ClusterTally dominant() {
        if (keys.length < 2) {
            return this;
        }
        int most = 0;
        for (int i = 1; i < keys.length; i++) {
            boolean earlier = keys[i].length() < keys[most].length();
            most = counts[i] > counts[most] || (counts[i] == counts[most] && earlier) ? i : most;
        }
        return new ClusterTally(new String[] {keys[most]}, new long[] {counts[most]});
    }

    /** The key of the {@link #dominant} cluster; null for none. */
    String cluster() {
        return keys.length == 0 ? null : dominant().keys[0];
    }

    /** The number of documents of the {@link #dominant} cluster. */
    long documents() {
        return keys.length == 0 ? 0 : dominant().counts[0];
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ClusterTally that
                && Arrays.equals(keys, that.keys)
                && Arrays.equals(counts, that.counts);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(keys) + Arrays.hashCode(counts);
    }
}
