/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.fit;

import io.latentfacets.cluster.CountCurve;
import io.latentfacets.cluster.LinearRule;
import io.latentfacets.cluster.Measures;
import io.latentfacets.cluster.Points;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiFunction;

/**
 * Chooses a number of clusters by the cosine silhouette, averaged over a few random draws of the points. As the number
 * grows, the silhouette rises until the clusters separate the groups in the data. Then it falls (clear groups) or stays
 * level (groups within groups). The best number is the one that no number up to twice as large beats. Its score is
 * partly noise, so the chooser takes the smallest number that scores nearly as well. If the curve is level over a wide
 * range, it takes the beginning of the level part.
 *
 * <p>The silhouette alone keeps rising in two cases: when a large group can be cut into compact pieces, and in short
 * texts, where every word makes a group. Therefore the modularity of the graph of nearest neighbours limits the choice.
 * The chooser takes no number above the first one with (nearly) the highest modularity: more clusters would cut through
 * neighbourhoods.
 */
final class CountChooser {
    private static final int[] GRID = {
        2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 18, 20, 22, 25, 28, 32, 36, 40, 45, 50, 60, 70, 80, 100
    };

    /** The largest number that is tried. */
    static final int MOST = GRID[GRID.length - 1];

    private static final int STARTS = 2;
    private static final int NEIGHBORS = 10;

    /** The part of the highest modularity from which a modularity counts as the highest. */
    private static final double HIGHEST = 0.998;

    /**
     * Any points divide well into two or three clusters, so the search continues further if such a number is best so
     * far.
     */
    private static final int FEW = 3;

    /** The search continues at least up to this number while the best number is at most {@link #FEW}. */
    private static final int LEAST_TRIED = 20;

    /** The least mean number of points per cluster: fewer points are not a subject. */
    private static final int MIN_POINTS_PER_CLUSTER = 10;

    /** The part of the best score from which a score counts as nearly as good. */
    private static final double NEAR = 0.95;

    /** The part of the best score at which the level part of the curve begins. */
    private static final double LEVEL = 0.9;

    /** The level part is wide if the best number is more than this many times its beginning. */
    private static final int WIDE = 2;

    /**
     * The amount of work.
     *
     * @param draws the number of draws over which scores are averaged
     * @param points the largest number of points in a draw
     * @param most the largest number of clusters to try
     */
    record Effort(int draws, int points, int most) {
        /** The effort of a training. */
        static final Effort THOROUGH = new Effort(3, 4000, 100);
    }

    /** Divides the points of one draw into any number of clusters. */
    @FunctionalInterface
    interface Divider {
        LinearRule divide(int count);
    }

    private final long seed;
    private final Effort effort;
    private final BiFunction<float[][], SplittableRandom, Divider> dividers;
    private final Runnable checkCancelled;

    CountChooser(long seed, Runnable checkCancelled) {
        this(
                seed,
                Effort.THOROUGH,
                (points, random) -> new RuleFitter(points, STARTS, random, checkCancelled)::fit,
                checkCancelled);
    }

    /** @param dividers a factory of dividers, from the points of a draw and its own random generator */
    CountChooser(
            long seed,
            Effort effort,
            BiFunction<float[][], SplittableRandom, Divider> dividers,
            Runnable checkCancelled) {
        this.seed = seed;
        this.effort = effort;
        this.dividers = dividers;
        this.checkCancelled = checkCancelled;
    }

    /** @param points the points, {@code [points][dims]}, unit length, at least one */
    CountCurve choose(float[][] points) {
        int most = Math.max(2, points.length / MIN_POINTS_PER_CLUSTER);
        SplittableRandom random = new SplittableRandom(seed);
        List<Draw> draws = new ArrayList<>();
        for (int d = 0; d < effort.draws(); d++) {
            draws.add(new Draw(Points.sample(points, effort.points(), random.nextLong()), random.split()));
        }
        List<CountCurve.Point> curve = new ArrayList<>();
        List<Double> modularities = new ArrayList<>();
        CountCurve.Point best = new CountCurve.Point(2, Double.NEGATIVE_INFINITY);
        for (int count : GRID) {
            if (count > Math.min(most, effort.most())) {
                break;
            }
            double score = 0;
            double modularity = 0;
            for (Draw draw : draws) {
                LinearRule rule = draw.divider.divide(count);
                int[] labels = rule.assign(draw.points);
                score += Measures.silhouette(draw.points, labels) / draws.size();
                modularity += draw.graph.modularity(labels, rule.count()) / draws.size();
            }
            CountCurve.Point point = new CountCurve.Point(count, score);
            curve.add(point);
            modularities.add(modularity);
            if (score > best.score()) {
                best = point;
            } else if (count >= 2 * best.count() && (best.count() > FEW || count >= LEAST_TRIED)) {
                break;
            }
        }
        int told = curve.get(highest(modularities)).count();
        return new CountCurve(curve, Math.min(decide(curve), told));
    }

    /** One random draw of the points, with its graph and its divider. */
    private final class Draw {
        private final float[][] points;
        private final NeighborGraph graph;
        private final Divider divider;

        Draw(float[][] points, SplittableRandom random) {
            this.points = points;
            this.graph = new NeighborGraph(points, NEIGHBORS, checkCancelled);
            this.divider = dividers.apply(points, random);
        }
    }

    /** The first index with a value nearly as high as the maximum. */
    static int highest(List<Double> values) {
        double max = Collections.max(values);
        int first = 0;
        while (values.get(first) < max - (1 - HIGHEST) * Math.abs(max)) {
            first++;
        }
        return first;
    }

    /**
     * The number of clusters that the silhouette alone selects.
     *
     * @param curve the scores, ascending by count, not empty
     */
    static int decide(List<CountCurve.Point> curve) {
        CountCurve.Point best = curve.get(0);
        for (CountCurve.Point point : curve) {
            best = point.score() > best.score() ? point : best;
        }
        int level = firstAbove(curve, LEVEL, best);
        return best.count() > WIDE * level ? level : firstAbove(curve, NEAR, best);
    }

    private static int firstAbove(List<CountCurve.Point> curve, double part, CountCurve.Point best) {
        for (CountCurve.Point point : curve) {
            if (point.score() > 0 && point.score() >= part * best.score()) {
                return point.count();
            }
        }
        return best.count();
    }
}
