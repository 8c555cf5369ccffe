/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text.tokens;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Numbers by tokens of any characters, at most {@value TokenMemo#LONGEST} of them, in places that are written once. A
 * place has a head, of the hash, the kind and the length of its token, and the characters. Thread-safe without locks.
 */
final class TextTable {
    private static final int LENGTH_BITS = 5;
    private static final int KIND_BITS = 6;

    /** The head of a place that a thread is about to write; its length is that of no token. */
    private static final long CLAIMED = -1;

    private static final long MIX = 0x9e3779b97f4a7c15L;
    private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] heads;
    private final char[] chars; // of each place, as many as a token has at most
    private final int[] values;
    private final int bits;
    private final long factor;
    /** Tokens that have a place, and those that found none. */
    private final AtomicInteger used = new AtomicInteger();

    /**
     * @param bits the number of places, as a power of two
     * @param factor as for {@link TokenMemo#place}
     */
    TextTable(int bits, long factor) {
        this.heads = new long[1 << bits];
        this.chars = new char[TokenMemo.LONGEST << bits];
        this.values = new int[1 << bits];
        this.bits = bits;
        this.factor = factor;
    }

    int bits() {
        return bits;
    }

    /** The head of a token's place, which is not 0. */
    static long head(char[] chars, int start, int end, int kind, long factor) {
        long hash = factor;
        for (int i = start; i < end; i++) {
            hash = (hash ^ chars[i]) * MIX;
            hash ^= hash >>> 29;
        }
        return (hash << (LENGTH_BITS + KIND_BITS)) | ((long) kind << LENGTH_BITS) | (end - start);
    }

    /** The number of a token; {@link TokenMemo#NONE} if it has no place. */
    int get(long head, char[] text, int start, int end) {
        int place = TokenMemo.place(head, factor, bits);
        for (int probe = 0; probe < TokenMemo.PROBES; probe++) {
            long there = (long) LONGS.getAcquire(heads, place);
            if (there == head && holds(place, text, start, end)) {
                return values[place];
            }
            if (there == 0) {
                return TokenMemo.NONE;
            }
            place = (place + 1) & (heads.length - 1);
        }
        return TokenMemo.NONE;
    }

    private boolean holds(int place, char[] text, int start, int end) {
        int at = place * TokenMemo.LONGEST;
        return Arrays.equals(chars, at, at + end - start, text, start, end);
    }

    /** Whether the table has a place for one more, with some to spare. */
    boolean hasRoom() {
        return used.get() < (3 << bits) / 4;
    }

    /** Sets the number of a token, unless it has one or finds no place. */
    void put(long head, char[] text, int start, int end, int value) {
        int place = TokenMemo.place(head, factor, bits);
        for (int probe = 0; probe < TokenMemo.PROBES; probe++) {
            if (LONGS.compareAndSet(heads, place, 0L, CLAIMED)) {
                System.arraycopy(text, start, chars, place * TokenMemo.LONGEST, end - start);
                values[place] = value;
                LONGS.setRelease(heads, place, head);
                break;
            }
            if ((long) LONGS.getAcquire(heads, place) == head && holds(place, text, start, end)) {
                return;
            }
            place = (place + 1) & (heads.length - 1);
        }
        used.incrementAndGet(); // counted without a place too: many such tokens make room by a new table
    }

    /** A table of twice the size with the same numbers; one that another thread sets meanwhile may be missing. */
    TextTable twice() {
        TextTable twice = new TextTable(bits + 1, factor);
        for (int place = 0; place < heads.length; place++) {
            long head = (long) LONGS.getAcquire(heads, place);
            if (head != 0 && head != CLAIMED) {
                int at = place * TokenMemo.LONGEST;
                twice.put(head, chars, at, at + (int) (head & ((1 << LENGTH_BITS) - 1)), values[place]);
            }
        }
        return twice;
    }

    long bytes() {
        return (long) (Long.BYTES + Character.BYTES * TokenMemo.LONGEST + Integer.BYTES) * heads.length;
    }
}
