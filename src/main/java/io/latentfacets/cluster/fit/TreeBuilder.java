/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.fit;

import io.latentfacets.cluster.ClusterInfo;
import io.latentfacets.cluster.ClusterTerm;
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
 * Finds the parents of clusters ({@link Agglomeration} of their centroids) and describes them as clusters are
 * described. The same clusters give the same parents. Not thread-safe.
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

    /** How many parents there are; 0 where nothing merges. */
    public int count() {
        return count;
    }

    /** Parents of documents, −1 for none, of their clusters, negative for none. */
    public int[] lift(int[] assigned) {
        return ClusterTree.lift(parentOf, assigned);
    }

    /**
     * Terms of each parent, from the mixture of its clusters' word distributions, each counting by its documents. They
     * are chosen against the other parents and the clusters that have none, which is what they are shown beside.
     *
     * @param logProbabilities clusters × vocabulary, log p(w|c); not changed
     */
    public List<List<ClusterTerm>> label(Labeler labeler, float[][] logProbabilities, Vocabulary vocabulary) {
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
        return labeler.label(mixtures, shares, vocabulary).subList(0, count);
    }

    /** Clusters of the parents, by ordinal, and after them each of the other clusters alone. */
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

    /** ln of the mixture of distributions whose logarithms are given, each counting by its cluster's documents. */
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
     * @param terms of each parent; from {@link #label}
     * @param keys one key per parent and the next number
     * @param assigned cluster of each document, negative for none
     * @param unitLatents documents × dims
     * @param ids document ids, parallel to the latents
     */
    public ClusterTree build(
            List<List<ClusterTerm>> terms, StableKeys keys, int[] assigned, float[][] unitLatents, List<String> ids) {
        if (terms.size() != count || keys.keys().size() != count) {
            throw new IllegalArgumentException("[" + count + "] parents, [" + terms.size() + "] term lists, ["
                    + keys.keys().size() + "] keys");
        }
        List<List<Integer>> groups = groups();
        float[][] centroids = new float[count][];
        for (int p = 0; p < count; p++) {
            centroids[p] = centroid(groups.get(p));
        }
        Exemplars exemplars = new Exemplars(centroids, lift(assigned), unitLatents, ids);
        Set<String> labels = new HashSet<>();
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
                    ClusterInfo.distinctLabel(terms.get(p), key, labels),
                    terms.get(p),
                    size,
                    share,
                    (float) (x / weights),
                    (float) (y / weights),
                    exemplars.nearest(p)));
        }
        return new ClusterTree(parents, parentOf, keys.next());
    }

    /** Mean direction, every cluster counting by its documents. */
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
