/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

/**
 * Assigns many latents, one after another. Gives the same answers as {@link Partition#assign(float[])}, several times
 * as fast. Not thread-safe: it reuses one array of scores and allocates nothing per latent.
 *
 * <p>The assigner scores all learned clusters at once, dimension by dimension. This needs no sum across a vector
 * register, which a dot product per cluster does need. Sums in another order differ in their last bits. So the assigner
 * accepts the best cluster only if its lead over the second exceeds the rounding errors of both orders of summation.
 * Otherwise it calls the rule itself. A dot product of n floats, summed in any order, is within n·u/(1 − n·u) · ‖x‖·‖y‖
 * of the exact one, u = 2⁻²⁴ (Higham, Accuracy and Stability of Numerical Algorithms, 2nd edition, section 3.1, and
 * Cauchy-Schwarz).
 */
public final class Assigner {
    private final Partition partition;
    private final float[][] byDimension;
    private final float[] scores;
    private final float margin;
    private final double[] learned;

    /** @param byDimension the transposed directions, {@code [dims][count]} */
    Assigner(Partition partition, float[][] byDimension) {
        this.partition = partition;
        this.byDimension = byDimension;
        this.scores = new float[partition.biases().length];
        this.margin = partition.margin();
        this.learned = new double[scores.length];
    }

    /**
     * The cluster that {@link Partition#assign(float[])} gives.
     *
     * @param unitLatent the latent, {@code [dims]}, of unit length or all zero
     */
    public int assign(float[] unitLatent) {
        score(unitLatent);
        int best = 0;
        float first = Float.NEGATIVE_INFINITY;
        float second = Float.NEGATIVE_INFINITY;
        for (int c = 0; c < scores.length; c++) {
            float score = scores[c];
            if (score > second) {
                if (score > first) {
                    second = first;
                    first = score;
                    best = c;
                } else {
                    second = score;
                }
            }
        }
        // a NaN makes the comparison false, so the rule decides
        return first - second > margin ? partition.refine(best, unitLatent) : partition.assign(unitLatent);
    }

    /**
     * The memberships of a latent in all clusters, as {@link Partition#memberships} gives them, which add up to 1.
     *
     * @param unitLatent the latent, {@code [dims]}, of unit length or all zero
     * @param into one per cluster, overwritten
     */
    public void memberships(float[] unitLatent, double[] into) {
        score(unitLatent);
        for (int c = 0; c < scores.length; c++) {
            learned[c] = scores[c];
        }
        partition.memberships(learned, unitLatent, into);
    }

    /** Scores every cluster. The JIT turns these plain loops, four dimensions at a time, into vector instructions. */
    private void score(float[] point) {
        System.arraycopy(partition.biases(), 0, scores, 0, scores.length);
        int i = 0;
        for (; i + 4 <= point.length; i += 4) {
            add4(
                    byDimension[i],
                    byDimension[i + 1],
                    byDimension[i + 2],
                    byDimension[i + 3],
                    point[i],
                    point[i + 1],
                    point[i + 2],
                    point[i + 3]);
        }
        for (; i < point.length; i++) {
            float[] row = byDimension[i];
            float x = point[i];
            for (int c = 0; c < scores.length; c++) {
                scores[c] += x * row[c];
            }
        }
    }

    private void add4(float[] r0, float[] r1, float[] r2, float[] r3, float x0, float x1, float x2, float x3) {
        float[] sums = scores;
        for (int c = 0; c < sums.length; c++) {
            sums[c] += (x0 * r0[c] + x1 * r1[c]) + (x2 * r2[c] + x3 * r3[c]);
        }
    }

    /** Transposes {@code [count][dims]} to {@code [dims][count]}. */
    static float[][] transpose(float[][] directions) {
        float[][] transposed = new float[directions[0].length][directions.length];
        for (int c = 0; c < directions.length; c++) {
            for (int i = 0; i < transposed.length; i++) {
                transposed[i][c] = directions[c][i];
            }
        }
        return transposed;
    }
}
