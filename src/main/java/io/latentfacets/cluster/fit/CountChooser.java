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
import java.util.stream.IntStream;

/**
 * Chooses a number of clusters. Divides a few random draws of the points into each number of a grid, and scores the
 * numbers by three measures, of which none is right everywhere: the {@linkplain NeighborGraph#modularity modularity} of
 * the graph of nearest neighbours, as a part of the highest one; less a quarter of the mean share of a cluster's edges
 * that leave it ({@linkplain NeighborGraph#normalizedCut normalised cut}); and a twelfth of the silhouette of the
 * cluster where it is least. Modularity is right on texts, where it is nearly level around the best number; the least
 * silhouette drops at once where clear groups are cut or joined. A weak prior, log-normal around {@link #USUAL}, is a
 * part of the score.
 *
 * <p>The highest score of a nearly level curve is chance. So the chooser takes the mean of the logarithms of all
 * numbers, weighted by the exponential of their scores, and of the numbers tried the one next to it. An expected number
 * is kept unless its score is clearly worse. docs/adr/0048 has what was measured.
 */
final class CountChooser {
    private static final int[] GRID = {
        2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 18, 20, 22, 25, 28, 32, 36, 40, 45, 50, 60, 70, 80, 100
    };

    /** The largest number that is tried. */
    static final int MOST = GRID[GRID.length - 1];

    private static final int STARTS = 2;
    private static final int NEIGHBORS = 10;

    /** The weight of the mean share of a cluster's edges that leave it. */
    private static final double CUT = 0.25;

    /** The weight of the least silhouette of a cluster. */
    private static final double LEAST_SILHOUETTE = 1.0 / 12;

    /** What a score counts: numbers whose scores differ by its inverse have weights that differ by a factor of e. */
    private static final double SHARPNESS = 60;

    /** The median of the prior; its logarithm has a standard deviation of 1. */
    private static final double USUAL = 10;

    /**
     * How much worse than that of the choice an expected number's score may be. Noise explains half of it; the rest is
     * for the user, to whom clusters that come and go are worse than a few more or fewer.
     */
    static final double KEPT_MARGIN = 0.03;

    /** Scores that differ by less are nearly as good. */
    private static final double MARGIN = 0.015;

    /** The search ends at twice the best number if the score has fallen so far. */
    private static final double FALLEN = 0.1;

    /** The search does not end before this number. */
    private static final int LEAST_TRIED = 20;

    /** The least mean number of points per cluster: fewer points are not a subject. */
    private static final int MIN_POINTS_PER_CLUSTER = 10;

    /**
     * The amount of work.
     *
     * @param draws the number of draws over which scores are averaged
     * @param points the largest number of points in a draw
     * @param most the largest number of clusters to try
     */
    record Effort(int draws, int points, int most) {
        /** The effort of a training. */
        static final Effort THOROUGH = new Effort(4, 2000, 100);
    }

    /** Divides the points of one draw into any number of clusters. */
    @FunctionalInterface
    interface Divider {
        LinearRule divide(int count);
    }

    /** What the divisions into one number of clusters are like, on average over the draws. */
    private record Measured(int count, double modularity, double cut, double leastSilhouette) {
        CountCurve.Point point(double highest) {
            double unusual = Math.log(count / USUAL);
            double score = (highest > 0 ? modularity / highest : 0)
                    - CUT * cut
                    + LEAST_SILHOUETTE * leastSilhouette
                    - unusual * unusual / 2 / SHARPNESS;
            return new CountCurve.Point(count, score);
        }
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

    /**
     * @param points the points, {@code [points][dims]}, unit length, at least one
     * @param expected numbers of which the first one that is possible is kept unless another one is clearly better,
     *     best first; empty for none
     */
    CountCurve choose(float[][] points, int... expected) {
        int most = Math.min(effort.most(), Math.max(2, points.length / MIN_POINTS_PER_CLUSTER));
        SplittableRandom random = new SplittableRandom(seed);
        List<Draw> draws = new ArrayList<>();
        for (int d = 0; d < effort.draws(); d++) {
            draws.add(new Draw(Points.sample(points, effort.points(), random.nextLong()), random.split()));
        }
        List<Measured> measured = new ArrayList<>();
        int last = IntStream.concat(
                        IntStream.of(LEAST_TRIED), IntStream.of(expected).filter(count -> count <= most))
                .max()
                .getAsInt();
        for (int count : counts(most, expected)) {
            measured.add(measure(draws, count));
            if (count >= last && hasFallen(curve(measured))) {
                break;
            }
        }
        List<CountCurve.Point> curve = curve(measured);
        return new CountCurve(curve, decide(curve, expected));
    }

