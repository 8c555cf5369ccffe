/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.fit;

import io.latentfacets.cluster.ClusterInfo;
import io.latentfacets.cluster.ClusterLabel;
import io.latentfacets.cluster.ClusterTree;
import io.latentfacets.cluster.Clusters;
import io.latentfacets.cluster.Exemplars;
import io.latentfacets.cluster.Points;
import io.latentfacets.cluster.StableKeys;
import io.latentfacets.cluster.label.Labeler;
import io.latentfacets.text.Vocabulary;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds the parents of clusters by {@link Agglomeration} of their centroids, and describes each parent like a cluster.
 * Equal clusters give equal parents. Immutable and thread-safe.
 */
public final class TreeBuilder {
    private final Clusters leaves;
    private final int[] parentOf;
    private final int count;

    public TreeBuilder(Clusters leaves) {
        this.leaves = leaves;
        List<ClusterInfo> infos = leaves.infos();
        parentOf = new Agglomeration(
                        leaves.partition().centroids(),
                        infos.stream().mapToLong(ClusterInfo::size).toArray())
                .parents();
        int parents = 0;
        for (int parent : parentOf) {
            parents = Math.max(parents, parent + 1);
        }
        count = parents;
    }

    /** The number of parents; 0 if no clusters merge. */
    public int count() {
        return count;
    }

    /** The parent of each document, −1 for none; {@code assigned} has the cluster of each, negative for none. */
    public int[] lift(int[] assigned) {
        return ClusterTree.lift(parentOf, assigned);
    }

    /**
     * The words for each parent, from the mixture of its clusters' word distributions, weighted by their documents. The
     * labeler contrasts a parent with the other parents and with the clusters without a parent, because a user sees
     * them side by side. No parent gets a phrase that is the label of a cluster.
     *
     * @param logProbabilities log p(w|c), {@code [clusters][vocabulary]}; not changed
     */
    public List<ClusterLabel> label(Labeler labeler, float[][] logProbabilities, Vocabulary vocabulary) {
        if (count == 0) {
            return List.of();
        }
        List<List<Integer>> groups = groups();
        float[][] mixtures = new float[groups.size()][];
        double[] shares = new double[groups.size()];
        for (int g = 0; g < mixtures.length; g++) {
            mixtures[g] = mixture(groups.get(g), logProbabilities);
            for (int cluster : groups.get(g)) {
                shares[g] += leaves.infos().get(cluster).share();
            }
        }
        List<String> taken = leaves.infos().stream().map(ClusterInfo::label).toList();
        return labeler.label(mixtures, shares, vocabulary, taken).subList(0, count);
    }

    /** The clusters of each parent, by ordinal, and after them one group per cluster without a parent. */
    private List<List<Integer>> groups() {
        List<List<Integer>> groups = new ArrayList<>();
        for (int p = 0; p < count; p++) {
            groups.add(new ArrayList<>());
        }
        for (int c = 0; c < parentOf.length; c++) {
            if (parentOf[c] < 0) {
                groups.add(List.of(c));
            } else {
                groups.get(parentOf[c]).add(c);
            }
        }
        return groups;
    }

    /**
     * The mixture of several clusters' word distributions, weighted by the clusters' documents.
     *
     * @param clusters the ordinals of the clusters, at least one
     * @param logProbabilities log p(w|c), {@code [clusters][vocabulary]}; not changed
     * @return ln of the mixture, {@code [vocabulary]}
     */
    public float[] mixture(List<Integer> clusters, float[][] logProbabilities) {
        double[] sum = new double[logProbabilities[clusters.get(0)].length];
        double total = 0;
        for (int c : clusters) {
            double weight = Math.max(1, leaves.infos().get(c).size());
            total += weight;
            for (int w = 0; w < sum.length; w++) {
                sum[w] += weight * Math.exp(logProbabilities[c][w]);
            }
        }
        float[] mixture = new float[sum.length];
        for (int w = 0; w < mixture.length; w++) {
            mixture[w] = (float) Math.log(sum[w] / total);
        }
        return mixture;
    }

    /**
     * Describes the parents.
     *
     * @param labels the phrase and the terms of each parent, from {@link #label}
     * @param keys one key per parent, and the next number
     * @param assigned the cluster of each document, negative for none
     * @param unitLatents the latents, {@code [documents][dims]}
     * @param ids the document ids, parallel to the latents
     */
    public ClusterTree build(
            List<ClusterLabel> labels, StableKeys keys, int[] assigned, float[][] unitLatents, List<String> ids) {
        if (labels.size() != count || keys.keys().size() != count) {
            throw new IllegalArgumentException("[" + count + "] parents, [" + labels.size() + "] labels, ["
                    + keys.keys().size() + "] keys");
        }
        List<List<Integer>> groups = groups();
        float[][] centroids = new float[count][];
        for (int p = 0; p < count; p++) {
            centroids[p] = centroid(groups.get(p));
        }
        Exemplars exemplars = new Exemplars(centroids, lift(assigned), unitLatents, ids);
        Set<String> taken = new HashSet<>();
        List<ClusterInfo> parents = new ArrayList<>(count);
        for (int p = 0; p < count; p++) {
            String key = keys.keys().get(p);
            long size = 0;
            double share = 0;
            double x = 0;
            double y = 0;
            double weights = 0;
            for (int c : groups.get(p)) {
                ClusterInfo child = leaves.infos().get(c);
                double weight = Math.max(1, child.size());
                size += child.size();
                share += child.share();
                x += weight * child.x();
                y += weight * child.y();
                weights += weight;
            }
            parents.add(new ClusterInfo(
                    key,
                    ClusterInfo.distinctLabel(labels.get(p), key, taken),
                    labels.get(p).terms(),
                    size,
                    share,
                    (float) (x / weights),
                    (float) (y / weights),
                    exemplars.nearest(p)));
        }
        return new ClusterTree(parents, parentOf, keys.next());
    }

    /** The mean direction of the centroids, weighted by the clusters' documents. */
    private float[] centroid(List<Integer> clusters) {
        float[][] centroids = leaves.partition().centroids();
        float[] mean = new float[leaves.partition().dims()];
        for (int c : clusters) {
            float weight = Math.max(1, leaves.infos().get(c).size());
            for (int j = 0; j < mean.length; j++) {
                mean[j] += weight * centroids[c][j];
            }
        }
        return Points.normalize(mean) ? mean : centroids[clusters.get(0)].clone();
    }
}
