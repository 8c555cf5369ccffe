/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text.tokens;

import java.util.concurrent.ThreadLocalRandom;

/**
 * Remembers a number for tokens that were read lately. A number must depend on the token alone, so it does not matter
 * which thread has computed it. Takes at most {@value #MAX_BYTES} bytes, whatever the tokens are, and little more than
 * its tokens need while they are few. Thread-safe without locks on the way of a reader.
 *
 * <p>Nine of ten tokens are at most eleven ASCII letters in lower case, in capitals or with one capital at the start.
 * Such a token is a key of 64 bits in a {@link KeyTable}; the characters of others are in a {@link TextTable}. No place
 * of a table is written twice, so that a reader sees a whole entry or none. A full table is copied into one of twice
 * the size, up to a size; then a new one begins, into which tokens of the former one move when they come again, and the
 * one before that is forgotten.
 *
 * <p>Texts may be made to harm: with tokens that all want the same place. So each memo has a random factor of its own
 * in its hash, a token has few places to look at, and one that finds none of them free is not kept.
 */
public final class TokenMemo {
    /** What {@link #get} returns for a token that the memo does not hold. */
    public static final int NONE = 0;

    /** A bound of what a memo takes: two tables of each sort. */
    public static final int MAX_BYTES = 3 << 20;

    /** The places of a table of keys, as a power of two. */
    static final int PLACE_BITS = 16;

    /** The places of a table of characters, as a power of two. */
    static final int TEXT_BITS = 13;

    /** The places of a memo's first tables, as a power of two. */
    static final int FIRST_BITS = 8;

    /** The most places where a token is looked for. */
    static final int PROBES = 32;

    /** The largest length of a token whose letters are a key, at five bits a letter. */
    static final int PACKED = 11;

    static final int LETTER_BITS = 5;

    /** The bits of a letter of ASCII that say which one it is, from 1 on. */
    static final int LETTER = (1 << LETTER_BITS) - 1;

    /** The bit of a letter of ASCII that says that it is a small one. */
    static final int SMALL = 0x20;

    private static final int KIND_SHIFT = PACKED * LETTER_BITS + 2;

    /** The largest length of other tokens that are kept. */
    static final int LONGEST = 24;

    private static final long MIX = 0x9e3779b97f4a7c15L;

    /** The table of keys in use, and the one before it. */
    private record Keys(KeyTable now, KeyTable before) {}

    /** The table of characters in use, and the one before it. */
    private record Texts(TextTable now, TextTable before) {}

    /** Any odd number: changes where tokens are kept, not what they are. */
    private final long factor;

    private volatile Keys keys;
    private volatile Texts texts;

    public TokenMemo() {
        this(ThreadLocalRandom.current().nextLong());
    }

    /** @param seed gives the factor in the hash */
    TokenMemo(long seed) {
        this.factor = seed | 1;
        this.keys = new Keys(new KeyTable(FIRST_BITS, factor), null);
        this.texts = new Texts(new TextTable(FIRST_BITS - 2, factor), null);
    }

    /** About the memory that it holds, in bytes. */
    long bytes() {
        Keys both = keys;
        Texts texts = this.texts;
        return both.now.bytes()
                + (both.before == null ? 0 : both.before.bytes())
                + texts.now.bytes()
                + (texts.before == null ? 0 : texts.before.bytes());
    }

    /**
     * The number of a token.
     *
     * @param key {@link #key} of its characters
     * @param kind tells apart numbers of equal tokens, 0 to 63
     * @return the number; {@link #NONE} if the memo has none
     */
    public int get(char[] chars, int start, int end, long key, int kind) {
        return key == 0 ? text(chars, start, end, kind) : key(key | ((long) kind << KIND_SHIFT));
    }

    private int key(long key) {
        Keys both = keys;
        int value = both.now.get(key);
        if (value == NONE && both.before != null) {
            value = both.before.get(key);
            if (value != NONE) {
                put(key, value);
            }
        }
        return value;
    }

    private int text(char[] chars, int start, int end, int kind) {
        if (end - start > LONGEST) {
            return NONE;
        }
        long head = TextTable.head(chars, start, end, kind, factor);
        Texts both = texts;
        int value = both.now.get(head, chars, start, end);
        if (value == NONE && both.before != null) {
            value = both.before.get(head, chars, start, end);
            if (value != NONE) {
                put(head, chars, start, end, value);
            }
        }
        return value;
    }

    /**
     * Remembers the number of a token, or does not.
     *
     * @param key as for {@link #get}
     * @param kind as for {@link #get}
     * @param value not {@link #NONE}
     */
    public void put(char[] chars, int start, int end, long key, int kind, int value) {
        if (key != 0) {
            put(key | ((long) kind << KIND_SHIFT), value);
        } else if (end - start <= LONGEST) {
            put(TextTable.head(chars, start, end, kind, factor), chars, start, end, value);
        }
    }

    private void put(long key, int value) {
        if (!keys.now.hasRoom()) {
            synchronized (this) {
                KeyTable full = keys.now;
                if (!full.hasRoom()) {
                    keys = new Keys(full, null); // so that never more than two are here
                    keys = full.bits() < PLACE_BITS
                            ? new Keys(full.twice(), null)
                            : new Keys(new KeyTable(PLACE_BITS, factor), full);
                }
            }
        }
        keys.now.put(key, value);
    }

    private void put(long head, char[] chars, int start, int end, int value) {
        if (!texts.now.hasRoom()) {
            synchronized (this) {
                TextTable full = texts.now;
                if (!full.hasRoom()) {
                    texts = new Texts(full, null);
                    texts = full.bits() < TEXT_BITS
                            ? new Texts(full.twice(), null)
                            : new Texts(new TextTable(TEXT_BITS, factor), full);
                }
            }
        }
        texts.now.put(head, chars, start, end, value);
    }

    /** The token as one number above 0; 0 if it has too many letters, or other characters. */
    static long key(char[] chars, int start, int end) {
        int length = end - start;
        if (length > PACKED) {
            return 0;
        }
        long letters = 0;
        int capitals = 0;
        for (int i = start; i < end; i++) {
            int small = chars[i] | SMALL;
            if (small < 'a' || small > 'z') {
                return 0;
            }
            letters |= (long) (small & LETTER) << (LETTER_BITS * (i - start));
            capitals = (capitals << 1) | ((chars[i] & SMALL) == 0 ? 1 : 0);
        }
        int all = (1 << length) - 1;
        long writing = capitals == 0 ? 0 : capitals == (all ^ (all >>> 1)) ? 1 : capitals == all ? 2 : -1;
        return writing < 0 ? 0 : letters | (writing << (PACKED * LETTER_BITS));
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
}
