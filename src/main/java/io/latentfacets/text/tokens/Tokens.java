/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text.tokens;

import java.util.Arrays;

/**
 * Where the tokens of some texts begin and end, a key and a number for each, and the characters of the text that was
 * read last. Reusable; not thread-safe.
 */
public final class Tokens {
    private int[] starts = new int[256];
    private int[] ends = new int[256];
    private int[] values = new int[256];
    private long[] keys = new long[256];
    private int size;
    private char[] chars = new char[1024];
    private final AsciiLetters letters = new AsciiLetters();
    private boolean prose;

    /** Takes a text, whose characters are then in {@link #chars}. */
    public void text(String text) {
        int length = text.length();
        if (chars.length <= length) {
            chars = new char[length + length / 4 + 1];
        }
        text.getChars(0, length, chars, 0);
        chars[length] = ' ';
    }

    /** The characters of the text that was taken last, a blank, and others behind it. */
    public char[] chars() {
        return chars;
    }

    /** For the text that is read. */
    AsciiLetters letters() {
        return letters;
    }

    /** Whether the text that was read last has nothing that {@link Noise} looks into. */
    public boolean prose() {
        return prose;
    }

    void prose(boolean value) {
        prose = value;
    }

    /** Forgets the tokens from the given one on. */
    public void shorten(int to) {
        size = to;
    }

    /** @param key the {@link TokenMemo#key} of the token's characters */
    void add(int start, int end, long key) {
        if (size == starts.length) {
            starts = Arrays.copyOf(starts, 2 * size);
            ends = Arrays.copyOf(ends, 2 * size);
            values = Arrays.copyOf(values, 2 * size);
            keys = Arrays.copyOf(keys, 2 * size);
        }
        starts[size] = start;
        keys[size] = key;
        ends[size++] = end;
    }

    public int size() {
        return size;
    }

    /** The memory that it holds, in bytes. */
    public long bytes() {
        return (3L * Integer.BYTES + Long.BYTES) * starts.length
                + (long) Character.BYTES * chars.length
                + letters.ramBytes();
    }

    public int start(int token) {
        return starts[token];
    }

    public int end(int token) {
        return ends[token];
    }

    /** The {@link TokenMemo#key} of a token. */
    public long key(int token) {
        return keys[token];
    }

    /** What {@link #value(int, int)} has set last; arbitrary before. */
    public int value(int token) {
        return values[token];
    }

    public void value(int token, int value) {
        values[token] = value;
    }
}
