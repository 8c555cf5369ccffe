/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.fit;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.both;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.latentfacets.cluster.Clouds;
import io.latentfacets.cluster.ClusterOptions;
import io.latentfacets.cluster.CountCurve;
import io.latentfacets.cluster.Partition;
import io.latentfacets.cluster.Points;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.Test;

public class CountChooserTests {
    private static List<CountCurve.Point> curve(double... countsAndScores) {
        List<CountCurve.Point> curve = new ArrayList<>();
        for (int i = 0; i < countsAndScores.length; i += 2) {
            curve.add(new CountCurve.Point((int) countsAndScores[i], countsAndScores[i + 1]));
        }
        return curve;
    }

    private static int decide(List<CountCurve.Point> curve) {
        return CountChooser.decide(curve);
    }

    @Test
    public void clearPeak() {
        assertEquals(5, decide(curve(2, .1, 3, .2, 4, .3, 5, .8, 6, .4, 8, .3, 10, .2)));
        assertEquals(20, decide(curve(2, .1, 5, .2, 10, .3, 20, .8, 40, .4)));
    }

    @Test
    public void theMiddleOfALevelPart() {
        assertEquals(8, decide(curve(2, .1, 3, .2, 4, .8, 6, .8, 8, .8, 11, .8, 16, .8, 22, .2)));
        // its highest point may be chance
        assertEquals(8, decide(curve(2, .1, 3, .2, 4, .8, 6, .8, 8, .8, 11, .8, 16, .805, 22, .2)));
    }

    /** A number stands for its neighbourhood, so what the grid happens to hold does not pull the choice. */
    @Test
    public void manyNumbersInOnePlaceDoNotCountMore() {
        assertEquals(8, decide(curve(4, .8, 5, .8, 6, .8, 7, .8, 8, .8, 12, .8, 16, .8)));
    }

    @Test
    public void scoresBelowZeroAndSinglePoints() {
        assertEquals(3, decide(curve(2, -.4, 3, -.1, 4, -.45)));
        assertEquals(2, decide(curve(2, 0)));
    }

    @Test
    public void anExpectedNumberIsKeptUnlessAnotherOneIsClearlyBetter() {
        List<CountCurve.Point> curve = curve(4, .3, 6, .5, 8, .771, 10, .8, 12, .773, 14, .768, 18, .5);
        assertEquals(10, decide(curve));
        assertEquals(8, CountChooser.decide(curve, 8));
        assertEquals(12, CountChooser.decide(curve, 12));
        assertEquals(10, CountChooser.decide(curve, 6));
        assertEquals("worse by .032", 10, CountChooser.decide(curve, 14));
        assertEquals(10, CountChooser.decide(curve, 18));
        assertEquals("the first that is good enough", 12, CountChooser.decide(curve, 12, 8));
        assertEquals("else the second", 8, CountChooser.decide(curve, 14, 8));
        assertEquals("or that is possible", 8, CountChooser.decide(curve, 200, 8));
        assertEquals("not in the curve", 10, CountChooser.decide(curve, 9));
    }

    @Test
    public void numberOfSeparateGroupsIsFound() {
        Random random = new Random(1);
        for (int groups : new int[] {2, 3, 5, 12, 25}) {
            float[][] points = Clouds.around(random, Clouds.random(random, groups, 32), 1500, .7);
            Partition partition = new Clusterer(ClusterOptions.DEFAULTS).cluster(points, Clouds::goOn);
            assertThat(
                    "of " + groups,
                    partition.count(),
                    both(greaterThanOrEqualTo(groups - groups / 8)).and(lessThanOrEqualTo(groups + groups / 8)));
            CountCurve curve = partition.curve();
            assertEquals(partition.count(), curve.chosen());
            assertTrue(curve.points().stream().anyMatch(p -> p.count() == curve.chosen()));
            assertEquals(curve.points().size() - 1, curve.runnersUp().size());
            assertTrue(!curve.runnersUp().contains(curve.chosen()));
        }
    }

    private static int chosen(float[][] points, long seed, int... former) {
        return new CountChooser(seed, Clouds::goOn).choose(points, former).chosen();
    }

    /** Groups of points around random directions; group i has a share proportional to (i + 1)^−exponent. */
    private static float[][] groups(Random random, int count, int points, double exponent, double spread) {
        float[][] means = Clouds.random(random, count, 32);
        double all = 0;
        for (int i = 0; i < count; i++) {
            all += Math.pow(i + 1, -exponent);
        }
        List<float[]> of = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int size = (int) Math.round(points * Math.pow(i + 1, -exponent) / all);
            of.addAll(List.of(Clouds.around(random, new float[][] {means[i]}, size, spread)));
        }
        return of.toArray(float[][]::new);
    }

    @Test
    public void evenAndSkewedGroupsAreFound() {
        Random random = new Random(3);
        for (int groups : new int[] {3, 7, 20}) {
            for (double exponent : new double[] {0, .75}) {
                int chosen = chosen(groups(random, groups, 1200, exponent, .5), 1);
                // the smallest of twenty skewed groups have 25 points
                int fewest = exponent > 0 ? groups * 2 / 3 : groups - groups / 7;
                assertThat(
                        groups + " groups, exponent " + exponent,
                        chosen,
                        both(greaterThanOrEqualTo(fewest)).and(lessThanOrEqualTo(groups + groups / 7)));
            }
        }
    }

    /** Where there are no groups, the prior decides: a number that people can read. */
    @Test
    public void noGroupsAtAll() {
        Random random = new Random(4);
        for (int dims : new int[] {8, 32}) {
            int chosen = chosen(Clouds.random(random, 600, dims), 1);
            assertThat(
                    dims + " dimensions", chosen, both(greaterThanOrEqualTo(3)).and(lessThanOrEqualTo(30)));
        }
    }

    /** Groups that overlap: samples of the same points, each with its own seed, give similar numbers. */
    @Test
    public void samplesOfTheSamePointsAgree() {
        Random random = new Random(5);
        float[][] points = groups(random, 12, 1200, .75, 1.1);
        int least = Integer.MAX_VALUE;
        int most = 0;
        int first = 0;
        for (int sample = 0; sample < 3; sample++) {
            float[][] taken = Points.sample(points, 1000, sample);
            int chosen = chosen(taken, sample);
            least = Math.min(least, chosen);
            most = Math.max(most, chosen);
            first = sample == 0 ? chosen : first;
            if (sample > 0) {
                assertEquals("the former number stays", first, chosen(taken, sample, first));
            }
        }
        assertThat(least + " to " + most, most, lessThanOrEqualTo(3 * least / 2));
    }

    @Test
    public void aFormerNumberGivesWayToClearGroups() {
        Random random = new Random(6);
        float[][] points = groups(random, 10, 700, 0, .5);
        for (int former : new int[] {8, 13}) {
            assertEquals("former " + former, 10, chosen(points, 1, former));
        }
    }

    @Test
    public void fewPointsBoundTheNumber() {
        Random random = new Random(2);
        for (int n : new int[] {1, 5, 19, 45, 80}) {
            float[][] points = Clouds.random(random, n, 16);
            Partition partition = new Clusterer(ClusterOptions.DEFAULTS).cluster(points, Clouds::goOn);
            assertThat(partition.count(), lessThanOrEqualTo(Math.max(2, n / 10)));
        }
    }
}
