/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.bound;

import java.util.Arrays;
import org.apache.lucene.util.VectorUtil;

/**
 * Upper bounds of the scores {@code directions[c]·x + biases[c]} of two points in all clusters at once, for the price
 * of less than one exact score. {@link #reaching} tells which clusters may have a score; the caller computes the exact
 * scores of these. {@link BoundTable} says why these are bounds.
 *
 * <p>A bound fits into 16 bits, and an int has two halves: one multiplication of {@code a + b·2¹⁶} by a component of a
 * direction serves both points. Sums in between may wrap around, which changes nothing in the end.
 *
 * <p>{@link #tighten} makes the bounds tighter. Not thread-safe: an object holds the bounds of the last two points.
 * Takes {@code 4 · (count + dims)} bytes beside the table, which others may use too.
 */
public final class PairBounds {
    private static final int STEP = BoundTable.STEP;
    private static final int HALF = 16;
    private static final int FRACTION_BITS = 8;
    private static final float FRACTION = 1 << FRACTION_BITS;
    private static final int ROUND = 1 << (FRACTION_BITS - 1);

    private final BoundTable table;
    private final int[] bounds;
    private final int[] packed;
    private final double[] lost = new double[2];
    /** The steps of dimensions that are added up; the others are bounded by their length. */
    private int steps;

    /** @param table the table of the rule, shared */
    public PairBounds(BoundTable table) {
        this.table = table;
        this.bounds = new int[table.count()];
        this.packed = new int[table.steps() * STEP];
        this.steps = (table.steps() + 1) / 2;
    }

    /**
     * Makes the next bounds tighter; they then take longer.
     *
     * @return false if they are as tight as they can be
     */
    public boolean tighten() {
        if (steps == table.steps()) {
            return false;
        }
        steps++;
        return true;
    }

    /**
     * Computes the bounds of two points, each {@code [dims]}, of unit length or all zero. All other methods are about
     * these: the first has the number 0, the second 1.
     */
    public void score(float[] first, float[] other) {
        pack(first, other);
        System.arraycopy(table.start(), 0, bounds, 0, bounds.length);
        for (int step = 0; step < steps; step++) {
            add(table.rows(), step * STEP);
        }
        if (steps < table.steps()) {
            add(table.tails()[steps], tail(0) + (tail(1) << HALF));
        }
    }

    private void pack(float[] first, float[] other) {
        int[] order = table.order();
        int firstLost = 0;
        int otherLost = 0;
        float scale = table.pointScale() * FRACTION;
        for (int i = 0; i < order.length; i++) {
            int x = (int) (first[order[i]] * scale);
            int y = (int) (other[order[i]] * scale);
            int roundX = (x + ROUND) >> FRACTION_BITS;
            int roundY = (y + ROUND) >> FRACTION_BITS;
            packed[i] = roundX + (roundY << HALF);
            x -= roundX << FRACTION_BITS;
            y -= roundY << FRACTION_BITS;
            firstLost += x * x;
            otherLost += y * y;
        }
        // the fraction itself was cut off: less than one of its units a dimension, and what floats round
        double cut = Math.sqrt(order.length) * (1 + scale * BoundTable.FLOAT_ERROR);
        lost[0] = (Math.sqrt((double) firstLost) + cut) / FRACTION;
        lost[1] = (Math.sqrt((double) otherLost) + cut) / FRACTION;
    }

    /** The length of the dimensions of a point that are not added up, rounded up. */
    private int tail(int point) {
        int squares = 0;
        for (int i = steps * STEP; i < packed.length; i++) {
            int component = half(packed[i], point);
            squares += component * component;
        }
        return (int) Math.ceil(Math.sqrt(squares) + lost[point]);
    }

    private static int half(int both, int point) {
        int low = (short) both;
        return point == 0 ? low : (both - low) >> HALF;
    }

    private void add(int[][] rows, int i) {
        add(bounds, rows[i], rows[i + 1], rows[i + 2], rows[i + 3], i);
        add(bounds, rows[i + 4], rows[i + 5], rows[i + 6], rows[i + 7], i + 4);
    }

    /** The JIT turns this plain loop into vector instructions, which needs that one array only is written to. */
    private void add(int[] sums, int[] r0, int[] r1, int[] r2, int[] r3, int i) {
        int x0 = packed[i];
        int x1 = packed[i + 1];
        int x2 = packed[i + 2];
        int x3 = packed[i + 3];
        for (int c = 0; c < sums.length; c++) {
            sums[c] += (x0 * r0[c] + x1 * r1[c]) + (x2 * r2[c] + x3 * r3[c]);
        }
    }

    private void add(int[] row, int x) {
        int[] sums = bounds;
        for (int c = 0; c < sums.length; c++) {
            sums[c] += x * row[c];
        }
    }

    /** The cluster with the highest bound, a good guess; the lowest one of a tie. */
    public int best(int point) {
        return point == 0 ? bestLow() : bestHigh();
    }

    private int bestLow() {
        int most = Integer.MIN_VALUE;
        for (int c = 0; c < bounds.length; c++) {
            most = Math.max(most, bounds[c] << HALF);
        }
        int best = 0;
        while (bounds[best] << HALF != most) {
            best++;
        }
        return best;
    }

    private int bestHigh() {
        int most = Integer.MIN_VALUE;
        for (int c = 0; c < bounds.length; c++) {
            most = Math.max(most, bounds[c] - ((bounds[c] << HALF) >> HALF));
        }
        int best = 0;
        while (bounds[best] - ((bounds[best] << HALF) >> HALF) != most) {
            best++;
        }
        return best;
    }

    /**
     * Returns the bound that every cluster reaches whose score is at least this.
     *
     * @param point 0 or 1
     * @param values that point, again
     * @param score a score, in the unit of the rule
     */
    public int level(int point, float[] values, double score) {
        double common = table.middle() + VectorUtil.dotProduct(table.mean(), values);
        double level = (score - common - table.meanError()) * table.unit() - lost[point] * table.longest();
        return (int) Math.floor(Math.max(Short.MIN_VALUE, Math.min(Short.MAX_VALUE, level))) - 1;
    }

    /** Returns how many clusters have a bound of at least this. */
    public int count(int point, int level) {
        int lower = 0;
        if (point == 0) {
            for (int c = 0; c < bounds.length; c++) {
                lower += (((bounds[c] << HALF) >> HALF) - level) >>> 31;
            }
        } else {
            for (int c = 0; c < bounds.length; c++) {
                lower += (((bounds[c] - ((bounds[c] << HALF) >> HALF)) >> HALF) - level) >>> 31;
            }
        }
        return bounds.length - lower;
    }

    /**
     * Finds the clusters that {@link #count} counts, in ascending order.
     *
     * @param into overwritten from 0; has room for all
     */
    public void reaching(int point, int level, int[] into) {
        int found = 0;
        for (int c = 0; c < bounds.length; c++) {
            if (half(bounds[c], point) >= level) {
                into[found++] = c;
            }
        }
    }

    /** The bounds of a point in all clusters, for tests. */
    int[] bounds(int point) {
        return Arrays.stream(bounds).map(both -> half(both, point)).toArray();
    }
}
