/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae;

import io.latentfacets.text.Bow;
import java.util.Arrays;
import org.apache.lucene.util.ArrayUtil;

/**
 * Words of a batch as encoder inputs: rows of (word, value), each of unit length, in flat arrays that are reused from
 * batch to batch. Not thread-safe.
 */
public final class SparseRows {
    private final float[] idf;
    private int[] words = new int[1 << 12];
    private float[] values = new float[1 << 12];
    private int[] ends = new int[64];
    private int rows;
    private int length;

    public SparseRows(float[] idf) {
        this.idf = idf;
    }

    public void clear() {
        rows = 0;
        length = 0;
    }

    /** Adds a word to the current row; skips a word of weight 0. */
    public void add(int word, float count) {
        if (idf[word] == 0) {
            return;
        }
        if (length == words.length) {
            words = ArrayUtil.grow(words, length + 1);
            values = Arrays.copyOf(values, words.length);
        }
        words[length] = word;
        values[length++] = Architecture.damp(count) * idf[word];
    }

    /** Ends the current row and scales its values to unit length. */
    public void endRow() {
        int start = rows == 0 ? 0 : ends[rows - 1];
        double squares = 0;
        for (int i = start; i < length; i++) {
            squares += (double) values[i] * values[i];
        }
        float scale = squares == 0 ? 0 : (float) (1 / Math.sqrt(squares));
        for (int i = start; i < length; i++) {
            values[i] *= scale;
        }
        ends = ArrayUtil.grow(ends, rows + 1);
        ends[rows++] = length;
    }

    /** Adds a whole document as a row. */
    public void addRow(Bow bow) {
        for (int i = 0; i < bow.size(); i++) {
            add(bow.id(i), bow.count(i));
        }
        endRow();
    }

    public int rows() {
        return rows;
    }

    /** Returns the heap that it holds, in bytes. */
    long bytes() {
        return (long) Integer.BYTES * words.length
                + (long) Float.BYTES * values.length
                + (long) Integer.BYTES * ends.length;
    }

    /** Returns the number of values in all rows. */
    public int length() {
        return length;
    }

    /**
     * Returns the values of all rows; {@link #length()} of them are valid, the rest are left over from earlier batches.
     */
    public float[] values() {
        return values;
    }

    /** Returns the words of all values, as {@link #values}. */
    public int[] words() {
        return words;
    }

    /** Returns the number of vocabulary entries, V. */
    int vocabularySize() {
        return idf.length;
    }

    public int start(int row) {
        return row == 0 ? 0 : ends[row - 1];
    }

    public int end(int row) {
        return ends[row];
    }

    public int word(int i) {
        return words[i];
    }

    public float value(int i) {
        return values[i];
    }
}
