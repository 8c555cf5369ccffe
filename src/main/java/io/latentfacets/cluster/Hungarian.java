/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

import java.util.Arrays;

/**
 * Solves the assignment problem exactly with shortest augmenting paths (Kuhn–Munkres with potentials in the form of
 * Jonker and Volgenant, 1987), in O(rows² · columns). Stateless.
 */
final class Hungarian {
    private Hungarian() {}

    /**
     * Finds the one-to-one assignment with the largest sum of values.
     *
     * @param values the values, {@code [rows][columns]}, at least one row and one column
     * @return the column of each row, every column at most once; −1 for the surplus rows if there are more rows than
     *     columns
     */
    static int[] maximize(long[][] values) {
        int rows = values.length;
        int columns = values[0].length;
        if (rows <= columns) {
            return solve(values);
        }
        long[][] transposed = new long[columns][rows];
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                transposed[c][r] = values[r][c];
            }
        }
        int[] rowOf = solve(transposed);
        int[] columnOf = new int[rows];
        Arrays.fill(columnOf, -1);
        for (int c = 0; c < columns; c++) {
            columnOf[rowOf[c]] = c;
        }
        return columnOf;
    }

    /**
     * Solves the case rows ≤ columns. Index 0 of the work arrays is the root of the augmenting tree, so all other
     * indices are shifted by one.
     */
    private static int[] solve(long[][] values) {
        int rows = values.length;
        int columns = values[0].length;
        long[] rowPotential = new long[rows + 1];
        long[] columnPotential = new long[columns + 1];
        int[] rowOf = new int[columns + 1];
        int[] previous = new int[columns + 1];
        for (int row = 1; row <= rows; row++) {
            rowOf[0] = row;
            int column = 0;
            long[] slack = new long[columns + 1];
            Arrays.fill(slack, Long.MAX_VALUE);
            boolean[] done = new boolean[columns + 1];
            do {
                done[column] = true;
                int from = rowOf[column];
                int next = 0;
                long delta = Long.MAX_VALUE;
                for (int c = 1; c <= columns; c++) {
                    if (done[c]) {
                        continue;
                    }
                    long reduced = -values[from - 1][c - 1] - rowPotential[from] - columnPotential[c];
                    if (reduced < slack[c]) {
                        slack[c] = reduced;
                        previous[c] = column;
                    }
                    if (slack[c] < delta) {
                        delta = slack[c];
                        next = c;
                    }
                }
                for (int c = 0; c <= columns; c++) {
                    if (done[c]) {
                        rowPotential[rowOf[c]] += delta;
                        columnPotential[c] -= delta;
                    } else {
                        slack[c] -= delta;
                    }
                }
                column = next;
            } while (rowOf[column] != 0);
            while (column != 0) {
                rowOf[column] = rowOf[previous[column]];
                column = previous[column];
            }
        }
        int[] columnOf = new int[rows];
        for (int c = 1; c <= columns; c++) {
            if (rowOf[c] != 0) {
                columnOf[rowOf[c] - 1] = c - 1;
            }
        }
        return columnOf;
    }
}
