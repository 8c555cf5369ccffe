/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Decides a number of clusters by the cosine silhouette, averaged over a few random draws of the points. As the number
 * grows the silhouette rises until the groups in the data are told apart; then it falls (clear groups) or stays level
 * (groups within groups). The best number is the one that is not beaten up to twice as many. Its own height is noise to
 * some degree, so what is chosen is the smallest number that scores nearly as well, and where the curve is level over a
 * wide range, the beginning of the level part.
 */
final class CountChooser {
    private static final int[] GRID = {
        2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 18, 20, 22, 25, 28, 32, 36, 40, 45, 50, 60, 70, 80, 100
    };

    private static final int DRAWS = 3;
    private static final int MAX_POINTS = 6000;
    private static final int STARTS = 2;

    /** A cluster of fewer points than this is not a subject. */
    private static final int MIN_POINTS_PER_CLUSTER = 10;

    /** This part of the best score is nearly as good as the best. */
    private static final double NEAR = 0.95;

    /** Where this part of the best score is reached the level part of the curve begins. */
    private static final double LEVEL = 0.9;

    /** The level part is wide if the best number is this many times its beginning. */
    private static final int WIDE = 2;

    private final long seed;
    private final Runnable checkCancelled;

    CountChooser(long seed, Runnable checkCancelled) {
        this.seed = seed;
        this.checkCancelled = checkCancelled;
    }

    /** @param points unit length, at least one */
    CountCurve choose(float[][] points) {
        int most = Math.max(2, points.length / MIN_POINTS_PER_CLUSTER);
        SplittableRandom random = new SplittableRandom(seed);
        List<float[][]> draws = new ArrayList<>();
        List<RuleFitter> fitters = new ArrayList<>();
        for (int d = 0; d < DRAWS; d++) {
            draws.add(Points.sample(points, MAX_POINTS, random.nextLong()));
            fitters.add(new RuleFitter(draws.get(d), STARTS, random.split(), checkCancelled));
        }
        List<CountCurve.Point> curve = new ArrayList<>();
        CountCurve.Point best = new CountCurve.Point(2, Double.NEGATIVE_INFINITY);
        for (int count : GRID) {
            if (count > most) {
                break;
            }
            double score = 0;
            for (int d = 0; d < DRAWS; d++) {
                int[] labels = fitters.get(d).fit(count).assign(draws.get(d));
                score += Measures.silhouette(draws.get(d), labels) / DRAWS;
            }
            CountCurve.Point point = new CountCurve.Point(count, score);
            curve.add(point);
            if (score > best.score()) {
                best = point;
            } else if (count >= 2 * best.count()) {
                break;
            }
        }
        return new CountCurve(curve, decide(curve));
    }

    /** @param curve not empty, ascending by count */
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
