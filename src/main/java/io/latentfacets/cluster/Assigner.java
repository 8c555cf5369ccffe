/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

import io.latentfacets.cluster.bound.BoundTable;
import io.latentfacets.cluster.bound.PairBounds;
import org.apache.lucene.util.VectorUtil;

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
 *
 * <p>Of many clusters, {@link #assign(float[], float[], int[])} rules out nearly all by {@link PairBounds} and scores
 * those that are left.
 */
public final class Assigner {
    /** The number of clusters from which pairs are faster ({@code ColumnBenchmark}). */
    static final int PAIRED_FROM = 64;

    /** The number of pairs after which the assigner decides whether tighter bounds are worth it. */
    private static final int WATCHED_PAIRS = 128;

    /*
     * Shares of the clusters. Exact scores of one in 24 one by one take as long as the scores of all at once, which
     * take as long as exact scores of one in 8 when memory is near. A look through all bounds takes as long as exact
     * scores of one in 64, and so does a step of tightening, a pair.
     */
    private static final int LEFT_SHARE = 24;

    private static final int ALL_SHARE = 8;
    private static final int LOOK_SHARE = 64;

    private final Partition partition;
    private final float[][] byDimension;
    private final float[] scores;
    private final float margin;
    private final double[] learned;
    /** Clusters that bounds leave; scoring more of them one by one takes longer than scoring all at once. */
    private final int[] left;

    private PairBounds bounds;
    private boolean boundsHelp;
    private int pairs;
    /** What the watched pairs took beside their bounds, in exact scores. */
    private long extra;

    /** @param byDimension the transposed directions, {@code [dims][count]} */
    Assigner(Partition partition, float[][] byDimension) {
        this.partition = partition;
        this.byDimension = byDimension;
        this.scores = new float[partition.biases().length];
        this.margin = partition.margin();
        this.learned = new double[scores.length];
        this.left = new int[Math.max(1, scores.length / LEFT_SHARE)];
        this.boundsHelp = scores.length >= PAIRED_FROM;
    }

    /**
     * Whether {@link #assign(float[], float[], int[])} is faster than two single latents: with many clusters, unless
     * bounds have not helped so far. The first call for a partition, by any assigner, makes the table of its bounds,
     * which takes as long as some thousand latents.
     */
    public boolean pairs() {
        if (bounds == null && boundsHelp) {
            BoundTable table = partition.boundTable();
            bounds = table == null ? null : new PairBounds(table);
            boundsHelp = bounds != null;
        }
        return boundsHelp;
    }

    /**
     * The clusters of two latents, as {@link Partition#assign(float[])} gives them. Call it only while {@link #pairs}.
     *
     * @param first a latent, {@code [dims]}, of unit length or all zero
     * @param other another one
     * @param into the two clusters, overwritten
     */
    public void assign(float[] first, float[] other, int[] into) {
        bounds.score(first, other);
        into[0] = bounded(0, first);
        into[1] = bounded(1, other);
        watch();
    }

    /** The cluster of one of the points that {@link #bounds} are about. */
    private int bounded(int which, float[] unitLatent) {
        int guess = bounds.best(which);
        float score = VectorUtil.dotProduct(partition.directions()[guess], unitLatent)
                + partition.biases()[guess];
        int level = bounds.level(which, unitLatent, (double) score - margin);
        int count = bounds.count(which, level);
        if (count == 1) {
            return partition.refine(guess, unitLatent);
        }
        if (count > left.length) {
            extra += scores.length / ALL_SHARE;
            return assign(unitLatent);
        }
        extra += scores.length / LOOK_SHARE + count;
        bounds.reaching(which, level, left);
        return partition.assign(unitLatent, left, count);
    }

    /** Makes the bounds tighter while they leave many clusters, and gives them up if that does not help. */
    private void watch() {
        if (++pairs < WATCHED_PAIRS) {
            return;
        }
        boolean tightest = extra > (long) WATCHED_PAIRS * scores.length / LOOK_SHARE && !bounds.tighten();
        boundsHelp = !tightest || extra < (long) WATCHED_PAIRS * scores.length / ALL_SHARE;
        pairs = 0;
        extra = 0;
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
