/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.apache.lucene.util.ArrayUtil;

/**
 * The vectors of a batch, a row for each document, in memory that is reused from batch to batch. A row is the vector at
 * unit length, centred, and behind it a 1, which carries the layer's bias; the row of a document without a vector is
 * all zero, so that it adds nothing. Not thread-safe.
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

    /** What brings a vector to unit length; taken in double, where no finite float vector over- or underflows. */
    public static double unitScale(float[] vector) {
        double squares = 0;
        for (float component : vector) {
            squares += (double) component * component;
        }
        return 1 / Math.sqrt(squares);
    }

    /** Columns of the rows: one more than a vector has. */
    int width() {
        return width;
    }

    int rows() {
        return rows;
    }

    public void clear() {
        rows = 0;
    }

    /**
     * Adds a row.
     *
     * @param vector not zero; {@code null} for a document that has none
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
     * Sets each component of the last row to the mean with probability {@code rate} and scales the others up for it, so
     * that the row stays the same on average.
     */
    public void dropComponents(double rate, SplittableRandom random) {
        int from = (rows - 1) * width;
        float kept = (float) (1 / (1 - rate));
        for (int i = from; i < from + width - 1; i++) {
            values[i] = random.nextDouble() < rate ? 0 : values[i] * kept;
        }
    }

    /** All rows, in {@code manager}'s memory; to be closed before the next call. */
    public NDArray toArray(NDManager manager) {
        return buffer.floats(manager, values, new Shape(rows, width));
    }

    /** All rows, and behind them what is left of earlier ones; for tests. */
    public float[] values() {
        return values;
    }
}
