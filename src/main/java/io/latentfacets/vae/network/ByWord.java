/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.network;

import java.util.Arrays;
import org.apache.lucene.util.ArrayUtil;

/**
 * The entries of a batch's rows, ordered by word: a sparse matrix by columns. The entries of a word keep the order of
 * the rows. Reused from batch to batch; reads are thread-safe.
 */
final class ByWord {
    private final int[] starts;
    private int[] entries = new int[0];
    private int[] rows = new int[0];
    private float[] values = new float[0];

    /** @param vocabularySize the number of vocabulary entries */
    ByWord(int vocabularySize) {
        this.starts = new int[vocabularySize + 1];
    }

    /** Gives the end of the entries of a row; the first row starts at 0. */
    interface Ends {
        int end(int row);
    }

    /**
     * Takes over the entries of a batch.
     *
     * @param words the word of each entry
     * @param numbers the value of each entry
     */
    void order(int rowCount, Ends ends, int[] words, float[] numbers) {
        int length = rowCount == 0 ? 0 : ends.end(rowCount - 1);
        entries = ArrayUtil.grow(entries, length);
        rows = ArrayUtil.grow(rows, length);
        values = values.length < length ? new float[rows.length] : values;
        Arrays.fill(starts, 0);
        for (int i = 0; i < length; i++) {
            starts[words[i] + 1]++;
        }
        for (int word = 1; word < starts.length; word++) {
            starts[word] += starts[word - 1];
        }
        int i = 0;
        for (int row = 0; row < rowCount; row++) {
            for (; i < ends.end(row); i++) {
                int at = starts[words[i]]++;
                entries[at] = i;
                rows[at] = row;
                values[at] = numbers[i];
            }
        }
        // each start has moved to the next word's
        System.arraycopy(starts, 0, starts, 1, starts.length - 1);
        starts[0] = 0;
    }

    /** Returns the first place of a word's entries; they end where those of the next word start. */
    int start(int word) {
        return starts[word];
    }

    /** Returns the number that the entry at each place has among those of the rows. */
    int[] entries() {
        return entries;
    }

    /** Returns the row of the entry at each place. */
    int[] rows() {
        return rows;
    }

    /** Returns the value of the entry at each place. */
    float[] values() {
        return values;
    }
}
