/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.arithmetic;

/**
 * The inner loops of a training. Matrices are row-major parts of flat arrays: an offset, and the distance between rows.
 * All implementations give equal results, bit for bit: each element is one chain of multiply-adds in ascending order,
 * fused ones on all processors that have them. Stateless and thread-safe, as long as no two calls write to one place at
 * a time.
 */
public interface Kernel {

    /** Widths of rows that are stored for {@link #multiply} and the softmax are a multiple of this. */
    int LANES = 16;

    /** Returns the least multiple of {@link #LANES} that is at least {@code width}. */
    static int padded(int width) {
        return (width + LANES - 1) / LANES * LANES;
    }

    /**
     * Adds a product to a matrix, c += a · b.
     *
     * @param a the left matrix, {@code [m][k]}; element (i, p) is {@code a[aFrom + i * aRow + p * aStep]}
     * @param b the right matrix, {@code [k][n]}; element (p, j) is {@code b[bFrom + p * bRow + j]}
     * @param c the matrix to add to, {@code [m][n]}; element (i, j) is {@code c[cFrom + i * cRow + j]}
     * @param n a multiple of {@link #LANES}
     */
    void multiply(
            float[] a,
            int aFrom,
            int aRow,
            int aStep,
            float[] b,
            int bFrom,
            int bRow,
            float[] c,
            int cFrom,
            int cRow,
            int m,
            int n,
            int k);

    /**
     * Replaces each column of a matrix by exp(x − max), where max is the column's greatest element.
     *
     * @param x the matrix, {@code [rows][columns]}, its rows next to each other from {@code from} on
     * @param columns a multiple of {@link #LANES}
     * @param max receives the greatest element of each column, from {@code at} on
     * @param sum receives the sum of each column's results, from {@code at} on
     */
    void exponentials(float[] x, int from, int rows, int columns, float[] max, float[] sum, int at);

    /** Replaces x by exp(x), for {@code count} elements, none above 88; below −87 the result is exp(−87). */
    void exp(float[] x, int from, int count);

    /**
     * Multiplies each column of a matrix by a factor.
     *
     * @param x the matrix, {@code [rows][columns]}, its rows next to each other from {@code from} on
     * @param columns a multiple of {@link #LANES}
     * @param factors the factor of each column, from {@code at} on
     */
    void scaleColumns(float[] x, int from, int rows, int columns, float[] factors, int at);

    /**
     * Writes the sum of each row of a matrix. A row's sum is that of {@link #LANES} sums, each over every sixteenth
     * element.
     *
     * @param x the matrix, {@code [rows][columns]}, its rows next to each other from {@code from} on
     * @param columns a multiple of {@link #LANES}
     * @param sums receives the sums, from {@code at} on
     */
    void sumRows(float[] x, int from, int rows, int columns, float[] sums, int at);

    /**
     * Adds a weighted sum of rows of a matrix, Σ value<sub>i</sub> · row<sub>i</sub>, for {@code i} from {@code first}
     * to {@code last} − 1.
     *
     * @param rows the numbers of the rows
     * @param values their weights
     * @param x the matrix, rows of {@code width} elements next to each other
     * @param sum what to add to, {@code width} elements from {@code at} on
     */
    void combine(int[] rows, float[] values, int first, int last, float[] x, int width, float[] sum, int at);

    /** Returns x · y, of {@code count} elements: the sum of {@link #LANES} sums, each over every sixteenth element. */
    float dot(float[] x, int xFrom, float[] y, int yFrom, int count);
}
