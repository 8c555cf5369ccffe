/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.results;

import java.util.Arrays;
import java.util.function.LongConsumer;

/**
 * Builds a {@link LatentSample} from blocks of latents. A latent costs a hash, because there may be millions; one whose
 * hash is low enough costs a look into an open table too. Not thread-safe.
 */
final class LatentSampler {
    /** The approximate heap bytes of an entry without its latent. */
    private static final int OVERHEAD = 120;

    private static final int CHARGED_AT_ONCE = 1024;
    private static final int SMALLEST_TABLE = 256;
    private static final long FREE = -1;

    private final int capacity;
    private final LongConsumer charge;
    /** The hash of each slot, {@link #FREE} for none; as many slots as a power of two, half of them free. */
    private long[] hashes = free(SMALLEST_TABLE);

    private int[] counts = new int[SMALLEST_TABLE];
    private byte[][] latents = new byte[SMALLEST_TABLE][];
    private int size;
    private int room;
    private long documents;
    private long bound = Long.MAX_VALUE;

    /**
     * @param capacity the largest number of distinct latents
     * @param charge receives the number of heap bytes before the sampler uses them; throws if they do not fit
     */
    LatentSampler(int capacity, LongConsumer charge) {
        this.capacity = capacity;
        this.charge = charge;
    }

    /**
     * Adds latents.
     *
     * @param block int8[count][dims], one after the other; copied where the sample keeps them
     */
    void add(byte[] block, int count, int dims) {
        documents += count;
        for (int from = 0; from < count * dims; from += dims) {
            long hash = LatentHash.of(block, from, dims);
            if (hash < bound) {
                add(hash, block, from, dims);
            }
        }
    }

    private void add(long hash, byte[] block, int from, int dims) {
        int slot = slot(hash);
        if (hashes[slot] == hash) {
            counts[slot] = counts[slot] == Integer.MAX_VALUE ? Integer.MAX_VALUE : counts[slot] + 1;
            return;
        }
        if (size == room) {
            charge.accept((long) CHARGED_AT_ONCE * (dims + OVERHEAD));
            room += CHARGED_AT_ONCE;
        }
        put(slot, hash, Arrays.copyOfRange(block, from, from + dims), 1);
        // a cut at twice the capacity would need a larger table, out of reach of the second cache
        if (size > capacity + capacity / 2) {
            bound = sorted()[capacity];
            rehash(hashes.length);
        } else if (2 * size > hashes.length) {
            rehash(2 * hashes.length);
        }
    }

    /** The slot of a hash, or the free one where it belongs. Hashes are random, so their low bits are. */
    private int slot(long hash) {
        int slot = (int) hash & (hashes.length - 1);
        while (hashes[slot] != hash && hashes[slot] != FREE) {
            slot = (slot + 1) & (hashes.length - 1);
        }
        return slot;
    }

    private void put(int slot, long hash, byte[] latent, int count) {
        hashes[slot] = hash;
        latents[slot] = latent;
        counts[slot] = count;
        size++;
    }

    /** Moves the entries below the bound to a table of this many slots. */
    private void rehash(int slots) {
        long[] oldHashes = hashes;
        int[] oldCounts = counts;
        byte[][] oldLatents = latents;
        hashes = free(slots);
        counts = new int[slots];
        latents = new byte[slots][];
        size = 0;
        for (int i = 0; i < oldHashes.length; i++) {
            if (oldHashes[i] != FREE && oldHashes[i] < bound) {
                put(slot(oldHashes[i]), oldHashes[i], oldLatents[i], oldCounts[i]);
            }
        }
    }

    private static long[] free(int slots) {
        long[] hashes = new long[slots];
        Arrays.fill(hashes, FREE);
        return hashes;
    }

    /**
     * The hashes in ascending order. They are random below the bound, so each goes to the stretch where it belongs, and
     * what few there are in a stretch are sorted. Whoever makes latents of equal beginnings of hashes makes stretches
     * longer, not the order wrong.
     */
    private long[] sorted() {
        double stretches = size / (double) bound;
        int[] ends = new int[size + 1];
        for (long hash : hashes) {
            if (hash != FREE) {
                ends[(int) (hash * stretches)]++;
            }
        }
        for (int i = 1; i <= size; i++) {
            ends[i] += ends[i - 1];
        }
        long[] sorted = new long[size];
        int[] next = ends.clone();
        for (long hash : hashes) {
            if (hash != FREE) {
                sorted[--next[(int) (hash * stretches)]] = hash;
            }
        }
        for (int i = 0; i <= size; i++) {
            if (ends[i] - next[i] > 1) {
                Arrays.sort(sorted, next[i], ends[i]);
            }
        }
        return sorted;
    }

    LatentSample build() {
        long[] sorted = sorted();
        int kept = Math.min(capacity, sorted.length);
        byte[][] ownLatents = new byte[kept][];
        int[] ownCounts = new int[kept];
        for (int i = 0; i < kept; i++) {
            int slot = slot(sorted[i]);
            ownLatents[i] = latents[slot];
            ownCounts[i] = counts[slot];
        }
        return new LatentSample(
                capacity,
                documents,
                Arrays.copyOf(sorted, kept),
                ownLatents,
                ownCounts,
                kept < sorted.length ? sorted[kept] : bound);
    }
}
