/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.fit;

import io.latentfacets.cluster.ClusterOptions;
import java.util.Arrays;

/**
 * Continues a former division of points: every point stays where it was, apart from what clearly asks for a change. A
 * new division of the same points says where clusters may be missing: each of its clusters may become a cluster of its
 * own, and two former clusters may become one. The graph of nearest neighbours judges by
 * {@linkplain NeighborGraph#modularity modularity}: a change must raise it by {@link #GAIN}. Two runs of the clusterer
 * on the same points differ by chance in some clusters; such a difference hardly changes the modularity. A cluster of
 * its own must also be explained by what has changed: former clusters that have more of the points than they used to
 * have. On the same points the number of clusters therefore never grows.
 *
 * <p>If the definition sets the number of clusters, the best changes fill the number up or bring it down. For a single
 * use; not thread-safe.
 */
final class Continuation {
    /** The least gain of modularity by one change. */
    static final double GAIN = 0.004;

    /** A cluster with fewer points of the sample is no subject. */
    private static final int FEWEST = 10;

    /** The least part of a cluster of its own that the growth of former clusters must explain. */
    private static final double EXPLAINED = 0.25;

    private final NeighborGraph graph;
    private final int[] former;
    private final int[] anew;
    private final Runnable checkCancelled;
    /** The cluster of the points of each former cluster. */
    private final int[] ofFormer;
    /** The cluster of the points of each cluster of the new division; −1 for those that stay where they were. */
    private final int[] ofNew;

    private final boolean[] explained;

    private int count;

    /**
     * @param graph the graph of a sample of the points
     * @param former the former cluster of each point of the sample, numbered from 0
     * @param formerShares the share of the points that each former cluster had
     * @param anew the cluster of each point of the sample in a new division, 0 to newCount − 1
     * @param checkCancelled a callback that throws to stop
     */
    Continuation(
            NeighborGraph graph,
            int[] former,
            double[] formerShares,
            int[] anew,
            int newCount,
            Runnable checkCancelled) {
        this.graph = graph;
        this.former = former;
        this.anew = anew;
        this.checkCancelled = checkCancelled;
        this.ofFormer = new int[formerShares.length];
        Arrays.setAll(ofFormer, c -> c);
        this.ofNew = new int[newCount];
        Arrays.fill(ofNew, -1);
        this.count = formerShares.length;
        this.explained = explained(formerShares);
    }

    /**
     * Changes the division. For one call.
     *
     * @param wanted the number of clusters, or {@link ClusterOptions#AUTO}
     */
    void change(int wanted) {
        double before = modularity();
        while (grow(GAIN, true)) {
            checkCancelled.run();
        }
        if (wanted == ClusterOptions.AUTO) {
            while (shrink(GAIN)) {
                checkCancelled.run();
            }
            return;
        }
        while (used() > wanted && shrink(Double.NEGATIVE_INFINITY)) {
            checkCancelled.run();
        }
        if (used() == wanted && ofFormer.length == wanted && modularity() < before + GAIN) {
            Arrays.setAll(ofFormer, c -> c);
            Arrays.fill(ofNew, -1);
        }
        while (used() < wanted && grow(Double.NEGATIVE_INFINITY, false)) {
            checkCancelled.run();
        }
    }

    /**
     * Whether the growth of former clusters explains each cluster of the new division. All former clusters may have
     * lost shares to a few that grew, so the median of their growth counts as none.
     */
    private boolean[] explained(double[] shares) {
        double[][] both = new double[ofNew.length][shares.length];
        double[] now = new double[shares.length];
        double[] sizes = new double[ofNew.length];
        for (int i = 0; i < former.length; i++) {
            both[anew[i]][former[i]]++;
            now[former[i]]++;
            sizes[anew[i]]++;
        }
        double[] growth = new double[shares.length];
        Arrays.setAll(growth, c -> shares[c] > 0 ? now[c] / (shares[c] * former.length) : 1);
        Arrays.sort(growth);
        double usual = growth[growth.length / 2];
        boolean[] result = new boolean[ofNew.length];
        for (int c = 0; c < result.length; c++) {
            double grown = 0;
            for (int o = 0; o < shares.length; o++) {
                double more = Math.max(0, now[o] - usual * shares[o] * former.length);
                grown += Math.min(both[c][o], more);
            }
            result[c] = grown >= EXPLAINED * sizes[c];
        }
        return result;
    }

    /** The cluster of a point, by its former cluster and its cluster in the new division; numbers may be missing. */
    int cluster(int formerCluster, int newCluster) {
        return ofNew[newCluster] >= 0 ? ofNew[newCluster] : ofFormer[formerCluster];
    }

    private int used() {
        return (int) Arrays.stream(labels()).distinct().count();
    }

    private int[] labels() {
        int[] labels = new int[former.length];
        Arrays.setAll(labels, i -> cluster(former[i], anew[i]));
        return labels;
    }

    private double modularity() {
        return graph.modularity(labels(), count);
    }

    /** Makes one cluster of the new division a cluster, the one that gains most. */
    private boolean grow(double least, boolean onlyExplained) {
        double best = modularity() + least;
        int chosen = -1;
        int[] sizes = new int[ofNew.length];
        for (int c : anew) {
            sizes[c]++;
        }
        count++;
        for (int c = 0; c < ofNew.length; c++) {
            if (ofNew[c] >= 0 || sizes[c] < FEWEST || (onlyExplained && !explained[c])) {
                continue;
            }
            ofNew[c] = count - 1;
            double with = modularity();
            ofNew[c] = -1;
            if (with > best) {
                best = with;
                chosen = c;
            }
        }
        if (chosen < 0) {
            count--;
            return false;
        }
        ofNew[chosen] = count - 1;
        return true;
    }

    /** Merges two clusters, those that gain most. */
    private boolean shrink(double least) {
        int[] pair = graph.bestMerge(labels(), count, least);
        if (pair == null) {
            return false;
        }
        replace(ofFormer, pair[1], pair[0]);
        replace(ofNew, pair[1], pair[0]);
        return true;
    }

    private static void replace(int[] clusters, int from, int into) {
        for (int i = 0; i < clusters.length; i++) {
            clusters[i] = clusters[i] == from ? into : clusters[i];
        }
    }
}
