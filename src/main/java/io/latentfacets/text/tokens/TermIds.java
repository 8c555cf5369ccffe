/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text.tokens;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The index of each term in a list, found by its characters. A look-up of a term that is not in the list mostly reads
 * one place of eight bytes; a map of objects reads several of them all over the memory. Immutable and thread-safe.
 *
 * <p>The terms may be made to harm, so the hash has a random factor. No answer depends on it.
 */
public final class TermIds {
    private static final long MIX = 0x9e3779b97f4a7c15L;

    private final List<String> terms;
    private final long[] places; // the upper half of the hash, then the index plus 1; 0 is a free place
    private final long factor = ThreadLocalRandom.current().nextLong() | 1;

    /** @param terms the terms; of equal ones the first counts. Not modified, and not copied */
    public TermIds(List<String> terms) {
        this.terms = terms;
        this.places = new long[Integer.highestOneBit(Math.max(4, terms.size())) << 2];
        for (int i = 0; i < terms.size(); i++) {
            char[] term = terms.get(i).toCharArray();
            long hash = hash(term, term.length);
            int place = place(hash);
            while (places[place] != 0 && !is(places[place], hash, term, term.length)) {
                place = (place + 1) & (places.length - 1);
            }
            if (places[place] == 0) {
                places[place] = (hash & 0xffffffff00000000L) | (i + 1);
            }
        }
    }

    /** The index of a term; −1 if it is not in the list. */
    public int get(String term) {
        return get(term.toCharArray(), term.length());
    }

    /** The index of the term of the first characters; −1 if it is not in the list. */
    public int get(char[] term, int length) {
        long hash = hash(term, length);
        for (int place = place(hash); places[place] != 0; place = (place + 1) & (places.length - 1)) {
            if (is(places[place], hash, term, length)) {
                return (int) places[place] - 1;
            }
        }
        return -1;
    }

    /** The heap of the places, in bytes. */
    public long ramBytes() {
        return (long) Long.BYTES * places.length;
    }

    private boolean is(long place, long hash, char[] term, int length) {
        if ((place ^ hash) >>> Integer.SIZE != 0) {
            return false;
        }
        String there = terms.get((int) place - 1);
        if (there.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (there.charAt(i) != term[i]) {
                return false;
            }
        }
        return true;
    }

    private int place(long hash) {
        return (int) hash & (places.length - 1);
    }

    private long hash(char[] term, int length) {
        long hash = factor + length;
        for (int i = 0; i < length; i++) {
            hash = (hash ^ term[i]) * MIX;
            hash ^= hash >>> 29;
        }
        return (hash * factor) ^ (hash >>> 32);
    }
}
