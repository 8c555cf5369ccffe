/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.apache.lucene.util.ArrayUtil;

/**
 * The vectors of a batch, one row per document, in memory that is reused from batch to batch. A row holds the unit
 * vector, centred, followed by a 1, which multiplies the layer's bias. The row of a document without a vector is all
 * zero, so it adds nothing. Not thread-safe.
 */
public final class VectorRows {
    private final Centering centering;
    private final int width;
    private final DirectBuffer buffer = new DirectBuffer();
    private float[] values = new float[0];
    private int rows;

    public VectorRows(Centering centering) {
        this.centering = centering;
        this.width = centering.dims() + 1;
    }

    /**
     * Returns the factor that scales a vector to unit length. Double arithmetic neither overflows nor underflows here.
     */
    public static double unitScale(float[] vector) {
        double squares = 0;
        for (float component : vector) {
            squares += (double) component * component;
        }
        return 1 / Math.sqrt(squares);
    }

    /** Returns the number of columns, one more than a vector has. */
    int width() {
        return width;
    }

    int rows() {
        return rows;
    }

    /** Returns what it holds, in bytes, heap and native. */
    long bytes() {
        return (long) Float.BYTES * values.length + buffer.bytes();
    }

    public void clear() {
        rows = 0;
    }

    /**
     * Adds a row.
     *
     * @param vector the vector, not all zero; {@code null} for a document without one
     */
    public void add(float[] vector) {
        int from = rows++ * width;
        if (values.length < from + width) {
            values = ArrayUtil.grow(values, from + width);
        }
        if (vector == null) {
            Arrays.fill(values, from, from + width, 0);
            return;
        }
        if (vector.length != width - 1) {
            throw new IllegalArgumentException("a vector must have [" + (width - 1) + "] dimensions: " + vector.length);
        }
        double unit = unitScale(vector);
        for (int j = 0; j < vector.length; j++) {
            values[from + j] = (float) ((vector[j] * unit - centering.mean()[j]) * centering.scale());
        }
        values[from + vector.length] = 1;
    }

    /**
     * Sets each component of the last row to 0, the mean, with probability {@code rate}, and scales the other
     * components up so that the expected row stays the same.
     */
    public void dropComponents(double rate, SplittableRandom random) {
        int from = (rows - 1) * width;
        float kept = (float) (1 / (1 - rate));
        for (int i = from; i < from + width - 1; i++) {
            values[i] = random.nextDouble() < rate ? 0 : values[i] * kept;
        }
    }

    /**
     * Returns all rows, {@code [rows][dims + 1]}, in {@code manager}'s memory; the caller must close the array before
     * the next call.
     */
    public NDArray toArray(NDManager manager) {
        return buffer.floats(manager, values, new Shape(rows, width));
    }

    /** Returns all rows, followed by values left over from earlier batches; for tests. */
    public float[] values() {
        return values;
    }
}