    /** The numbers to try, ascending, with the expected ones. */
    private static int[] counts(int most, int... expected) {
        IntStream grid = IntStream.concat(IntStream.of(GRID), IntStream.of(expected));
        return grid.filter(count -> count >= 2 && count <= most)
                .sorted()
                .distinct()
                .toArray();
    }

    private static Measured measure(List<Draw> draws, int count) {
        double modularity = 0;
        double cut = 0;
        double leastSilhouette = 0;
        for (Draw draw : draws) {
            LinearRule rule = draw.divider.divide(count);
            int[] labels = rule.assign(draw.points);
            modularity += draw.graph.modularity(labels, rule.count()) / draws.size();
            cut += draw.graph.normalizedCut(labels, rule.count()) / rule.count() / draws.size();
            leastSilhouette += leastSilhouette(draw.points, labels, rule.count()) / draws.size();
        }
        return new Measured(count, modularity, cut, leastSilhouette);
    }

    /** The mean silhouette of the points of the cluster where it is least. */
    private static double leastSilhouette(float[][] points, int[] labels, int count) {
        double[] silhouettes = Measures.silhouettes(points, labels, () -> {});
        double[] sums = new double[count];
        int[] sizes = new int[count];
        for (int i = 0; i < labels.length; i++) {
            sums[labels[i]] += silhouettes[i];
            sizes[labels[i]]++;
        }
        return IntStream.range(0, count)
                .filter(c -> sizes[c] > 0)
                .mapToDouble(c -> sums[c] / sizes[c])
                .min()
                .orElse(0);
    }

    private static List<CountCurve.Point> curve(List<Measured> measured) {
        double highest =
                Collections.max(measured.stream().map(Measured::modularity).toList());
        return measured.stream().map(each -> each.point(highest)).toList();
    }

    /** Whether larger numbers than the last one need not be tried. */
    private static boolean hasFallen(List<CountCurve.Point> curve) {
        CountCurve.Point best = curve.get(0);
        for (CountCurve.Point point : curve) {
            best = point.score() > best.score() ? point : best;
        }
        CountCurve.Point last = curve.get(curve.size() - 1);
        return last.count() >= 2 * best.count() && last.score() < best.score() - FALLEN;
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

    /**
     * The number that the scores select.
     *
     * @param curve the scores, ascending by count, not empty
     * @param expected the expected numbers, best first; those that are not in the curve do not count
     */
    static int decide(List<CountCurve.Point> curve, int... expected) {
        double center = center(curve);
        CountCurve.Point chosen = curve.get(0);
        for (CountCurve.Point point : curve) {
            if (Math.abs(Math.log(point.count()) - center) < Math.abs(Math.log(chosen.count()) - center)) {
                chosen = point;
            }
        }
        double least = chosen.score() - KEPT_MARGIN;
        return IntStream.of(expected)
                .filter(count -> curve.stream().anyMatch(point -> point.count() == count && point.score() >= least))
                .findFirst()
                .orElse(chosen.count());
    }

    /** The largest number of the curve whose score is nearly as good as that of the chosen one. */
    static int finest(CountCurve curve) {
        double chosen = curve.points().stream()
                .filter(point -> point.count() == curve.chosen())
                .mapToDouble(CountCurve.Point::score)
                .max()
                .orElseThrow();
        return curve.points().stream()
                .filter(point -> point.score() >= chosen - MARGIN)
                .mapToInt(CountCurve.Point::count)
                .max()
                .orElseThrow();
    }

    /** The weighted mean of the logarithms of the numbers. */
    private static double center(List<CountCurve.Point> curve) {
        double best = curve.stream().mapToDouble(CountCurve.Point::score).max().orElseThrow();
        double sum = 0;
        double weights = 0;
        for (int i = 0; i < curve.size(); i++) {
            double logarithm = Math.log(curve.get(i).count());
            // a number stands for all that are nearer to it than to others
            double before = i == 0 ? logarithm : Math.log(curve.get(i - 1).count());
            double after = i == curve.size() - 1
                    ? logarithm
                    : Math.log(curve.get(i + 1).count());
            double width = curve.size() == 1 ? 1 : (after - before) / (i == 0 || i == curve.size() - 1 ? 1 : 2);
            double weight = width * Math.exp(SHARPNESS * (curve.get(i).score() - best));
            sum += weight * logarithm;
            weights += weight;
        }
        return sum / weights;
    }
}
