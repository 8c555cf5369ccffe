/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.arithmetic;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Loops over the vectors of the processor. A product is computed in tiles of 4 rows and 4 vectors, whose sums stay in
 * registers, so that an element of either matrix serves four operations. Needs the module {@code jdk.incubator.vector}.
 */
final class VectorKernel implements Kernel {
    private static final VectorSpecies<Float> SPECIES =
            FloatVector.SPECIES_PREFERRED.length() <= LANES ? FloatVector.SPECIES_PREFERRED : FloatVector.SPECIES_512;
    private static final int LENGTH = SPECIES.length();
    private static final int TILE = 4;

    /**
     * The sums of a tile of 4 × 4 vectors, and what goes into them, fit into 32 registers but not into 16. Without
     * fused multiply-adds the compiler gives up on so many operations, and is seven times slower.
     */
    private static final boolean WIDE_TILES = Fma.FUSED && LENGTH != 8;

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
        int tiled = m - m % TILE;
        int j = 0;
        while (j < n) {
            int width = WIDE_TILES && j + TILE * LENGTH <= n ? TILE : j + 2 * LENGTH <= n ? 2 : 1;
            for (int i = 0; i < tiled && width > 1; i += TILE) {
                int at = aFrom + i * aRow;
                int to = cFrom + i * cRow + j;
                if (width == TILE) {
                    wideTile(a, at, aRow, aStep, b, bFrom + j, bRow, c, to, cRow, k);
                } else {
                    narrowTile(a, at, aRow, aStep, b, bFrom + j, bRow, c, to, cRow, k);
                }
            }
            for (int i = width > 1 ? tiled : 0; i < m; i++) {
                if (width == TILE) {
                    row(a, aFrom + i * aRow, aStep, b, bFrom + j, bRow, c, cFrom + i * cRow + j, k);
                    continue;
                }
                for (int v = 0; v < width; v++) {
                    int column = j + v * LENGTH;
                    vector(a, aFrom + i * aRow, aStep, b, bFrom + column, bRow, c, cFrom + i * cRow + column, k);
                }
            }
            j += width * LENGTH;
        }
    }

    private static FloatVector load(float[] x, int at) {
        return FloatVector.fromArray(SPECIES, x, at);
    }

    /** As {@link Fma#of}, for each element. */
    private static FloatVector fma(FloatVector a, FloatVector b, FloatVector c) {
        return Fma.FUSED ? a.fma(b, c) : a.mul(b).add(c);
    }

    private static void wideTile(
            float[] a,
            int aFrom,
            int aRow,
            int aStep,
            float[] b,
            int bFrom,
            int bRow,
            float[] c,
            int c0,
            int cRow,
            int k) {
        int c1 = c0 + cRow;
        int c2 = c1 + cRow;
        int c3 = c2 + cRow;
        FloatVector s00 = load(c, c0);
        FloatVector s01 = load(c, c0 + LENGTH);
        FloatVector s02 = load(c, c0 + 2 * LENGTH);
        FloatVector s03 = load(c, c0 + 3 * LENGTH);
        FloatVector s10 = load(c, c1);
        FloatVector s11 = load(c, c1 + LENGTH);
        FloatVector s12 = load(c, c1 + 2 * LENGTH);
        FloatVector s13 = load(c, c1 + 3 * LENGTH);
        FloatVector s20 = load(c, c2);
        FloatVector s21 = load(c, c2 + LENGTH);
        FloatVector s22 = load(c, c2 + 2 * LENGTH);
        FloatVector s23 = load(c, c2 + 3 * LENGTH);
        FloatVector s30 = load(c, c3);
        FloatVector s31 = load(c, c3 + LENGTH);
        FloatVector s32 = load(c, c3 + 2 * LENGTH);
        FloatVector s33 = load(c, c3 + 3 * LENGTH);
        int at = aFrom;
        int from = bFrom;
        for (int p = 0; p < k; p++) {
            FloatVector b0 = load(b, from);
            FloatVector b1 = load(b, from + LENGTH);
            FloatVector b2 = load(b, from + 2 * LENGTH);
            FloatVector b3 = load(b, from + 3 * LENGTH);
            FloatVector x = FloatVector.broadcast(SPECIES, a[at]);
            s00 = fma(x, b0, s00);
            s01 = fma(x, b1, s01);
            s02 = fma(x, b2, s02);
            s03 = fma(x, b3, s03);
            x = FloatVector.broadcast(SPECIES, a[at + aRow]);
            s10 = fma(x, b0, s10);
            s11 = fma(x, b1, s11);
            s12 = fma(x, b2, s12);
            s13 = fma(x, b3, s13);
            x = FloatVector.broadcast(SPECIES, a[at + 2 * aRow]);
            s20 = fma(x, b0, s20);
            s21 = fma(x, b1, s21);
            s22 = fma(x, b2, s22);
            s23 = fma(x, b3, s23);
            x = FloatVector.broadcast(SPECIES, a[at + 3 * aRow]);
            s30 = fma(x, b0, s30);
            s31 = fma(x, b1, s31);
            s32 = fma(x, b2, s32);
            s33 = fma(x, b3, s33);
            at += aStep;
            from += bRow;
        }
        s00.intoArray(c, c0);
        s01.intoArray(c, c0 + LENGTH);
        s02.intoArray(c, c0 + 2 * LENGTH);
        s03.intoArray(c, c0 + 3 * LENGTH);
        s10.intoArray(c, c1);
        s11.intoArray(c, c1 + LENGTH);
        s12.intoArray(c, c1 + 2 * LENGTH);
        s13.intoArray(c, c1 + 3 * LENGTH);
        s20.intoArray(c, c2);
        s21.intoArray(c, c2 + LENGTH);
        s22.intoArray(c, c2 + 2 * LENGTH);
        s23.intoArray(c, c2 + 3 * LENGTH);
        s30.intoArray(c, c3);
        s31.intoArray(c, c3 + LENGTH);
        s32.intoArray(c, c3 + 2 * LENGTH);
        s33.intoArray(c, c3 + 3 * LENGTH);
    }

    private static void narrowTile(
            float[] a,
            int aFrom,
            int aRow,
            int aStep,
            float[] b,
            int bFrom,
            int bRow,
            float[] c,
            int c0,
            int cRow,
            int k) {
        int c1 = c0 + cRow;
        int c2 = c1 + cRow;
        int c3 = c2 + cRow;
        FloatVector s00 = load(c, c0);
        FloatVector s01 = load(c, c0 + LENGTH);
        FloatVector s10 = load(c, c1);
        FloatVector s11 = load(c, c1 + LENGTH);
        FloatVector s20 = load(c, c2);
        FloatVector s21 = load(c, c2 + LENGTH);
        FloatVector s30 = load(c, c3);
        FloatVector s31 = load(c, c3 + LENGTH);
        int at = aFrom;
        int from = bFrom;
        for (int p = 0; p < k; p++) {
            FloatVector b0 = load(b, from);
            FloatVector b1 = load(b, from + LENGTH);
            FloatVector x = FloatVector.broadcast(SPECIES, a[at]);
            s00 = fma(x, b0, s00);
            s01 = fma(x, b1, s01);
            x = FloatVector.broadcast(SPECIES, a[at + aRow]);
            s10 = fma(x, b0, s10);
            s11 = fma(x, b1, s11);
            x = FloatVector.broadcast(SPECIES, a[at + 2 * aRow]);
            s20 = fma(x, b0, s20);
            s21 = fma(x, b1, s21);
            x = FloatVector.broadcast(SPECIES, a[at + 3 * aRow]);
            s30 = fma(x, b0, s30);
            s31 = fma(x, b1, s31);
            at += aStep;
            from += bRow;
        }
        s00.intoArray(c, c0);
        s01.intoArray(c, c0 + LENGTH);
        s10.intoArray(c, c1);
        s11.intoArray(c, c1 + LENGTH);
        s20.intoArray(c, c2);
        s21.intoArray(c, c2 + LENGTH);
        s30.intoArray(c, c3);
        s31.intoArray(c, c3 + LENGTH);
    }

    /** One row of a wide tile. */
    private static void row(float[] a, int aFrom, int aStep, float[] b, int bFrom, int bRow, float[] c, int to, int k) {
        FloatVector s0 = load(c, to);
        FloatVector s1 = load(c, to + LENGTH);
        FloatVector s2 = load(c, to + 2 * LENGTH);
        FloatVector s3 = load(c, to + 3 * LENGTH);
        int at = aFrom;
        int from = bFrom;
        for (int p = 0; p < k; p++) {
            FloatVector x = FloatVector.broadcast(SPECIES, a[at]);
            s0 = fma(x, load(b, from), s0);
            s1 = fma(x, load(b, from + LENGTH), s1);
            s2 = fma(x, load(b, from + 2 * LENGTH), s2);
            s3 = fma(x, load(b, from + 3 * LENGTH), s3);
            at += aStep;
            from += bRow;
        }
        s0.intoArray(c, to);
        s1.intoArray(c, to + LENGTH);
        s2.intoArray(c, to + 2 * LENGTH);
        s3.intoArray(c, to + 3 * LENGTH);
    }

    private static void vector(
            float[] a, int aFrom, int aStep, float[] b, int bFrom, int bRow, float[] c, int at, int k) {
        FloatVector sum = load(c, at);
        for (int p = 0; p < k; p++) {
            sum = fma(FloatVector.broadcast(SPECIES, a[aFrom + p * aStep]), load(b, bFrom + p * bRow), sum);
        }
        sum.intoArray(c, at);
    }

    @Override
    public void exponentials(float[] x, int from, int rows, int columns, float[] max, float[] sum, int at) {
        for (int j = 0; j < columns; j += LENGTH) {
            FloatVector greatest = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
            for (int row = 0; row < rows; row++) {
                greatest = greatest.max(load(x, from + row * columns + j));
            }
            FloatVector total = FloatVector.zero(SPECIES);
            for (int row = 0; row < rows; row++) {
                FloatVector e = exp(load(x, from + row * columns + j).sub(greatest));
                e.intoArray(x, from + row * columns + j);
                total = total.add(e);
            }
            greatest.intoArray(max, at + j);
            total.intoArray(sum, at + j);
        }
    }

    @Override
    public void exp(float[] x, int from, int count) {
        int i = from;
        for (; i + LENGTH <= from + count; i += LENGTH) {
            exp(load(x, i)).intoArray(x, i);
        }
        for (; i < from + count; i++) {
            x[i] = Exp.of(x[i]);
        }
    }

    /** As {@link Exp#of}, bit for bit. */
    private static FloatVector exp(FloatVector x) {
        FloatVector bounded = x.max(Exp.LEAST);
        FloatVector rounder = FloatVector.broadcast(SPECIES, Exp.ROUNDER);
        FloatVector rounded = fma(bounded, FloatVector.broadcast(SPECIES, Exp.LOG2_E), rounder);
        FloatVector n = rounded.sub(rounder);
        FloatVector r = fma(
                n,
                FloatVector.broadcast(SPECIES, -Exp.LN2_LOW),
                fma(n, FloatVector.broadcast(SPECIES, -Exp.LN2_HIGH), bounded));
        FloatVector p = FloatVector.broadcast(SPECIES, Exp.C7);
        p = fma(p, r, FloatVector.broadcast(SPECIES, Exp.C6));
        p = fma(p, r, FloatVector.broadcast(SPECIES, Exp.C5));
        p = fma(p, r, FloatVector.broadcast(SPECIES, Exp.C4));
        p = fma(p, r, FloatVector.broadcast(SPECIES, Exp.C3));
        p = fma(p, r, FloatVector.broadcast(SPECIES, Exp.C2));
        FloatVector y = fma(p, r.mul(r), r).add(1);
        return y.mul(rounded.reinterpretAsInts()
                .add(Exp.BIAS)
                .lanewise(VectorOperators.LSHL, Exp.EXPONENT)
                .reinterpretAsFloats());
    }

    @Override
    public void scaleColumns(float[] x, int from, int rows, int columns, float[] factors, int at) {
        for (int row = 0; row < rows; row++) {
            int start = from + row * columns;
            for (int j = 0; j < columns; j += LENGTH) {
                load(x, start + j).mul(load(factors, at + j)).intoArray(x, start + j);
            }
        }
    }

    @Override
    public void sumRows(float[] x, int from, int rows, int columns, float[] sums, int at) {
        float[] lanes = new float[LANES];
        for (int row = 0; row < rows; row++) {
            int start = from + row * columns;
            for (int lane = 0; lane < LANES; lane += LENGTH) {
                FloatVector sum = FloatVector.zero(SPECIES);
                for (int j = lane; j < columns; j += LANES) {
                    sum = sum.add(load(x, start + j));
                }
                sum.intoArray(lanes, lane);
            }
            sums[at + row] = PlainKernel.sum(lanes);
        }
    }

    @Override
    public void combine(int[] rows, float[] values, int first, int last, float[] x, int width, float[] sum, int at) {
        int j = 0;
        for (; j + TILE * LENGTH <= width; j += TILE * LENGTH) {
            FloatVector s0 = load(sum, at + j);
            FloatVector s1 = load(sum, at + j + LENGTH);
            FloatVector s2 = load(sum, at + j + 2 * LENGTH);
            FloatVector s3 = load(sum, at + j + 3 * LENGTH);
            for (int i = first; i < last; i++) {
                int start = rows[i] * width + j;
                FloatVector value = FloatVector.broadcast(SPECIES, values[i]);
                s0 = fma(value, load(x, start), s0);
                s1 = fma(value, load(x, start + LENGTH), s1);
                s2 = fma(value, load(x, start + 2 * LENGTH), s2);
                s3 = fma(value, load(x, start + 3 * LENGTH), s3);
            }
            s0.intoArray(sum, at + j);
            s1.intoArray(sum, at + j + LENGTH);
            s2.intoArray(sum, at + j + 2 * LENGTH);
            s3.intoArray(sum, at + j + 3 * LENGTH);
        }
        for (; j < width; j++) {
            float s = sum[at + j];
            for (int i = first; i < last; i++) {
                s = Fma.of(values[i], x[rows[i] * width + j], s);
            }
            sum[at + j] = s;
        }
    }

    @Override
    public float dot(float[] x, int xFrom, float[] y, int yFrom, int count) {
        float[] lanes = new float[LANES];
        int whole = count - count % LANES;
        for (int lane = 0; lane < LANES; lane += LENGTH) {
            FloatVector sum = FloatVector.zero(SPECIES);
            for (int i = lane; i < whole; i += LANES) {
                sum = fma(load(x, xFrom + i), load(y, yFrom + i), sum);
            }
            sum.intoArray(lanes, lane);
        }
        for (int i = whole; i < count; i++) {
            lanes[i % LANES] = Fma.of(x[xFrom + i], y[yFrom + i], lanes[i % LANES]);
        }
        return PlainKernel.sum(lanes);
    }
}
