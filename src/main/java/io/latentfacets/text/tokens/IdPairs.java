/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text.tokens;

/** Numbers by pairs of ids, all at least 0. Immutable once it is filled, and then thread-safe. */
public final class IdPairs {
    private static final long MIX = 0x9e3779b97f4a7c15L;

    private final long[] keys; // the pair, plus 1: 0 is a free place
    private final int[] values;
    private final long[] firsts; // a bit for each id that begins a pair
    private final int shift;

    /**
     * An empty map.
     *
     * @param pairs the largest number of pairs
     * @param ids above all ids
     */
    public IdPairs(int pairs, int ids) {
        int bits = Math.max(1, Integer.SIZE - Integer.numberOfLeadingZeros(2 * pairs));
        this.keys = new long[1 << bits];
        this.values = new int[1 << bits];
        this.firsts = new long[(ids >> 6) + 1];
        this.shift = Long.SIZE - bits;
    }

    /** Sets the number of a pair. */
    public void put(int first, int second, int value) {
        long key = key(first, second);
        int place = place(key);
        while (keys[place] != 0 && keys[place] != key) {
            place = (place + 1) & (keys.length - 1);
        }
        keys[place] = key;
        values[place] = value;
        firsts[first >> 6] |= 1L << first;
    }

    /** The number of a pair; −1 if it has none. */
    public int get(int first, int second) {
        if ((firsts[first >> 6] & (1L << first)) == 0) {
            return -1;
        }
        long key = key(first, second);
        for (int place = place(key); keys[place] != 0; place = (place + 1) & (keys.length - 1)) {
            if (keys[place] == key) {
                return values[place];
            }
        }
        return -1;
    }

    /** The heap of the map, in bytes. */
    public long ramBytes() {
        return 64 + (long) (Long.BYTES + Integer.BYTES) * keys.length + (long) Long.BYTES * firsts.length;
    }

    private static long key(int first, int second) {
        return (((long) first << 32) | second) + 1;
    }

    private int place(long key) {
        return (int) ((key * MIX) >>> shift);
    }
}
