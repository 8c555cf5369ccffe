/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.arithmetic;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Computes products in tiles of {@value #TILE} vectors and as many columns as a register has lanes, so that no sum goes
 * across a register. Products of int8 are whole numbers below 2²⁴ and their sums too, so they are exact in whatever
 * order. Needs the module {@code jdk.incubator.vector}.
 */
final class VectorBestColumns implements BestColumns {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int TILE = 8;

    private final int dims;
    /** The number of columns, rounded up to whole registers. */
    private final int width;
    /** The columns, {@code [dims][width]}. */
    private final float[] columns;

    private final float[] factors;
    private final float[] offsets;
    private final float margin;

    private final float[] tile;
    private final float[] products;

    /**
     * @param columns the columns, {@code [count][dims]}
     * @param factors one per column
     * @param offsets one per column
     * @param margin the least lead of a best score over all others
     */
    VectorBestColumns(byte[][] columns, float[] factors, float[] offsets, float margin) {
        this.dims = columns[0].length;
        this.width = (columns.length + LENGTH - 1) / LENGTH * LENGTH;
        this.columns = new float[dims * width];
        for (int c = 0; c < columns.length; c++) {
            for (int j = 0; j < dims; j++) {
                this.columns[j * width + c] = columns[c][j];
            }
        }
        this.factors = Arrays.copyOf(factors, width);
        this.offsets = Arrays.copyOf(offsets, width);
        Arrays.fill(this.offsets, columns.length, width, Float.POSITIVE_INFINITY);
        this.margin = margin;
        this.tile = new float[TILE * dims];
        this.products = new float[TILE * width];
    }

    @Override
    public void find(byte[] vectors, int count, int[] best) {
        for (int from = 0; from < count; from += TILE) {
            int size = Math.min(TILE, count - from);
            int start = from * dims;
            // of the last tile, vectors of before fill the rest
            for (int i = 0; i < size * dims; i++) {
                tile[i] = vectors[start + i];
            }
            for (int column = 0; column < width; column += LENGTH) {
                multiply(column);
            }
            for (int row = 0; row < size; row++) {
                best[from + row] = best(row);
            }
        }
    }

    private static FloatVector load(float[] x, int at) {
        return FloatVector.fromArray(SPECIES, x, at);
    }

    private static FloatVector add(float x, FloatVector column, FloatVector sum) {
        FloatVector factor = FloatVector.broadcast(SPECIES, x);
        return Fma.FUSED ? factor.fma(column, sum) : factor.mul(column).add(sum);
    }

    /** The products of the tile's vectors with a register of columns. */
    private void multiply(int column) {
        float[] x = tile;
        float[] y = columns;
        int n = dims;
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        FloatVector s4 = s0;
        FloatVector s5 = s0;
        FloatVector s6 = s0;
        FloatVector s7 = s0;
        for (int j = 0; j < n; j++) {
            FloatVector c = load(y, j * width + column);
            s0 = add(x[j], c, s0);
            s1 = add(x[j + n], c, s1);
            s2 = add(x[j + 2 * n], c, s2);
            s3 = add(x[j + 3 * n], c, s3);
            s4 = add(x[j + 4 * n], c, s4);
            s5 = add(x[j + 5 * n], c, s5);
            s6 = add(x[j + 6 * n], c, s6);
            s7 = add(x[j + 7 * n], c, s7);
        }
        s0.intoArray(products, column);
        s1.intoArray(products, column + width);
        s2.intoArray(products, column + 2 * width);
        s3.intoArray(products, column + 3 * width);
        s4.intoArray(products, column + 4 * width);
        s5.intoArray(products, column + 5 * width);
        s6.intoArray(products, column + 6 * width);
        s7.intoArray(products, column + 7 * width);
    }

    private int best(int row) {
        float inverse = (float) (1 / Math.sqrt(squares(row * dims)));
        FloatVector first = scores(row, 0, inverse);
        IntVector greatest = ordered(first);
        for (int column = LENGTH; column < width; column += LENGTH) {
            greatest = greatest.max(ordered(scores(row, column, inverse)));
        }
        float least = Float.intBitsToFloat(ordered(greatest.reduceLanes(VectorOperators.MAX))) - margin;
        VectorMask<Float> near = first.compare(VectorOperators.GE, least);
        int many = near.trueCount();
        int found = near.firstTrue();
        for (int column = LENGTH; column < width; column += LENGTH) {
            near = scores(row, column, inverse).compare(VectorOperators.GE, least);
            found = many == 0 ? column + near.firstTrue() : found;
            many += near.trueCount();
        }
        return many == 1 ? found : UNSURE;
    }

    /**
     * The bits of floats as ints of the same order, because the greatest int takes one instruction, and the greatest
     * float several. What is no number is greater than all numbers, or less.
     */
    private static IntVector ordered(FloatVector floats) {
        IntVector bits = floats.reinterpretAsInts();
        return bits.lanewise(VectorOperators.ASHR, Integer.SIZE - 1)
                .lanewise(VectorOperators.AND, Integer.MAX_VALUE)
                .lanewise(VectorOperators.XOR, bits);
    }

    /** Such an int for the bits of a float, and the other way round. */
    private static int ordered(int bits) {
        return bits ^ ((bits >> (Integer.SIZE - 1)) & Integer.MAX_VALUE);
    }

    private FloatVector scores(int row, int column, float inverse) {
        return load(products, row * width + column)
                .mul(load(factors, column).mul(inverse))
                .sub(load(offsets, column));
    }

    private float squares(int from) {
        FloatVector sum = FloatVector.zero(SPECIES);
        int j = 0;
        for (; j + LENGTH <= dims; j += LENGTH) {
            FloatVector x = load(tile, from + j);
            sum = Fma.FUSED ? x.fma(x, sum) : x.mul(x).add(sum);
        }
        float squares = sum.reduceLanes(VectorOperators.ADD);
        for (; j < dims; j++) {
            squares += tile[from + j] * tile[from + j];
        }
        return squares;
    }
}
