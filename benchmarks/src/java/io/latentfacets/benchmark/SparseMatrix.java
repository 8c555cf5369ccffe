/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import org.ejml.data.DMatrixRMaj;

/**
 * A matrix with sparse rows, and the two products that randomised algorithms need. It does not copy its arrays.
 *
 * @param ids the columns of each row's values, ascending
 * @param values the values, parallel to {@code ids}
 * @param columns the number of columns
 */
record SparseMatrix(int[][] ids, float[][] values, int columns) {

    int rows() {
        return ids.length;
    }

    /** The product of this matrix and x, {@code [rows][columns of x]}. */
    DMatrixRMaj times(DMatrixRMaj x) {
        int width = x.numCols;
        DMatrixRMaj product = new DMatrixRMaj(rows(), width);
        for (int row = 0; row < rows(); row++) {
            int to = row * width;
            for (int e = 0; e < ids[row].length; e++) {
                int from = ids[row][e] * width;
                double value = values[row][e];
                for (int j = 0; j < width; j++) {
                    product.data[to + j] += value * x.data[from + j];
                }
            }
        }
        return product;
    }

    /** The product of this matrix, transposed, and x, {@code [columns][columns of x]}. */
    DMatrixRMaj transposeTimes(DMatrixRMaj x) {
        int width = x.numCols;
        DMatrixRMaj product = new DMatrixRMaj(columns, width);
        for (int row = 0; row < rows(); row++) {
            int from = row * width;
            for (int e = 0; e < ids[row].length; e++) {
                int to = ids[row][e] * width;
                double value = values[row][e];
                for (int j = 0; j < width; j++) {
                    product.data[to + j] += value * x.data[from + j];
                }
            }
        }
        return product;
    }

    /** Converts a dense matrix and scales its rows to unit length. */
    static SparseMatrix unitRows(DMatrixRMaj dense) {
        int[] all = new int[dense.numCols];
        for (int j = 0; j < all.length; j++) {
            all[j] = j;
        }
        int[][] ids = new int[dense.numRows][];
        float[][] values = new float[dense.numRows][dense.numCols];
        for (int row = 0; row < ids.length; row++) {
            double squares = 0;
            for (int j = 0; j < all.length; j++) {
                squares += dense.get(row, j) * dense.get(row, j);
            }
            double scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
            for (int j = 0; j < all.length; j++) {
                values[row][j] = (float) (dense.get(row, j) * scale);
            }
            ids[row] = all;
        }
        return new SparseMatrix(ids, values, dense.numCols);
    }
}
