/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text.tokens;

import java.util.Arrays;

/**
 * Where the tokens of some texts begin and end, a number for each, and the characters of the text that was read last.
 * Reusable; not thread-safe.
 */
public final class Tokens {
    private int[] starts = new int[256];
    private int[] ends = new int[256];
    private int[] values = new int[256];
    private int size;
    private char[] chars = new char[1024];

    /** Takes a text, whose characters are then in {@link #chars}. */
    public void text(String text) {
        if (chars.length < text.length()) {
            chars = new char[text.length() + text.length() / 4];
        }
        text.getChars(0, text.length(), chars, 0);
    }

    /** The characters of the text that was taken last, and others behind them. */
    public char[] chars() {
        return chars;
    }

    /** Forgets the tokens from the given one on. */
    public void shorten(int to) {
        size = to;
    }

    void add(int start, int end) {
        if (size == starts.length) {
            starts = Arrays.copyOf(starts, 2 * size);
            ends = Arrays.copyOf(ends, 2 * size);
            values = Arrays.copyOf(values, 2 * size);
        }
        starts[size] = start;
        ends[size++] = end;
    }

    public int size() {
        return size;
    }

    /** The memory that it holds, in bytes. */
    public long bytes() {
        return 3L * Integer.BYTES * starts.length + (long) Character.BYTES * chars.length;
    }

    public int start(int token) {
        return starts[token];
    }

    public int end(int token) {
        return ends[token];
    }

    /** What {@link #value(int, int)} has set last; arbitrary before. */
    public int value(int token) {
        return values[token];
    }

    public void value(int token, int value) {
        values[token] = value;
    }
}
