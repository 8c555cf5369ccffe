/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.results;

import java.util.Arrays;
import java.util.function.LongConsumer;

/**
 * Builds a {@link LatentSample} from blocks of latents. A latent costs a hash, because there may be millions; one whose
 * hash is low enough costs a look into an open table too. What the sampler holds lies in order of arrival, and only the
 * table is read at random, because it is small enough for the second cache. Not thread-safe.
 */
final class LatentSampler {
    /** The heap bytes of an entry at the most, without its latent: its numbers, four slots, and objects at the end. */
    private static final int OVERHEAD = 100;

    private static final int CHARGED_AT_ONCE = 1024;
    private static final int SMALLEST_TABLE = 256;
    private static final int HIGH = Integer.SIZE;

    private final int capacity;
    private final LongConsumer charge;
    /** The number of entries at which the sampler drops those that cannot be in the sample. */
    private final int full;

    /**
     * For each slot, the high bits of an entry's hash and the entry's number plus 1; 0 for none. As many slots as a
     * power of two, half of them free.
     */
    private long[] table = new long[SMALLEST_TABLE];

    private long[] hashes = new long[0];
    private int[] counts = new int[0];
    /** The latents of the entries, one after the other. */
    private byte[] latents = new byte[0];

    private int dims;
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
        this.full = capacity + capacity / 2 + 1;
    }

    /**
     * Adds latents.
     *
     * @param block int8[count][dims], one after the other; copied where the sample keeps them
     * @param dims the same in all calls
     */
    void add(byte[] block, int count, int dims) {
        this.dims = dims;
        documents += count;
        for (int from = 0; from < count * dims; from += dims) {
            long hash = LatentHash.of(block, from, dims);
            if (hash < bound) {
                add(hash, block, from);
            }
        }
    }

    private void add(long hash, byte[] block, int from) {
        int slot = slot(hash);
        if (table[slot] != 0) {
            int entry = entry(slot);
            counts[entry] = counts[entry] == Integer.MAX_VALUE ? Integer.MAX_VALUE : counts[entry] + 1;
            return;
        }
        if (size == room) {
            makeRoom();
        }
        hashes[size] = hash;
        counts[size] = 1;
        System.arraycopy(block, from, latents, size * dims, dims);
        table[slot] = slotOf(hash, size++);
        if (size == full) {
            cut();
        } else if (2 * size > table.length) {
            fill(2 * table.length);
        }
    }

    private void makeRoom() {
        int more = Math.min(full, room + Math.max(CHARGED_AT_ONCE, room / 2));
        charge.accept((more - room) * (2L * dims + OVERHEAD));
        hashes = Arrays.copyOf(hashes, more);
        counts = Arrays.copyOf(counts, more);
        latents = Arrays.copyOf(latents, Math.multiplyExact(more, dims));
        room = more;
    }

    /** Drops the entries above the lowest {@link #capacity}, which no later document can bring back. */
    private void cut() {
        bound = sorted()[capacity];
        int kept = 0;
        for (int entry = 0; entry < size; entry++) {
            if (hashes[entry] < bound) {
                hashes[kept] = hashes[entry];
                counts[kept] = counts[entry];
                System.arraycopy(latents, entry * dims, latents, kept++ * dims, dims);
            }
        }
        size = kept;
        fill(table.length);
    }

    /** Puts all entries into a table of this many slots. */
    private void fill(int slots) {
        table = new long[slots];
        for (int entry = 0; entry < size; entry++) {
            table[slot(hashes[entry])] = slotOf(hashes[entry], entry);
        }
    }

    private static long slotOf(long hash, int entry) {
        return (hash >>> HIGH << HIGH) | (entry + 1);
    }

    private int entry(int slot) {
        return (int) table[slot] - 1;
    }

    /** The slot of a hash, or the free one where it belongs. Hashes are random, so their low bits are. */
    private int slot(long hash) {
        int slot = (int) hash & (table.length - 1);
        while (table[slot] != 0 && (table[slot] >>> HIGH != hash >>> HIGH || hashes[entry(slot)] != hash)) {
            slot = (slot + 1) & (table.length - 1);
        }
        return slot;
    }

    /**
     * The hashes in ascending order. They are random below the bound, so each goes to the stretch where it belongs, and
     * what few there are in a stretch are sorted. Whoever makes latents of equal beginnings of hashes makes stretches
     * longer, not the order wrong.
     */
    private long[] sorted() {
        double stretches = size / (double) bound;
        int[] ends = new int[size + 1];
        for (int entry = 0; entry < size; entry++) {
            ends[(int) (hashes[entry] * stretches)]++;
        }
        for (int i = 1; i <= size; i++) {
            ends[i] += ends[i - 1];
        }
        long[] sorted = new long[size];
        int[] next = ends.clone();
        for (int entry = 0; entry < size; entry++) {
            sorted[--next[(int) (hashes[entry] * stretches)]] = hashes[entry];
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
        int kept = Math.min(capacity, size);
        byte[][] ownLatents = new byte[kept][];
        int[] ownCounts = new int[kept];
        for (int i = 0; i < kept; i++) {
            int entry = entry(slot(sorted[i]));
            ownLatents[i] = Arrays.copyOfRange(latents, entry * dims, (entry + 1) * dims);
            ownCounts[i] = counts[entry];
        }
        return new LatentSample(
                capacity,
                documents,
                Arrays.copyOf(sorted, kept),
                ownLatents,
                ownCounts,
                kept < size ? sorted[kept] : bound);
    }
}
