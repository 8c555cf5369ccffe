/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.fit;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.sameInstance;

import io.latentfacets.cluster.Clouds;
import io.latentfacets.cluster.ClusterOptions;
import io.latentfacets.cluster.LinearRule;
import io.latentfacets.cluster.Partition;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.Test;

/** Six groups of points around random directions; the last one is small and close to the first. */
public final class SubjectSplitterTests {
    private static final int DIMS = 16;
    private static final int LARGE = 300;
    private static final int SMALL = 60;
    private static final int FIRST_OF_SMALL = 5 * LARGE;

    private final float[][] points = points();

    private static float[][] points() {
        Random random = new Random(7);
        float[][] centers = Clouds.random(random, 6, DIMS);
        for (int j = 0; j < DIMS; j++) {
            centers[5][j] = centers[0][j] + 0.9f * centers[5][j];
        }
        float[][] large = Clouds.around(random, Arrays.copyOf(centers, 5), FIRST_OF_SMALL, .4);
        float[][] small = Clouds.around(random, new float[][] {centers[5]}, SMALL, .4);
        float[][] all = Arrays.copyOf(large, large.length + small.length);
        System.arraycopy(small, 0, all, large.length, small.length);
        return all;
    }

    private LinearRule split(LinearRule rule, float[][] shown) {
        return new SubjectSplitter(points, 2, 3, Clouds::goOn).split(rule, shown);
    }

    private LinearRule rule(int[] labels, int count) {
        return new RuleFitter(points, 2, new SplittableRandom(5), Clouds::goOn).continued(labels, count);
    }

    /** The true group of each point, the small one with the first if {@code joined}. */
    private int[] groups(boolean joined) {
        return IntStream.range(0, points.length)
                .map(i -> i < FIRST_OF_SMALL ? i % 5 : joined ? 0 : 5)
                .toArray();
    }

    /** Ten points of a group. */
    private float[][] shown(int group) {
        int[] groups = groups(false);
        return IntStream.range(0, points.length)
                .filter(i -> groups[i] == group)
                .limit(10)
                .mapToObj(i -> points[i])
                .toArray(float[][]::new);
    }

    @Test
    public void aFewPointsShowASubjectThatIsJoinedWithItsNeighbour() {
        LinearRule joined = rule(groups(true), 5);
        LinearRule split = split(joined, shown(5));
        assertThat(split.count(), equalTo(6));
        int[] labels = split.assign(points);
        long together = IntStream.range(FIRST_OF_SMALL, points.length)
                .filter(i -> labels[i] == 5)
                .count();
        long all = Arrays.stream(labels).filter(label -> label == 5).count();
        assertThat("most of it", together, greaterThanOrEqualTo(SMALL * 3L / 4));
        assertThat("and little else", together, greaterThanOrEqualTo(all * 3 / 4));
        int[] before = joined.assign(points);
        long stay = IntStream.range(0, FIRST_OF_SMALL)
                .filter(i -> labels[i] == before[i])
                .count();
        assertThat("the others stay", stay, greaterThanOrEqualTo(FIRST_OF_SMALL * 95L / 100));
    }

    @Test
    public void aSubjectWithAClusterIsNotCut() {
        LinearRule own = rule(groups(false), 6);
        assertThat(split(own, shown(0)), sameInstance(own));
        assertThat(split(own, shown(3)), sameInstance(own));
    }

    @Test
    public void nothingShownChangesNothing() {
        LinearRule own = rule(groups(false), 6);
        assertThat(split(own, new float[0][]), sameInstance(own));
        float[] opposite = points[0].clone();
        for (int j = 0; j < DIMS; j++) {
            opposite[j] = -opposite[j];
        }
        assertThat("it has no direction", split(own, new float[][] {points[0], opposite}), sameInstance(own));
    }

    @Test
    public void onlyAChosenNumberGrows() {
        ExpectedClusters expected = new ExpectedClusters(
                5, List.of(IntStream.range(FIRST_OF_SMALL, points.length).toArray(), new int[0]));
        Partition given = new Clusterer(new ClusterOptions(5, 1)).cluster(points, null, expected, Clouds::goOn);
        assertThat(given.count(), equalTo(5));
        Partition chosen =
                new Clusterer(new ClusterOptions(ClusterOptions.AUTO, 1)).cluster(points, null, expected, Clouds::goOn);
        assertThat(chosen.count(), greaterThanOrEqualTo(5));
        assertThat(chosen.curve().chosen(), equalTo(chosen.count()));
    }
}
