/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text.tokens;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Remembers a number for tokens that were read lately. A number must depend on the token alone, so it does not matter
 * which thread has computed it. Takes at most {@value #MAX_BYTES} bytes, whatever the tokens are. Thread-safe without
 * locks on the way of a reader.
 *
 * <p>Nearly all tokens are at most eleven ASCII letters in lower case, in capitals or with one capital at the start.
 * Such a token is a key of 64 bits in a table in which no place is written twice, so that a reader sees a whole entry
 * or none. Once the table is full a new one begins, into which tokens of the former one move when they come again; the
 * one before that is forgotten. Other tokens are objects with a copy of the text; a new one displaces others.
 *
 * <p>The first table is small, since many memos see a few words only.
 *
 * <p>Texts may be made to harm: with tokens that all want the same place. So each memo has a random factor of its own
 * in its hash, a token has few places to look at, and one that finds none of them free is not kept.
 */
public final class TokenMemo {
    /** What {@link #get} returns for a token that the memo does not hold. */
    public static final int NONE = 0;

    /** A bound of what a memo takes: two tables of 12 bytes a place, and 124 bytes for each other token. */
    public static final int MAX_BYTES = 1 << 20;

    /** The places of a table, as a power of two. */
    static final int PLACE_BITS = 15;

    /** The places of a memo's first table, as a power of two. */
    static final int FIRST_BITS = 9;

    /** The most places where a token is looked for. */
    static final int PROBES = 32;

    private static final int OTHER_PLACES = 1 << 11;

    /** The largest length of a token whose letters are a key, at five bits a letter. */
    private static final int PACKED = 11;

    private static final int LETTER_BITS = 5;
    private static final int KIND_SHIFT = PACKED * LETTER_BITS + 2;

    /** The largest length of other tokens that are kept. */
    private static final int LONGEST = 24;

    private static final long MIX = 0x9e3779b97f4a7c15L;
    private static final VarHandle KEYS = MethodHandles.arrayElementVarHandle(long[].class);

    /** A table of numbers by keys, in which a place is written once. */
    private static final class Table {
        /** The key of a place that a thread is about to write. */
        private static final long CLAIMED = -1;

        private final long[] keys;
        private final int[] values;
        private final int bits;
        private final long factor;
        /** Tokens that have a place, and those that found none. */
        private final AtomicInteger used = new AtomicInteger();

        Table(int bits, long factor) {
            this.keys = new long[1 << bits];
            this.values = new int[1 << bits];
            this.bits = bits;
            this.factor = factor;
        }

        int get(long key) {
            int place = place(key, factor, bits);
            for (int probe = 0; probe < PROBES; probe++) {
                long there = (long) KEYS.getAcquire(keys, place);
                if (there == key) {
                    return values[place];
                }
                if (there == 0) {
                    return NONE;
                }
                place = (place + 1) & (keys.length - 1);
            }
            return NONE;
        }

        /** Whether the table has a place for one more, with some to spare. */
        boolean hasRoom() {
            return used.get() < keys.length / 4 * 3;
        }

        void put(long key, int value) {
            int place = place(key, factor, bits);
            for (int probe = 0; probe < PROBES; probe++) {
                if (KEYS.compareAndSet(keys, place, 0L, CLAIMED)) {
                    values[place] = value;
                    KEYS.setRelease(keys, place, key);
                    break;
                }
                if (keys[place] == key) {
                    return;
                }
                place = (place + 1) & (keys.length - 1);
            }
            used.incrementAndGet(); // counted without a place too: many such tokens make room by a new table
        }

        long bytes() {
            return (long) (Long.BYTES + Integer.BYTES) * keys.length;
        }
    }

    /**
     * The first place of a key.
     *
     * @param bits the places of the table, as a power of two
     */
    static int place(long key, long factor, int bits) {
        long mixed = key * factor;
        mixed = (mixed ^ (mixed >>> 32)) * MIX;
        return (int) (mixed >>> (Long.SIZE - bits));
    }

    /** The table in use, and the one before it. */
    private record Tables(Table now, Table before) {}

    /** A token that is no key. */
    private record Other(long hash, int kind, String text, int value) {
        boolean is(long otherHash, int otherKind, char[] chars, int start, int end) {
            if (hash != otherHash || kind != otherKind || text.length() != end - start) {
                return false;
            }
            for (int i = start; i < end; i++) {
                if (text.charAt(i - start) != chars[i]) {
                    return false;
                }
            }
            return true;
        }
    }

    /** Any odd number: changes where tokens are kept, not what they are. */
    private final long factor;

    private volatile Tables tables;
    private final Other[] others = new Other[OTHER_PLACES];

    public TokenMemo() {
        this(ThreadLocalRandom.current().nextLong());
    }

    /** @param seed gives the factor in the hash */
    TokenMemo(long seed) {
        this.factor = seed | 1;
        this.tables = new Tables(new Table(FIRST_BITS, factor), null);
    }

    /** About the memory that it holds, in bytes. */
    long bytes() {
        Tables both = tables;
        long count = Stream.of(others).filter(Objects::nonNull).count();
        return both.now.bytes()
                + (both.before == null ? 0 : both.before.bytes())
                + (long) Integer.BYTES * OTHER_PLACES
                + 120 * count;
    }

    /**
     * The number of a token.
     *
     * @param kind tells apart numbers of equal tokens, 0 to 63
     * @return the number; {@link #NONE} if the memo has none
     */
    public int get(char[] chars, int start, int end, int kind) {
        long key = key(chars, start, end, kind);
        if (key == 0) {
            return getOther(chars, start, end, kind);
        }
        Tables both = tables;
        int value = both.now.get(key);
        if (value == NONE && both.before != null) {
            value = both.before.get(key);
            if (value != NONE) {
                put(key, value);
            }
        }
        return value;
    }

    private int getOther(char[] chars, int start, int end, int kind) {
        if (end - start > LONGEST) {
            return NONE;
        }
        long hash = hash(chars, start, end);
        int place = (int) (hash >>> 32) & (OTHER_PLACES - 1);
        Other first = others[place];
        if (first != null && first.is(hash, kind, chars, start, end)) {
            return first.value;
        }
        Other second = others[place ^ 1];
        return second != null && second.is(hash, kind, chars, start, end) ? second.value : NONE;
    }

    /**
     * Remembers the number of a token, or does not.
     *
     * @param kind as for {@link #get}
     * @param value not {@link #NONE}
     */
    public void put(char[] chars, int start, int end, int kind, int value) {
        long key = key(chars, start, end, kind);
        if (key != 0) {
            put(key, value);
        } else if (end - start <= LONGEST) {
            long hash = hash(chars, start, end);
            int place = (int) (hash >>> 32) & (OTHER_PLACES - 1);
            others[place ^ 1] = others[place];
            others[place] = new Other(hash, kind, new String(chars, start, end - start), value);
        }
    }

    private void put(long key, int value) {
        if (!tables.now.hasRoom()) {
            synchronized (this) {
                if (!tables.now.hasRoom()) {
                    tables = new Tables(new Table(PLACE_BITS, factor), tables.now);
                }
            }
        }
        tables.now.put(key, value);
    }

    /** The token and its kind as one number above 0; 0 if it has too many letters, or other characters. */
    static long key(char[] chars, int start, int end, int kind) {
        int length = end - start;
        if (length > PACKED) {
            return 0;
        }
        long key = 0;
        int capitals = 0;
        for (int i = start; i < end; i++) {
            int letter = (chars[i] | 0x20) - ('a' - 1);
            if (letter < 1 || letter > 26) {
                return 0;
            }
            key = (key << LETTER_BITS) | letter;
            capitals = (capitals << 1) | ((~chars[i] >> 5) & 1);
        }
        int writing;
        if (capitals == 0) {
            writing = 0;
        } else if (capitals == 1 << (length - 1)) {
            writing = 1;
        } else if (capitals == (1 << length) - 1) {
            writing = 2;
        } else {
            return 0;
        }
        return key | ((long) writing << (PACKED * LETTER_BITS)) | ((long) kind << KIND_SHIFT);
    }

    private long hash(char[] chars, int start, int end) {
        long hash = factor;
        for (int i = start; i < end; i++) {
            hash = (hash ^ chars[i]) * MIX;
            hash ^= hash >>> 29;
        }
        return hash;
    }
}
