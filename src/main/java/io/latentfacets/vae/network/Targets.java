/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.latentfacets.vae.DirectBuffer;
import java.util.Arrays;
import org.apache.lucene.util.ArrayUtil;

/**
 * The decoder's targets: for each row the words of a view with their shares, which add up to 1. The targets are sparse,
 * padded to the longest row of the batch, because the negative log likelihood needs the predicted probabilities of
 * these words only. Not thread-safe.
 */
public final class Targets {
    private int[] words = new int[1 << 12];
    private float[] shares = new float[1 << 12];
    private int[] ends = new int[64];
    private final DirectBuffer indexBuffer = new DirectBuffer();
    private final DirectBuffer weightBuffer = new DirectBuffer();
    private long[] index = new long[0];
    private float[] weight = new float[0];
    private int rows;
    private int length;

    public void clear() {
        rows = 0;
        length = 0;
    }

    /**
     * Adds a row. A row without words is valid; its loss is 0.
     *
     * @param ids the words
     * @param counts the count of each word; words with a count of 0 or less are skipped
     * @param size the number of words to read from both arrays
     */
    public void addRow(int[] ids, float[] counts, int size) {
        double sum = 0;
        for (int i = 0; i < size; i++) {
            sum += Math.max(0, counts[i]);
        }
        words = ArrayUtil.grow(words, length + size);
        shares = shares.length < words.length ? Arrays.copyOf(shares, words.length) : shares;
        for (int i = 0; i < size; i++) {
            if (counts[i] > 0) {
                words[length] = ids[i];
                shares[length++] = (float) (counts[i] / sum);
            }
        }
        ends = ArrayUtil.grow(ends, rows + 1);
        ends[rows++] = length;
    }

    /**
     * Returns the mean over the rows of −Σ_w share_w · log p_w: the negative log likelihood of a multinomial, per
     * occurrence.
     *
     * @param logProbabilities the predicted log p(w|z), {@code [rows][V]}
     * @param manager the memory of the step; the caller must close its arrays before the next call
     * @return a scalar
     */
    public NDArray negativeLogLikelihood(NDArray logProbabilities, NDManager manager) {
        int longest = 1;
        for (int row = 0; row < rows; row++) {
            longest = Math.max(longest, ends[row] - start(row));
        }
        int size = rows * longest;
        index = index.length < size ? new long[size] : index;
        weight = weight.length < size ? new float[size] : weight;
        Arrays.fill(index, 0, size, 0);
        Arrays.fill(weight, 0, size, 0);
        for (int row = 0; row < rows; row++) {
            int from = start(row);
            for (int i = from; i < ends[row]; i++) {
                index[row * longest + i - from] = words[i];
                weight[row * longest + i - from] = shares[i];
            }
        }
        Shape shape = new Shape(rows, longest);
        NDArray predicted = logProbabilities.gather(indexBuffer.longs(manager, index, shape), 1);
        return Scalars.times(
                predicted.mul(weightBuffer.floats(manager, weight, shape)).sum(), -1.0 / rows);
    }

    int rows() {
        return rows;
    }

    /** Returns the number of targets in all rows. */
    int length() {
        return length;
    }

    int start(int row) {
        return row == 0 ? 0 : ends[row - 1];
    }

    int end(int row) {
        return ends[row];
    }

    /** Returns the words of all targets; {@link #length} are valid. */
    int[] words() {
        return words;
    }

    /** Returns the shares of all targets; {@link #length} are valid. */
    float[] shares() {
        return shares;
    }
}
