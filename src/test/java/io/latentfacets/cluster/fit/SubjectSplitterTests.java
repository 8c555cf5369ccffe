/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.fit;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.sameInstance;

import io.latentfacets.cluster.Clouds;
import io.latentfacets.cluster.LinearRule;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.Test;

/** Some points show where a subject is that shares a cluster. */
public final class SubjectSplitterTests {
    private final float[][] points = SixGroups.points();

    private LinearRule split(LinearRule rule, float[][] shown) {
        NeighborGraph graph = new NeighborGraph(points, RuleSelector.NEIGHBORS, Clouds::goOn);
        return new SubjectSplitter(points, fitter(), each -> graph.modularity(each.assign(points), each.count()))
                .split(rule, shown);
    }

    private LinearRule rule(int[] labels, int count) {
        return fitter().continued(labels, count);
    }

    private RuleFitter fitter() {
        return new RuleFitter(points, 2, new SplittableRandom(5), Clouds::goOn);
    }

    @Test
    public void aFewPointsShowASubjectThatIsJoinedWithItsNeighbour() {
        LinearRule joined = rule(SixGroups.labels(true), 5);
        LinearRule split = split(joined, SixGroups.shown(points, 5));
        assertThat(split.count(), equalTo(6));
        int[] labels = split.assign(points);
        long together = IntStream.range(SixGroups.FIRST_OF_SMALL, points.length)
                .filter(i -> labels[i] == 5)
                .count();
        long all = Arrays.stream(labels).filter(label -> label == 5).count();
        assertThat("most of it", together, greaterThanOrEqualTo(SixGroups.SMALL * 3L / 4));
        assertThat("and little else", together, greaterThanOrEqualTo(all * 3 / 4));
        int[] before = joined.assign(points);
        long stay = IntStream.range(0, SixGroups.FIRST_OF_SMALL)
                .filter(i -> labels[i] == before[i])
                .count();
        assertThat("the others stay", stay, greaterThanOrEqualTo(SixGroups.FIRST_OF_SMALL * 95L / 100));
    }

    @Test
    public void aSubjectWithAClusterIsNotCut() {
        LinearRule own = rule(SixGroups.labels(false), 6);
        assertThat(split(own, SixGroups.shown(points, 0)), sameInstance(own));
        assertThat(split(own, SixGroups.shown(points, 3)), sameInstance(own));
    }

    @Test
    public void nothingShownChangesNothing() {
        LinearRule own = rule(SixGroups.labels(false), 6);
        assertThat(split(own, new float[0][]), sameInstance(own));
        float[] opposite = points[0].clone();
        for (int j = 0; j < opposite.length; j++) {
            opposite[j] = -opposite[j];
        }
        assertThat("it has no direction", split(own, new float[][] {points[0], opposite}), sameInstance(own));
    }
}
