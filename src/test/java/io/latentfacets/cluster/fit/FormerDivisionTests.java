/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.fit;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import io.latentfacets.cluster.Clouds;
import io.latentfacets.cluster.ClusterOptions;
import io.latentfacets.cluster.LinearRule;
import io.latentfacets.cluster.Measures;
import io.latentfacets.cluster.Partition;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.Test;

/** A division goes on when points are added, subjects appear, and clusters end. */
public final class FormerDivisionTests {
    private final float[][] points = SixGroups.points();
    private final int[] groups = SixGroups.labels(false);
    private final FormerDivision division = new FormerDivision(points, 2, 3, Clouds::goOn);

    private LinearRule continued(int[] former, float[][]... subjects) {
        return division.continued(former, List.of(subjects), UnaryOperator.identity());
    }

    private double agreement(LinearRule rule, int[] labels) {
        return Measures.adjustedRandIndex(labels, rule.assign(points));
    }

    @Test
    public void theSamePointsStay() {
        LinearRule rule = continued(groups);
        assertThat(rule.count(), equalTo(6));
        int[] labels = rule.assign(points);
        long same = IntStream.range(0, groups.length)
                .filter(i -> labels[i] == groups[i])
                .count();
        assertThat((double) same / groups.length, closeTo(1, .02));
    }

    @Test
    public void aShownSubjectGetsAClusterAndTheOthersStay() {
        LinearRule without = continued(SixGroups.labels(true));
        assertThat(without.count(), equalTo(5));
        LinearRule with = continued(SixGroups.labels(true), SixGroups.shown(points, 5));
        assertThat(with.count(), equalTo(6));
        assertThat(agreement(with, groups), greaterThan(agreement(without, groups)));
    }

    @Test
    public void newPointsGoToTheNearestCluster() {
        int[] former = groups.clone();
        for (int i = 0; i < former.length; i += 3) {
            former[i] = -1;
        }
        assertThat(agreement(continued(former), groups), greaterThan(.95));
    }

    @Test
    public void aClusterWithHardlyAnyPointsHasEnded() {
        int[] former = groups.clone();
        for (int i = 0; i < 9; i++) {
            former[i] = 6;
        }
        assertThat(continued(former).count(), equalTo(6));
    }

    @Test
    public void halvesOfOneGroupAreMerged() {
        int[] former = groups.clone();
        for (int i = 0; i < former.length; i += 10) {
            former[i] = groups[i] == 0 ? 6 : groups[i];
        }
        LinearRule rule = continued(former);
        assertThat(rule.count(), equalTo(6));
        assertThat(agreement(rule, groups), greaterThan(.95));
    }

    @Test
    public void nothingGoesOnWithoutFormerClusters() {
        int[] none = new int[groups.length];
        Arrays.fill(none, -1);
        assertThat(continued(none), nullValue());
    }

    @Test
    public void thePolishHasTheSubjectsToo() {
        int[] polished = {0};
        division.continued(SixGroups.labels(true), List.of(SixGroups.shown(points, 5), new float[0][]), rule -> {
            polished[0] = rule.count();
            return rule;
        });
        assertThat(polished[0], equalTo(6));
    }

    @Test
    public void onlyAClearlyBetterDivisionReplacesIt() {
        LinearRule good = continued(groups);
        LinearRule joined = continued(SixGroups.labels(true));
        LinearRule bad = continued(
                IntStream.range(0, groups.length).map(i -> groups[i] / 3).toArray());
        assertFalse(division.isClearlyWorse(joined, good));
        assertTrue(division.isClearlyWorse(bad, good));
        assertFalse(division.isClearlyWorse(good, bad));
    }

    /** The former division counts where the number is chosen, and only as long as it is good. */
    @Test
    public void theClustererContinuesAChosenNumber() {
        List<int[]> subjects =
                List.of(IntStream.range(SixGroups.FIRST_OF_SMALL, points.length).toArray());
        ExpectedClusters joined = new ExpectedClusters(new int[] {6, 5}, SixGroups.labels(true), subjects);
        Partition chosen = cluster(ClusterOptions.AUTO, joined);
        assertThat(chosen.count(), equalTo(6));
        assertThat(chosen.curve().chosen(), equalTo(6));
        assertThat(cluster(4, joined).count(), equalTo(4));
        ExpectedClusters bad = new ExpectedClusters(new int[] {2}, new int[points.length], List.of());
        assertThat(cluster(ClusterOptions.AUTO, bad).count(), greaterThan(3));
    }

    private Partition cluster(int count, ExpectedClusters expected) {
        return new Clusterer(new ClusterOptions(count, 1)).cluster(points, null, expected, Clouds::goOn);
    }
}
