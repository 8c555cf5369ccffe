/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.fit;

import io.latentfacets.cluster.LinearRule;
import io.latentfacets.cluster.Points;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/**
 * Continues a former division of points, whose number has grown and whose places may be others: the rule is fitted to
 * where the points are now, subjects that are known to be new get clusters of their own ({@link SubjectSplitter}), the
 * division is improved, and clusters that have become one are merged. What a division anew does better or worse by
 * chance is left out. docs/adr/0051 has what was measured.
 *
 * <p>A chain of such divisions keeps what the first one got wrong, so the graph of nearest neighbours compares it with
 * a division anew: {@link #isClearlyWorse}. For a single use; not thread-safe.
 */
final class FormerDivision {
    /** How much higher the modularity of a division anew must be to replace a continued one. */
    static final double CLEARLY = 0.02;

    /** A former cluster with fewer points has ended. */
    private static final int FEWEST = 10;

    private final float[][] points;
    private final RuleFitter fitter;
    private final float[][] sample;
    private final NeighborGraph graph;

    /**
     * @param points the points that rules are fitted on, {@code [points][dims]}, unit length
     * @param seed the seed of the sample that judges
     * @param checkCancelled a callback that throws to stop
     */
    FormerDivision(float[][] points, int starts, long seed, Runnable checkCancelled) {
        this.points = points;
        this.fitter = new RuleFitter(points, starts, new SplittableRandom(seed), checkCancelled);
        this.sample = Points.sample(points, RuleSelector.MAX_POINTS, seed);
        this.graph = new NeighborGraph(sample, RuleSelector.NEIGHBORS, checkCancelled);
    }

    /**
     * Continues the division.
     *
     * @param former the former cluster of each point, −1 for none
     * @param subjects latents of each new subject, {@code [latents][dims]}, unit length
     * @param polish improves a rule without changing the number of its clusters
     * @return null if no former cluster goes on, or if no rule fits those that do
     */
    LinearRule continued(int[] former, List<float[][]> subjects, UnaryOperator<LinearRule> polish) {
        int[] labels = compact(former);
        int count = Arrays.stream(labels).max().orElse(-1) + 1;
        if (count == 0) {
            return null;
        }
        addTheOthers(labels, count);
        LinearRule rule = fitter.continued(labels, count);
        if (rule == null) {
            return null;
        }
        SubjectSplitter splitter = new SubjectSplitter(points, fitter, this::modularity);
        for (float[][] shown : subjects) {
            if (rule.count() < Clusterer.MOST_CHOSEN) {
                rule = splitter.split(rule, shown);
            }
        }
        return merged(polish.apply(rule));
    }

    /** Whether a division anew is so much better that the continued one is to give way. */
    boolean isClearlyWorse(LinearRule continued, LinearRule anew) {
        return modularity(anew) > modularity(continued) + CLEARLY;
    }

    /** The former clusters that go on, numbered from 0; −1 for points of others. */
    private static int[] compact(int[] former) {
        int[] sizes = new int[Arrays.stream(former).max().orElse(-1) + 1];
        for (int cluster : former) {
            if (cluster >= 0) {
                sizes[cluster]++;
            }
        }
        int[] numbers = new int[sizes.length];
        int next = 0;
        for (int cluster = 0; cluster < sizes.length; cluster++) {
            numbers[cluster] = sizes[cluster] < FEWEST ? -1 : next++;
        }
        return Arrays.stream(former)
                .map(cluster -> cluster < 0 ? -1 : numbers[cluster])
                .toArray();
    }

    /** Gives each point without a cluster that with the nearest mean. */
    private void addTheOthers(int[] labels, int count) {
        LinearRule nearest = new LinearRule(SubjectSplitter.means(points, labels, count), new float[count]);
        for (int i = 0; i < labels.length; i++) {
            labels[i] = labels[i] < 0 ? nearest.assign(points[i]) : labels[i];
        }
    }

    /** Merges two clusters as long as that clearly raises the modularity. */
    private LinearRule merged(LinearRule divided) {
        LinearRule rule = divided;
        while (true) {
            int[] pair = graph.bestMerge(rule.assign(sample), rule.count(), Continuation.GAIN);
            if (pair == null) {
                return rule;
            }
            int last = rule.count() - 1;
            int[] labels = rule.assign(points);
            for (int i = 0; i < labels.length; i++) {
                if (labels[i] == pair[1]) {
                    labels[i] = pair[0];
                } else if (labels[i] == last) {
                    labels[i] = pair[1];
                }
            }
            LinearRule fewer = fitter.continued(labels, last);
            if (fewer == null) {
                return rule;
            }
            rule = fewer;
        }
    }

    private double modularity(LinearRule rule) {
        return graph.modularity(rule.assign(sample), rule.count());
    }
}
