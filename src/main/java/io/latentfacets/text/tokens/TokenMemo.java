/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text.tokens;

/**
 * Remembers a number for tokens that were read lately. Thread-safe without locks: entries are immutable, and a thread
 * that misses the entry of another one only computes the number again. A number never depends on what else the memo
 * holds. Takes at most {@value #MAX_BYTES} bytes whatever the tokens are: each token has two places, a new one pushes
 * the former from the first to the second, and very long ones are not kept.
 */
public final class TokenMemo {
    /** What {@link #get} returns for a token that the memo does not hold. */
    public static final int NONE = 0;

    /** A bound of what a memo takes: 36 bytes for each short token, 140 for each long one. */
    public static final int MAX_BYTES = 1 << 20;

    private static final int SHORT_PLACES = 1 << 14;
    private static final int LONG_PLACES = 1 << 11;

    /** A short token has at most this many characters, each below 256: 15 bytes of two words, and the kind. */
    private static final int SHORT = 15;

    private static final int LONGEST = 31;

    /** A token, as its characters one byte each, or as a hash and its text. */
    private static class Entry {
        final long high;
        final long low;
        final int value;

        Entry(long high, long low, int value) {
            this.high = high;
            this.low = low;
            this.value = value;
        }
    }

    private static final class LongEntry extends Entry {
        final String text;

        LongEntry(long high, long low, int value, String text) {
            super(high, low, value);
            this.text = text;
        }
    }

    private final Entry[] shorts = new Entry[SHORT_PLACES];
    private final LongEntry[] longs = new LongEntry[LONG_PLACES];

    /**
     * The number of a token.
     *
     * @param kind tells apart numbers of equal tokens, 0 to 127
     * @return the number; {@link #NONE} if the memo has none
     */
    public int get(String text, int start, int end, int kind) {
        int length = end - start;
        if (length > SHORT) {
            return getLong(text, start, end, kind);
        }
        long high = 0;
        long low = 0;
        int i = start;
        int bits = 0;
        for (int to = Math.min(end, start + 8); i < to; i++) {
            char c = text.charAt(i);
            bits |= c;
            high = high << 8 | c;
        }
        for (; i < end; i++) {
            char c = text.charAt(i);
            bits |= c;
            low = low << 8 | c;
        }
        if (bits > 255) {
            return getLong(text, start, end, kind);
        }
        low |= (long) kind << 56;
        int place = place(high, low, SHORT_PLACES);
        Entry entry = shorts[place];
        if (entry != null && entry.high == high && entry.low == low) {
            return entry.value;
        }
        Entry second = shorts[place ^ 1];
        if (second != null && second.high == high && second.low == low) {
            shorts[place ^ 1] = entry;
            shorts[place] = second;
            return second.value;
        }
        return NONE;
    }

    private int getLong(String text, int start, int end, int kind) {
        if (end - start > LONGEST) {
            return NONE;
        }
        long high = hash(text, start, end);
        int place = place(high, kind, LONG_PLACES);
        LongEntry entry = longs[place];
        if (entry != null && is(entry, high, kind, text, start, end)) {
            return entry.value;
        }
        LongEntry second = longs[place ^ 1];
        if (second != null && is(second, high, kind, text, start, end)) {
            longs[place ^ 1] = entry;
            longs[place] = second;
            return second.value;
        }
        return NONE;
    }

    private static boolean is(LongEntry entry, long high, int kind, String text, int start, int end) {
        return entry.high == high
                && entry.low == kind
                && entry.text.length() == end - start
                && text.startsWith(entry.text, start);
    }

    /**
     * Remembers the number of a token, or does not.
     *
     * @param value not {@link #NONE}
     */
    public void put(String text, int start, int end, int kind, int value) {
        int length = end - start;
        if (length > LONGEST) {
            return;
        }
        long high = 0;
        long low = 0;
        int bits = 0;
        for (int i = start; i < end; i++) {
            char c = text.charAt(i);
            bits |= c;
            if (i < start + 8) {
                high = high << 8 | c;
            } else {
                low = low << 8 | c;
            }
        }
        if (bits > 255 || length > SHORT) {
            long hash = hash(text, start, end);
            int place = place(hash, kind, LONG_PLACES);
            longs[place ^ 1] = longs[place];
            longs[place] = new LongEntry(hash, kind, value, text.substring(start, end));
        } else {
            low |= (long) kind << 56;
            int place = place(high, low, SHORT_PLACES);
            shorts[place ^ 1] = shorts[place];
            shorts[place] = new Entry(high, low, value);
        }
    }

    private static long hash(String text, int start, int end) {
        long hash = 0;
        for (int i = start; i < end; i++) {
            hash = (hash ^ text.charAt(i)) * 0x9e3779b97f4a7c15L;
            hash ^= hash >>> 29;
        }
        return hash;
    }

    private static int place(long high, long low, int places) {
        long mixed = (high ^ Long.rotateLeft(low * 0x9e3779b97f4a7c15L, 31)) * 0xff51afd7ed558ccdL;
        return (int) (mixed >>> 40) & (places - 1);
    }
}
