/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.objective;

import io.latentfacets.cluster.Measures;
import io.latentfacets.cluster.Partition;
import io.latentfacets.cluster.fit.Clusterer;
import io.latentfacets.vae.Latents;
import java.util.Arrays;

/**
 * The clusters that the model's own clusterer finds in latents during a training. Objectives and restarts use them.
 *
 * @param directions the latents as documents would store them, as unit vectors, {@code [n][d]}; zero where a document
 *     has none
 * @param labels the cluster of each latent, −1 where a document has none
 * @param count the number of clusters
 */
public record LatentClusters(float[][] directions, int[] labels, int count) {

    /**
     * Clusters posterior means.
     *
     * @param means the posterior means μ, {@code [n][d]}
     * @param clusterer the clusterer of the model
     * @param checkCancelled a callback that throws to stop
     */
    public static LatentClusters of(float[][] means, Clusterer clusterer, Runnable checkCancelled) {
        float[][] directions = new float[means.length][];
        boolean[] exists = new boolean[means.length];
        for (int i = 0; i < means.length; i++) {
            byte[] stored = Latents.quantize(means[i]);
            exists[i] = stored != null;
            directions[i] = exists[i] ? Latents.dequantize(stored) : new float[means[i].length];
        }
        Partition partition = clusterer.cluster(directions, checkCancelled);
        int[] labels = new int[means.length];
        Arrays.setAll(labels, i -> exists[i] ? partition.assign(directions[i]) : -1);
        return new LatentClusters(directions, labels, partition.count());
    }

    /**
     * The part of a clustering that a comparison needs, without the latents.
     *
     * @param labels the cluster of each document, −1 where it has no latent
     * @param silhouette the silhouette of the clusters
     */
    public record Summary(int[] labels, double silhouette) {}

    public Summary summary() {
        return new Summary(labels, Measures.silhouette(directions, labels));
    }
}
