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

    @Test
    public void clearPeak() {
        assertEquals(5, CountChooser.decide(curve(2, .1, 3, .2, 4, .3, 5, .5, 6, .4, 8, .3, 10, .2)));
    }

    @Test
    public void smallestOfNearlyEquals() {
        assertEquals(18, CountChooser.decide(curve(10, .25, 14, .30, 18, .325, 20, .334, 25, .34, 30, .32, 50, .27)));
    }

    @Test
    public void beginningOfALongLevelPart() {
        assertEquals(14, CountChooser.decide(curve(5, .22, 10, .28, 14, .33, 18, .327, 25, .35, 40, .36, 60, .34)));
    }

    @Test
    public void scoresBelowZeroAndSinglePoints() {
        assertEquals(3, CountChooser.decide(curve(2, -.2, 3, -.1, 4, -.15)));
        assertEquals(2, CountChooser.decide(curve(2, 0)));
    }

    @Test
    public void modularityIsAsHighAsItGets() {
        assertEquals(2, CountChooser.highest(List.of(.5, .7, .8, .801, .8, .79)));
        assertEquals(3, CountChooser.highest(List.of(.5, .7, .8, .803, .8, .79)));
        assertEquals(0, CountChooser.highest(List.of(.4)));
        assertEquals(1, CountChooser.highest(List.of(-.2, -.1, -.15)));
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
