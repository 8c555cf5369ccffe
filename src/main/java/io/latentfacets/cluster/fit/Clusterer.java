/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.fit;

import io.latentfacets.cluster.ClusterOptions;
import io.latentfacets.cluster.CountCurve;
import io.latentfacets.cluster.LinearRule;
import io.latentfacets.cluster.Partition;
import io.latentfacets.cluster.Points;
import java.util.SplittableRandom;

/**
 * Divides latents into clusters: k-means in a space whitened by what varies within small neighbourhoods, refined by a
 * Gaussian mixture with one shared covariance, the best of several by the graph of nearest neighbours, folded into one
 * dot product and a bias per cluster. Few points get plain spherical k-means. Cost is bounded: the rule is fitted on a
 * sample of {@link #MAX_FIT}, then every point is assigned once.
 *
 * <p>Stateless and thread-safe; single-threaded; same options and same points in the same order give the same
 * partition, bit for bit.
 */
public final class Clusterer {
    /** Most points that a rule is fitted on. */
    static final int MAX_FIT = 50_000;

    private static final int STARTS = 4;

    private final ClusterOptions options;

    public Clusterer(ClusterOptions options) {
        this.options = options;
    }

    /**
     * @param unitLatents documents × dims, unit length, not changed; rows without length (documents without words) are
     *     passed over
     * @param checkCancelled called many times a second; throws to stop
     * @return a partition in which no cluster is empty; it has fewer clusters than asked for only if there are fewer
     *     distinct latents
     * @throws IllegalArgumentException if no row has unit length
     */
    public Partition cluster(float[][] unitLatents, Runnable checkCancelled) {
        float[][] sample = Points.sample(unitLatents, MAX_FIT, options.seed());
        if (sample.length == 0) {
            throw new IllegalArgumentException(
                    "none of the [" + unitLatents.length + "] latents has a direction: there is nothing to cluster");
        }
        SplittableRandom random = new SplittableRandom(options.seed());
        CountCurve curve = CountCurve.NONE;
        int count = options.count();
        if (count == ClusterOptions.AUTO) {
            curve = new CountChooser(options.seed(), checkCancelled).choose(sample);
            count = curve.chosen();
        }
        LinearRule rule = new RuleSelector(sample, STARTS, random, checkCancelled).select(count);
        return new Partition(centroids(unitLatents, rule, checkCancelled), rule.directions(), rule.biases(), curve);
    }

    /** Mean direction of each cluster's members, over all points and not only the sample. */
    private static float[][] centroids(float[][] latents, LinearRule rule, Runnable checkCancelled) {
        int count = rule.count();
        int dims = rule.directions()[0].length;
        double[][] sums = new double[count][dims];
        for (int i = 0; i < latents.length; i++) {
            if (i % 1024 == 0) {
                checkCancelled.run();
            }
            if (Points.usable(latents[i])) {
                double[] sum = sums[rule.assign(latents[i])];
                for (int j = 0; j < dims; j++) {
                    sum[j] += latents[i][j];
                }
            }
        }
        float[][] centroids = new float[count][dims];
        for (int c = 0; c < count; c++) {
            for (int j = 0; j < dims; j++) {
                centroids[c][j] = (float) sums[c][j];
            }
            if (!Points.normalize(centroids[c])) {
                // members that cancel out: any direction is as good, and the rule's own is at least its own
                centroids[c] = rule.directions()[c].clone();
                Points.normalize(centroids[c]);
            }
        }
        return centroids;
    }
}
