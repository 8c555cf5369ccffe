/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text.tokens;

import java.util.Arrays;

/** Where the tokens of some texts begin and end, and a number for each. Reusable; not thread-safe. */
public final class Tokens {
    private int[] starts = new int[256];
    private int[] ends = new int[256];
    private int[] values = new int[256];
    private int size;

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

    /** The number of tokens for which it has memory. */
    public int capacity() {
        return starts.length;
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
