/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.arithmetic;

import java.util.Arrays;

/** Plain loops, for a JVM without the module {@code jdk.incubator.vector}; several times slower than vectors. */
final class PlainKernel implements Kernel {

    @Override
    public void multiply(
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
            int k) {
        for (int i = 0; i < m; i++) {
            for (int p = 0; p < k; p++) {
                float factor = a[aFrom + i * aRow + p * aStep];
                for (int j = 0; j < n; j++) {
                    int at = cFrom + i * cRow + j;
                    c[at] = Fma.of(factor, b[bFrom + p * bRow + j], c[at]);
                }
            }
        }
    }

    @Override
    public void exponentials(float[] x, int from, int rows, int columns, float[] max, float[] sum, int at) {
        Arrays.fill(max, at, at + columns, Float.NEGATIVE_INFINITY);
        Arrays.fill(sum, at, at + columns, 0);
        for (int i = 0; i < rows * columns; i++) {
            int column = at + i % columns;
            max[column] = Math.max(max[column], x[from + i]);
        }
        for (int i = 0; i < rows * columns; i++) {
            int column = at + i % columns;
            x[from + i] = Exp.of(x[from + i] - max[column]);
            sum[column] += x[from + i];
        }
    }

    @Override
    public void exp(float[] x, int from, int count) {
        for (int i = from; i < from + count; i++) {
            x[i] = Exp.of(x[i]);
        }
    }

    @Override
    public void scaleColumns(float[] x, int from, int rows, int columns, float[] factors, int at) {
        for (int i = 0; i < rows * columns; i++) {
            x[from + i] *= factors[at + i % columns];
        }
    }

    @Override
    public void sumRows(float[] x, int from, int rows, int columns, float[] sums, int at) {
        float[] lanes = new float[LANES];
        for (int row = 0; row < rows; row++) {
            Arrays.fill(lanes, 0);
            for (int j = 0; j < columns; j++) {
                lanes[j % LANES] += x[from + row * columns + j];
            }
            sums[at + row] = sum(lanes);
        }
    }

    @Override
    public void combine(int[] rows, float[] values, int first, int last, float[] x, int width, float[] sum, int at) {
        for (int i = first; i < last; i++) {
            for (int j = 0; j < width; j++) {
                sum[at + j] = Fma.of(values[i], x[rows[i] * width + j], sum[at + j]);
            }
        }
    }

    @Override
    public float dot(float[] x, int xFrom, float[] y, int yFrom, int count) {
        float[] lanes = new float[LANES];
        for (int i = 0; i < count; i++) {
            lanes[i % LANES] = Fma.of(x[xFrom + i], y[yFrom + i], lanes[i % LANES]);
        }
        return sum(lanes);
    }

    static float sum(float[] lanes) {
        float sum = 0;
        for (float lane : lanes) {
            sum += lane;
        }
        return sum;
    }
}
