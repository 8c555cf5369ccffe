/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.arithmetic;

/**
 * Finds, for many vectors of int8, the one of a few columns with the greatest score: vector · column · factor / length
 * of the vector − offset. Not thread-safe: it reuses its arrays.
 */
public interface BestColumns {
    /** In place of a column: the two best scores are nearer than the margin, or a score is no number. */
    int UNSURE = -1;

    /** The largest number of dimensions: so many products of two int8 add up exactly in a float. */
    int MAX_DIMS = 1024;

    /**
     * Writes the best column of each vector, or {@link #UNSURE}.
     *
     * @param vectors the vectors, {@code [count][dims]}, one after the other
     * @param best receives {@code count} columns
     */
    void find(byte[] vectors, int count, int[] best);
}
