/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.bound;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * A linear rule in whole numbers, for any number of {@link PairBounds}. Immutable by convention: nobody writes to the
 * arrays. So threads may share it. It takes about as long to make as 2,000 exact scores in every cluster.
 *
 * <p>The mean of the directions and the middle of the biases add the same to the scores of all clusters, so the table
 * has them off. Let {@code d} be such a direction, {@code x} a point, {@code t} and {@code s} the scales by which they
 * become whole numbers d̂ = t·d − δd and x̂ = s·x − δx. Then {@code s·t·d·x = d̂·x̂ + δd·x̂ + t·d·δx}. By
 * Cauchy-Schwarz, the second term is at most {@code |δd|·|x̂|}, which {@link #start} has with the bias of each cluster,
 * and the third at most {@code t·|d|·|δx|}, which {@link PairBounds#level} allows for. Dimensions in which directions
 * differ most come first, and the rest of the first term is at most the product of the lengths of what is left of both
 * vectors ({@link #tails}). The scales are the finest ones with which no bound leaves 16 bits.
 *
 * @param order the dimensions, those first in which directions differ most
 * @param rows the rounded directions, {@code [dims in that order, zeros up to whole steps][count]}
 * @param tails the lengths of the directions without the first steps, rounded up, {@code [steps][count]}
 * @param start the bias of each cluster and what the rounding of its direction may hide, in both halves of an int
 * @param mean the mean of the directions
 * @param meanError what a sum of floats may hide of the product of the mean and a point of unit length
 * @param middle the middle of the biases
 * @param pointScale how many whole numbers are one unit of a point
 * @param unit how many whole numbers are one unit of a score
 * @param longest the length of the longest direction, in whole numbers
 */
@SuppressWarnings("ArrayRecordComponent") // of no use as a value: one table, one rule
public record BoundTable(
        int[] order,
        int[][] rows,
        int[][] tails,
        int[] start,
        float[] mean,
        double meanError,
        double middle,
        float pointScale,
        double unit,
        double longest) {
    /** The dimensions that are added up at a time. */
    static final int STEP = 8;

    /** The relative error of a float, twice; what few operations on floats hide. */
    static final double FLOAT_ERROR = 0x1p-22;

    /** What a bound may be: less than an int16, for what rounding up adds. */
    private static final double ROOM = 32_000;

    private static final double LEAST_SCALE = 4;

    /** Floats can square it. */
    private static final double MOST = 1e15;

    int count() {
        return start.length;
    }

    int steps() {
        return tails.length;
    }

    /** The heap bytes of a table, for a circuit breaker. */
    public static long ramBytes(int count, int dims) {
        long steps = ((long) dims + STEP - 1) / STEP;
        return Integer.BYTES * (steps * STEP + steps + 1) * (count + 8L) + 16L * dims + 256;
    }

    /**
     * Makes the table of a linear rule.
     *
     * @param directions {@code [count][dims]}, at least one; not kept
     * @param biases {@code [count]}; not kept
     * @return null if a number is not finite, or if scores differ so much that 16 bits say nothing
     */
    public static BoundTable of(float[][] directions, float[] biases) {
        float[] mean = mean(directions);
        double middle = middle(biases);
        double longest = 0;
        double largest = 0;
        for (int c = 0; c < biases.length; c++) {
            double length = 0;
            for (int i = 0; i < mean.length; i++) {
                length += square((double) directions[c][i] - mean[i]);
            }
            length = Math.sqrt(length);
            longest = Math.max(longest, length);
            largest = Math.max(largest, length + Math.abs(biases[c] - middle));
        }
        // also false for NaN
        if (!(longest > Float.MIN_NORMAL && largest < MOST && length(mean) < MOST)) {
            return null;
        }
        double scale = pointScale(longest, largest, mean.length);
        return scale < LEAST_SCALE ? null : of(directions, biases, mean, middle, scale, longest);
    }

    private static BoundTable of(
            float[][] directions, float[] biases, float[] mean, double middle, double scale, double longest) {
        int dims = mean.length;
        float pointScale = (float) scale;
        double directionScale = scale / longest;
        double unit = pointScale * directionScale;
        int[] order = order(directions, mean);
        int steps = (dims + STEP - 1) / STEP;
        int[][] rows = new int[steps * STEP][directions.length];
        int[][] tails = new int[steps][directions.length];
        int[] start = new int[directions.length];
        for (int c = 0; c < directions.length; c++) {
            double hidden = 0;
            double tail = 0;
            for (int i = dims - 1; i >= 0; i--) {
                double exact = ((double) directions[c][order[i]] - mean[order[i]]) * directionScale;
                rows[i][c] = (int) Math.round(exact);
                hidden += square(exact - rows[i][c]);
                tail += square(exact);
                if (i % STEP == 0) {
                    tails[i / STEP][c] = (int) Math.ceil(Math.sqrt(tail));
                }
            }
            double bias = (biases[c] - middle) * unit + Math.sqrt(hidden) * longestPoint(scale, dims);
            int rounded = (int) Math.ceil(bias) + 1;
            start[c] = rounded + (rounded << 16);
        }
        double meanError = dims * FLOAT_ERROR * length(mean);
        return new BoundTable(
                order, rows, tails, start, mean, meanError, middle, pointScale, unit, longest * directionScale);
    }

    /** The largest scale of points, and of directions by their longest, with which the largest bound fits. */
    private static double pointScale(double longest, double largest, int dims) {
        double scale = Math.sqrt(ROOM * longest / largest);
        while (scale >= LEAST_SCALE) {
            double rounding = Math.sqrt(dims) / 2;
            double point = longestPoint(scale, dims);
            // the first term, with lengths that rounding up has made longer; the bias; the second term
            double most = (point + rounding + 1) * (scale + rounding + 1)
                    + (largest - longest) * scale * scale / longest
                    + rounding * point
                    + 2;
            if (most <= ROOM) {
                return scale;
            }
            scale *= .98;
        }
        return scale;
    }

    /** The largest length of a rounded point: a unit one, not longer than floats make it, and what rounding adds. */
    private static double longestPoint(double scale, int dims) {
        return scale * (1 + dims * FLOAT_ERROR) + Math.sqrt(dims) / 2;
    }

    private static float[] mean(float[][] directions) {
        float[] mean = new float[directions[0].length];
        for (int i = 0; i < mean.length; i++) {
            double sum = 0;
            for (float[] direction : directions) {
                sum += direction[i];
            }
            mean[i] = (float) (sum / directions.length);
        }
        return mean;
    }

    private static double middle(float[] biases) {
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (float bias : biases) {
            low = Math.min(low, bias);
            high = Math.max(high, bias);
        }
        return (low + high) / 2;
    }

    /** The dimensions by the variance of the directions in them, largest first. */
    private static int[] order(float[][] directions, float[] mean) {
        double[] variance = new double[mean.length];
        for (float[] direction : directions) {
            for (int i = 0; i < mean.length; i++) {
                variance[i] += square((double) direction[i] - mean[i]);
            }
        }
        return IntStream.range(0, mean.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -variance[i]))
                .mapToInt(i -> i)
                .toArray();
    }

    private static double length(float[] vector) {
        double squares = 0;
        for (float component : vector) {
            squares += square(component);
        }
        return Math.sqrt(squares);
    }

    private static double square(double x) {
        return x * x;
    }
}
