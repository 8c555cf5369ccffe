/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.objective;

import io.latentfacets.cluster.Measures;
import io.latentfacets.cluster.Partition;
import io.latentfacets.cluster.fit.Clusterer;
import io.latentfacets.vae.Latents;
import java.util.Arrays;

/**
 * The clusters of latents as a model would find them now, for what looks at them during a training.
 *
 * @param directions of the latents as documents would store them, n × d; zero where there is none
 * @param labels cluster of each, −1 where there is no direction
 * @param count of clusters
 */
public record LatentClusters(float[][] directions, int[] labels, int count) {

    /** @param means μ, n × d */
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

    /** What is left to compare clusterings by when the latents are gone: cluster by document, and the silhouette. */
    public record Summary(int[] labels, double silhouette) {}

    public Summary summary() {
        return new Summary(labels, Measures.silhouette(directions, labels));
    }
}
