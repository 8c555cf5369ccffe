/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text;

import java.util.Arrays;

/**
 * Counts for each pair of ids its occurrences and the documents that contain it. A hash table with open addressing: 24
 * bytes a slot, at most half of the slots in use. Not thread-safe.
 */
final class PairCounts {
    /** Receives the pairs in the order of their ids. */
    interface Visitor {
        void pair(int first, int second, long count, int docFreq);
    }

    private static final long FREE = -1;

    private long[] keys = filled(1 << 10);
    private long[] counts = new long[1 << 10];
    private int[] docFreqs = new int[1 << 10];
    private int[] lastDocs = new int[1 << 10];
    private int size;

    static long key(int first, int second) {
        return ((long) first << 32) | second;
    }

    /** Spreads a key over all 64 bits (the finaliser of splitmix64). */
    static long mix(long key) {
        long z = key * 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    private static long[] filled(int length) {
        long[] keys = new long[length];
        Arrays.fill(keys, FREE);
        return keys;
    }

    /** Counts one occurrence in document {@code doc}. The caller passes documents in ascending order. */
    void add(int first, int second, int doc) {
        if (2 * size >= keys.length) {
            grow();
        }
        long key = key(first, second);
        int slot = slot(key);
        if (keys[slot] == FREE) {
            keys[slot] = key;
            lastDocs[slot] = -1;
            size++;
        }
        counts[slot]++;
        if (lastDocs[slot] != doc) {
            lastDocs[slot] = doc;
            docFreqs[slot]++;
        }
    }

    private int slot(long key) {
        int mask = keys.length - 1;
        int slot = (int) mix(key) & mask;
        while (keys[slot] != FREE && keys[slot] != key) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void grow() {
        long[] oldKeys = keys;
        long[] oldCounts = counts;
        int[] oldDocFreqs = docFreqs;
        int[] oldLastDocs = lastDocs;
        int length = 2 * oldKeys.length;
        keys = filled(length);
        counts = new long[length];
        docFreqs = new int[length];
        lastDocs = new int[length];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != FREE) {
                int slot = slot(oldKeys[i]);
                keys[slot] = oldKeys[i];
                counts[slot] = oldCounts[i];
                docFreqs[slot] = oldDocFreqs[i];
                lastDocs[slot] = oldLastDocs[i];
            }
        }
    }

    int size() {
        return size;
    }

    void forEach(Visitor visitor) {
        long[] sorted = Arrays.stream(keys).filter(k -> k != FREE).sorted().toArray();
        for (long key : sorted) {
            int slot = slot(key);
            visitor.pair((int) (key >>> 32), (int) key, counts[slot], docFreqs[slot]);
        }
    }
}
