/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.fit;

import io.latentfacets.cluster.LinearRule;
import io.latentfacets.cluster.Points;
import java.util.function.ToDoubleFunction;
import org.apache.lucene.util.VectorUtil;

/**
 * Gives known subjects clusters of their own. A new subject is small beside the others, and a division from scratch
 * often leaves it with its nearest neighbour (motorcycles with cars) and cuts a larger cluster instead. Some points of
 * the subject show where it is: their mean takes the points that are nearer to it than to the mean of their cluster,
 * once. Further rounds would let it drift into its neighbour. The rule is then fitted to that.
 *
 * <p>The graph of nearest neighbours judges: a subject that has a cluster already would cut it into two halves, and the
 * {@linkplain NeighborGraph#modularity modularity} falls. docs/adr/0051 has what was measured. For a single use; not
 * thread-safe.
 */
final class SubjectSplitter {
    /** A cluster with fewer points is no subject. */
    private static final int FEWEST = 20;

    /**
     * How much the modularity may fall. Cutting a cluster that a subject has already costs .005 and more; a cluster for
     * one that is among others mostly gains, or costs less than .001.
     */
    private static final double LOSS = 0.002;

    private final float[][] points;
    private final RuleFitter fitter;
    private final ToDoubleFunction<LinearRule> modularity;

    /**
     * @param points the points that rules are fitted on, {@code [points][dims]}, unit length
     * @param fitter fits rules to the same points
     * @param modularity the modularity of a rule's division in the graph of nearest neighbours
     */
    SubjectSplitter(float[][] points, RuleFitter fitter, ToDoubleFunction<LinearRule> modularity) {
        this.points = points;
        this.fitter = fitter;
        this.modularity = modularity;
    }

    /**
     * Returns the rule with a cluster for the subject, or the same rule if the subject needs none.
     *
     * @param shown latents of the subject, {@code [latents][dims]}, unit length; empty for none
     */
    LinearRule split(LinearRule rule, float[][] shown) {
        float[] subject = mean(shown);
        if (subject == null) {
            return rule;
        }
        int[] labels = rule.assign(points);
        float[][] centers = means(points, labels, rule.count());
        int[] with = labels.clone();
        int taken = 0;
        for (int i = 0; i < points.length; i++) {
            if (VectorUtil.dotProduct(points[i], subject) > VectorUtil.dotProduct(points[i], centers[labels[i]])) {
                with[i] = rule.count();
                taken++;
            }
        }
        LinearRule split = taken < FEWEST ? null : fitter.continued(with, rule.count() + 1);
        return split != null && modularity.applyAsDouble(split) >= modularity.applyAsDouble(rule) - LOSS ? split : rule;
    }

    /**
     * The mean direction of each cluster; zero where there is none.
     *
     * @param labels the cluster of each point, −1 for none
     */
    static float[][] means(float[][] points, int[] labels, int count) {
        float[][] means = new float[count][points[0].length];
        for (int i = 0; i < points.length; i++) {
            if (labels[i] >= 0) {
                add(means[labels[i]], points[i]);
            }
        }
        for (float[] mean : means) {
            Points.normalize(mean);
        }
        return means;
    }

    /** The mean direction; null if there is none. */
    private static float[] mean(float[][] latents) {
        if (latents.length == 0) {
            return null;
        }
        float[] mean = new float[latents[0].length];
        for (float[] latent : latents) {
            add(mean, latent);
        }
        return Points.normalize(mean) ? mean : null;
    }

    private static void add(float[] sum, float[] point) {
        for (int j = 0; j < sum.length; j++) {
            sum[j] += point[j];
        }
    }
}
