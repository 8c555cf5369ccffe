/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text.tokens;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Numbers by keys above 0, in places that are written once. A key and its number are beside each other: a reader needs
 * one line of the cache. Thread-safe without locks.
 */
final class KeyTable {
    /** The key of a place that a thread is about to write. */
    private static final long CLAIMED = -1;

    private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] places; // a key and its number in turn
    private final int bits;
    private final int mask;
    private final long factor;
    /** Keys that have a place, and those that found none. */
    private final AtomicInteger used = new AtomicInteger();

    /**
     * @param bits the number of places, as a power of two
     * @param factor as for {@link TokenMemo#place}
     */
    KeyTable(int bits, long factor) {
        this.places = new long[2 << bits];
        this.bits = bits;
        this.mask = places.length - 1;
        this.factor = factor;
    }

    int bits() {
        return bits;
    }

    /** The number of a key; {@link TokenMemo#NONE} if it has no place. */
    int get(long key) {
        int place = 2 * TokenMemo.place(key, factor, bits);
        for (int probe = 0; probe < TokenMemo.PROBES; probe++) {
            long there = (long) LONGS.getAcquire(places, place);
            if (there == key) {
                return (int) places[place + 1];
            }
            if (there == 0) {
                return TokenMemo.NONE;
            }
            place = (place + 2) & mask;
        }
        return TokenMemo.NONE;
    }

    /** Whether the table has a place for one more, with some to spare. */
    boolean hasRoom() {
        return used.get() < (3 << bits) / 4;
    }

    /** Sets the number of a key, unless it has one or finds no place. */
    void put(long key, int value) {
        int place = 2 * TokenMemo.place(key, factor, bits);
        for (int probe = 0; probe < TokenMemo.PROBES; probe++) {
            if (LONGS.compareAndSet(places, place, 0L, CLAIMED)) {
                places[place + 1] = value;
                LONGS.setRelease(places, place, key);
                break;
            }
            if (places[place] == key) {
                return;
            }
            place = (place + 2) & mask;
        }
        used.incrementAndGet(); // counted without a place too: many such keys make room by a new table
    }

    /** A table of twice the size with the same numbers; one that another thread sets meanwhile may be missing. */
    KeyTable twice() {
        KeyTable twice = new KeyTable(bits + 1, factor);
        for (int place = 0; place < places.length; place += 2) {
            long key = (long) LONGS.getAcquire(places, place);
            if (key > 0) {
                twice.put(key, (int) places[place + 1]);
            }
        }
        return twice;
    }

    long bytes() {
        return (long) Long.BYTES * places.length;
    }
}
