/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.generate;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import org.apache.lucene.util.VectorUtil;

/** Draws points of latent space. All points are float[dims] of unit length. Stateless. */
final class Points {

    /** Directions that are nearer than this are one direction. */
    private static final double SAME = 1 - 1e-6;

    private Points() {}

    /**
     * Draws from a normal distribution whose covariance is that of some points, without computing it: the centre plus a
     * sum of all deviations from their mean, each times a standard normal number over the root of how many they are.
     *
     * @param spread a factor of the standard deviation; 0 gives the centre
     */
    static float[] around(float[] center, List<float[]> cloud, double spread, Random random) {
        float[] mean = mean(cloud, center.length);
        float[] point = center.clone();
        for (float[] each : cloud) {
            double part = spread * random.nextGaussian() / Math.sqrt(cloud.size());
            for (int d = 0; d < point.length; d++) {
                point[d] += (float) (part * (each[d] - mean[d]));
            }
        }
        return VectorUtil.dotProduct(point, point) == 0 ? center : VectorUtil.l2normalize(point);
    }

    /**
     * Draws from the aggregated posterior of documents: a cluster with a probability that is its share of them, then a
     * point by {@link #around} of those in the cluster.
     *
     * @param documents the latents of documents, one or more
     * @param cluster the cluster of a latent
     */
    static float[] ofAll(List<float[]> documents, ToIntFunction<float[]> cluster, double spread, Random random) {
        TreeMap<Integer, List<float[]>> clusters = new TreeMap<>();
        documents.forEach(each -> clusters.computeIfAbsent(cluster.applyAsInt(each), key -> new ArrayList<>())
                .add(each));
        List<float[]> chosen = clusters.get(cluster.applyAsInt(documents.get(random.nextInt(documents.size()))));
        float[] mean = mean(chosen, chosen.get(0).length);
        float[] center = VectorUtil.dotProduct(mean, mean) == 0 ? chosen.get(0) : VectorUtil.l2normalize(mean);
        return around(center, chosen, spread, random);
    }

    private static float[] mean(List<float[]> points, int dims) {
        float[] mean = new float[dims];
        for (float[] point : points) {
            for (int d = 0; d < dims; d++) {
                mean[d] += point[d] / points.size();
            }
        }
        return mean;
    }

    /**
     * The points on the way from one to another, along the great circle (Shoemake, 1985).
     *
     * @param steps how many, with both ends; 2 or more
     */
    static List<float[]> between(float[] from, float[] to, int steps) {
        double cosine = Math.clamp(VectorUtil.dotProduct(from, to), -1, 1);
        double angle = Math.acos(cosine);
        List<float[]> points = new ArrayList<>();
        for (int i = 0; i < steps; i++) {
            double part = (double) i / (steps - 1);
            // on opposite or equal directions there is no single great circle: a straight line, past the middle
            boolean straight = Math.abs(cosine) > SAME;
            double ofFrom = straight ? 1 - part : Math.sin((1 - part) * angle) / Math.sin(angle);
            double ofTo = straight ? part : Math.sin(part * angle) / Math.sin(angle);
            float[] point = new float[from.length];
            for (int d = 0; d < point.length; d++) {
                point[d] = (float) (ofFrom * from[d] + ofTo * to[d]);
            }
            points.add(VectorUtil.dotProduct(point, point) < 1e-12 ? from.clone() : VectorUtil.l2normalize(point));
        }
        return points;
    }
}
