/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.drift;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * How many values there were, their sum and the sum of their squares. The sums are whole millionths, so that adding
 * gives the same result in any order. Immutable and thread-safe.
 *
 * @param count the number of values
 * @param sum the sum, in millionths
 * @param squares the sum of squares, in millionths
 */
public record Moments(long count, long sum, long squares) {

    public static final Moments NONE = new Moments(0, 0, 0);

    private static final double MILLION = 1e6;

    /** One value, −1 to 1. */
    public static Moments of(double value) {
        if (!(Math.abs(value) <= 1.001)) {
            throw new IllegalArgumentException("a value must be in [-1, 1]: " + value);
        }
        return new Moments(1, Math.round(value * MILLION), Math.round(value * value * MILLION));
    }

    public Moments plus(Moments other) {
        return new Moments(count + other.count, sum + other.sum, squares + other.squares);
    }

    /** The mean; 0 without values. */
    public double mean() {
        return count == 0 ? 0 : sum / MILLION / count;
    }

    /** The variance of the values, at least 0; 0 without values. */
    public double variance() {
        return count == 0 ? 0 : Math.max(0, squares / MILLION / count - mean() * mean());
    }

    void writeTo(DataOutput out) throws IOException {
        out.writeLong(count);
        out.writeLong(sum);
        out.writeLong(squares);
    }

    static Moments readFrom(DataInput in) throws IOException {
        Moments moments = new Moments(in.readLong(), in.readLong(), in.readLong());
        double most = 1.01 * MILLION * moments.count + 1;
        if (moments.count < 0
                || moments.squares < 0
                || Math.abs((double) moments.sum) > most
                || moments.squares > most) {
            throw new IOException("corrupt statistics of drift: " + moments);
        }
        return moments;
    }
}
