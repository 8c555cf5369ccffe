/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.fit;

import io.latentfacets.cluster.LinearRule;
import io.latentfacets.cluster.Points;
import java.util.SplittableRandom;

/**
 * Fits several rules from different divisions and selects the one that cuts the graph of nearest neighbours least, by
 * {@linkplain NeighborGraph#normalizedCut normalised cut}. A mixture's likelihood and the silhouette select well among
 * clusters of similar size, but both rise when a large cluster is cut into pieces. The normalised cut does not.
 * Measured over three seeds of each corpus, twelve candidates (NMI/accuracy): Reuters' ten largest topics .584/.527
 * (mean of the candidates .559/.443, by likelihood .579/.442, by silhouette .558/.403), 20 newsgroups .710/.697
 * (.708/.695, .714/.717, .712/.726), its subject lines .276/.262 (.266/.266, .272/.265, .265/.271).
 *
 * <p>The selection uses a sample of the points; the selected rule is then refined on all points. For a single use; not
 * thread-safe.
 */
final class RuleSelector {
    /** The largest sample for the candidates and the graph, whose cost is quadratic. */
    static final int MAX_POINTS = 6000;

    static final int NEIGHBORS = 10;

    /** The number of candidates of each kind of start. */
    private static final int CANDIDATES = 6;

    /** The largest number of clusters with {@link #CANDIDATES}: the cost of a candidate grows with the clusters. */
    private static final int FEW = 50;

    /** The number of candidates of each kind of start above {@link #FEW} clusters. */
    private static final int CANDIDATES_OF_MANY = 2;

    /** The largest number of clusters with a selection; above it one rule is fitted on all points. */
    static final int MANY = 100;

    private final float[][] points;
    private final int starts;
    private final SplittableRandom random;
    private final Runnable checkCancelled;

    /**
     * @param points the points, {@code [points][dims]}, unit length, at least one
     * @param starts the number of starts of k-means if there is no selection
     * @param random the source of the sample and of all seeds
     * @param checkCancelled a callback that throws to stop
     */
    RuleSelector(float[][] points, int starts, SplittableRandom random, Runnable checkCancelled) {
        this.points = points;
        this.starts = starts;
        this.random = random;
        this.checkCancelled = checkCancelled;
    }

    /** The number of candidates of each kind. */
    static int candidates(int count) {
        return count > FEW ? CANDIDATES_OF_MANY : CANDIDATES;
    }

    /** @return a rule of {@code count} clusters, none of them empty; fewer if there are fewer distinct points */
    LinearRule select(int count) {
        RuleFitter all = new RuleFitter(points, starts, random, checkCancelled);
        float[][] sample = Points.sample(points, MAX_POINTS, random.nextLong());
        RuleFitter fitter = sample.length == points.length ? all : new RuleFitter(sample, 1, random, checkCancelled);
        if (count > MANY || !fitter.fitsMixtures(count)) {
            return all.fit(count);
        }
        NeighborGraph graph = new NeighborGraph(sample, NEIGHBORS, checkCancelled);
        LinearRule best = null;
        double least = Double.POSITIVE_INFINITY;
        int candidates = 2 * candidates(count);
        for (int i = 0; i < candidates; i++) {
            LinearRule rule = i % 2 == 0 ? fitter.fitFromKMeans(count) : fitter.fitFromMerging(count);
            if (rule == null) {
                continue;
            }
            double cut = graph.normalizedCut(rule.assign(sample), count);
            if (cut < least) {
                least = cut;
                best = rule;
            }
        }
        LinearRule refined = best == null || sample.length == points.length ? best : all.refine(best);
        return refined == null ? all.fit(count) : refined;
    }
}
