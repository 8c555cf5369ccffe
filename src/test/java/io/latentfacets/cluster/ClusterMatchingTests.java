/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.Test;

public class ClusterMatchingTests {
    @Test
    public void hungarianIsAsGoodAsTheBestPermutation() {
        Random random = new Random(11);
        for (int round = 0; round < 300; round++) {
            int rows = 1 + random.nextInt(6);
            int columns = 1 + random.nextInt(6);
            int bound = round % 2 == 0 ? 4 : 1000;
            long[][] values = new long[rows][columns];
            for (long[] row : values) {
                Arrays.setAll(row, c -> random.nextInt(bound));
            }
            int[] match = Hungarian.maximize(values);
            boolean[] used = new boolean[columns];
            long sum = 0;
            int matched = 0;
            for (int r = 0; r < rows; r++) {
                if (match[r] >= 0) {
                    assertTrue("column " + match[r] + " twice", !used[match[r]]);
                    used[match[r]] = true;
                    sum += values[r][match[r]];
                    matched++;
                }
            }
            assertEquals(Math.min(rows, columns), matched);
            assertEquals(best(values, 0, new boolean[columns]), sum);
        }
    }

    /** The best matching by exhaustive search. */
    private static long best(long[][] values, int row, boolean[] used) {
        if (row == values.length) {
            return 0;
        }
        long best = values.length > used.length ? best(values, row + 1, used) : Long.MIN_VALUE;
        for (int c = 0; c < used.length; c++) {
            if (!used[c]) {
                used[c] = true;
                best = Math.max(best, values[row][c] + best(values, row + 1, used));
                used[c] = false;
            }
        }
        return best == Long.MIN_VALUE ? 0 : best;
    }

    @Test
    public void clustersAreMatchedByTheirDocuments() {
        int[] old = {0, 0, 0, 1, 1, 2, 2, -1};
        int[] renewed = {2, 2, 0, 0, 0, 1, -1, 1};
        assertArrayEquals(new int[] {1, 2, 0}, ClusterMatching.match(old, renewed, 3, 3));
        assertArrayEquals(new int[] {1, 2, 0, -1}, ClusterMatching.match(old, renewed, 3, 4));
        assertArrayEquals(new int[] {-1, -1}, ClusterMatching.match(new int[0], new int[0], 0, 2));
        // clusters without common documents do not match, even if both are free
        assertArrayEquals(new int[] {-1, 0}, ClusterMatching.match(new int[] {0, 1}, new int[] {1, -1}, 2, 2));
    }

    @Test
    public void keysLiveOnAndAreNeverReused() {
        StableKeys first = StableKeys.first(3);
        assertEquals(List.of("c0", "c1", "c2"), first.keys());
        assertEquals(3, first.next());

        int[] old = {0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2};
        int[] renewed = {1, 1, 1, 1, 0, 0, 0, 0, 0, 2, 2, 2};
        StableKeys second = StableKeys.renew(first.keys(), first.next(), old, renewed, 3);
        assertEquals(List.of("c1", "c0", "c2"), second.keys());
        assertEquals(3, second.next());

        // c2 ends here, and a new cluster consists of documents left over from all others
        int[] third = {0, 0, 0, 0, 1, 1, 1, 1, -1, -1, -1, -1};
        StableKeys shrunk = StableKeys.renew(second.keys(), second.next(), renewed, third, 2);
        assertEquals(List.of("c0", "c1"), shrunk.keys());
        int[] fourth = {0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2};
        StableKeys grown = StableKeys.renew(shrunk.keys(), shrunk.next(), third, fourth, 3);
        assertEquals(List.of("c0", "c1", "c3"), grown.keys());
        assertEquals(4, grown.next());
    }

    @Test
    public void aSmallOverlapIsNoContinuation() {
        int[] old = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1};
        int[] renewed = {0, 1, 1, 1, 1, 1, 1, 1, 0, 0};
        // cluster 0 shares 2 of 3 documents with the old 1, cluster 1 shares 7 of 8 with the old 0
        assertEquals(
                List.of("c1", "c0"),
                StableKeys.renew(List.of("c0", "c1"), 2, old, renewed, 2).keys());
        int[] scattered = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
        List<String> keys =
                StableKeys.renew(List.of("c0", "c1"), 2, old, scattered, 10).keys();
        assertTrue("1 of 8 documents is not the same cluster: " + keys, !keys.contains("c0"));
        assertTrue("1 of 2 documents is: " + keys, keys.contains("c1"));
    }
}
