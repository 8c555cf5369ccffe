/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.fit;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThan;
import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.latentfacets.cluster.Clouds;
import io.latentfacets.cluster.ClusterOptions;
import io.latentfacets.cluster.CountCurve;
import io.latentfacets.cluster.Measures;
import io.latentfacets.cluster.Partition;
import io.latentfacets.cluster.Points;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.lucene.util.VectorUtil;
import org.junit.Test;

/** The contract of {@link Clusterer}, for any points. */
public class ClustererTests {
    private static Partition cluster(float[][] points, int count) {
        return new Clusterer(new ClusterOptions(count, 42)).cluster(points, Clouds::goOn);
    }

    @Test
    public void separateGroupsAreFound() {
        Random random = new Random(1);
        for (int n : new int[] {60, 3000}) {
            float[][] points = Clouds.around(random, Clouds.random(random, 6, 32), n, .5);
            Partition partition = cluster(points, 6);
            assertEquals(6, partition.count());
            assertEquals(32, partition.dims());
            assertThat(Measures.nmi(Clouds.truth(n, 6), partition.assign(points)), greaterThan(.99));
            assertEquals(CountCurve.NONE, partition.curve());
        }
    }

    @Test
    public void assignIsArgmaxAndCentroidsAreMeanDirections() {
        Random random = new Random(2);
        float[][] points = Clouds.around(random, Clouds.random(random, 5, 16), 1000, 1.2);
        Partition partition = cluster(points, 8);
        double[][] sums = new double[8][16];
        for (float[] point : points) {
            int assigned = partition.assign(point);
            double score = VectorUtil.dotProduct(partition.directions()[assigned], point)
                    + partition.biases()[assigned];
            for (int c = 0; c < 8; c++) {
                double other = VectorUtil.dotProduct(partition.directions()[c], point)
                        + partition.biases()[c];
                assertTrue(other < score || c == assigned || (other == score && assigned < c));
            }
            for (int j = 0; j < 16; j++) {
                sums[assigned][j] += point[j];
            }
        }
        for (int c = 0; c < 8; c++) {
            double length = Math.sqrt(Arrays.stream(sums[c]).map(v -> v * v).sum());
            assertTrue("no cluster is empty", length > 0);
            for (int j = 0; j < 16; j++) {
                assertEquals(sums[c][j] / length, partition.centroids()[c][j], 1e-5);
            }
            assertEquals(1, partition.similarity(partition.centroids()[c], c), 1e-5);
        }
    }

    @Test
    public void theLargestClusterIsTheFirst() {
        Random random = new Random(8);
        float[][] centers = Clouds.random(random, 5, 16);
        List<float[]> points = new ArrayList<>();
        int[] sizes = {40, 400, 90, 250, 160};
        for (int c = 0; c < sizes.length; c++) {
            points.addAll(Arrays.asList(Clouds.around(random, new float[][] {centers[c]}, sizes[c], .3)));
        }
        float[][] all = points.toArray(new float[0][]);
        int[] found = new int[5];
        for (int cluster : cluster(all, 5).assign(all)) {
            found[cluster]++;
        }
        assertArrayEquals(new int[] {400, 250, 160, 90, 40}, found);
    }

    @Test
    public void tiesGoToTheLowest() {
        float[][] same = {{1, 0}, {1, 0}};
        assertEquals(0, new Partition(same, same, new float[2], CountCurve.NONE).assign(new float[] {0, 1}));
    }

    @Test
    public void sameSeedSamePartitionAndPointsAreLeftAlone() {
        Random random = new Random(3);
        float[][] points = Clouds.around(random, Clouds.random(random, 5, 16), 700, 1);
        float[][] copy = Arrays.stream(points).map(float[]::clone).toArray(float[][]::new);
        for (int count : new int[] {0, 7}) {
            Partition first = cluster(points, count);
            Partition second = cluster(points, count);
            assertTrue(Arrays.deepEquals(first.centroids(), second.centroids()));
            assertTrue(Arrays.deepEquals(first.directions(), second.directions()));
            assertArrayEquals(first.biases(), second.biases(), 0);
            assertEquals(first.curve(), second.curve());
        }
        assertTrue(Arrays.deepEquals(copy, points));
    }

    @Test
    public void aFormerNumberDoesNotChangeAGivenOne() {
        Random random = new Random(13);
        float[][] points = Clouds.around(random, Clouds.random(random, 5, 16), 300, .5);
        Clusterer clusterer = new Clusterer(new ClusterOptions(5, 1));
        Partition partition = clusterer.cluster(
                points,
                null,
                new ExpectedClusters(new int[] {9}, new int[points.length], List.of(new int[] {0, 1})),
                Clouds::goOn);
        assertEquals(5, partition.count());
        assertEquals(CountCurve.NONE, partition.curve());
    }

    /** @param shares the share of the points of each former cluster when it was made */
    private static Partition continued(float[][] points, int count, int[] former, double[] shares) {
        return new Clusterer(new ClusterOptions(count, 43)).cluster(points, former, shares, Clouds::goOn);
    }

    private static double[] shares(int[] assigned) {
        double[] shares = new double[Arrays.stream(assigned).max().orElseThrow() + 1];
        for (int c : assigned) {
            shares[c] += 1.0 / assigned.length;
        }
        return shares;
    }

    /** The share of the points with a former cluster that stay together with it, one-to-one. */
    private static double kept(int[] former, int[] now) {
        int[] match = io.latentfacets.cluster.ClusterMatching.match(
                former,
                now,
                Arrays.stream(former).max().orElseThrow() + 1,
                Arrays.stream(now).max().orElseThrow() + 1);
        int all = 0;
        int same = 0;
        for (int i = 0; i < former.length; i++) {
            all += former[i] >= 0 ? 1 : 0;
            same += former[i] >= 0 && match[now[i]] == former[i] ? 1 : 0;
        }
        return (double) same / all;
    }

    /** Groups that overlap, so that another run of the clusterer would cut them in another way. */
    @Test
    public void aFormerDivisionGoesOn() {
        Random random = new Random(11);
        float[][] means = Clouds.random(random, 8, 16);
        float[][] points = Clouds.around(random, means, 1600, 1);
        for (int count : new int[] {0, 12}) {
            int[] former = cluster(points, count).assign(points);
            float[][] moved = new float[points.length][];
            for (int i = 0; i < moved.length; i++) {
                moved[i] = Clouds.around(random, new float[][] {points[i]}, 1, .05)[0];
            }
            Partition now = continued(moved, count, former, shares(former));
            assertEquals(Arrays.stream(former).max().orElseThrow() + 1, now.count());
            assertTrue("" + kept(former, now.assign(moved)), kept(former, now.assign(moved)) > .95);
        }
    }

    /** Two groups of ten are new; their points were in the nearest former cluster, or in none. */
    @Test
    public void newGroupsBecomeClustersAndTheOthersStay() {
        Random random = new Random(14);
        float[][] means = Clouds.random(random, 10, 16);
        float[][] points = Clouds.around(random, means, 2000, .8);
        float[][] old = new float[1600][];
        for (int i = 0, n = 0; i < points.length; i++) {
            if (i % 10 < 8) {
                old[n++] = points[i];
            }
        }
        Partition before = cluster(old, 0);
        assertEquals(8, before.count());
        double[] shares = shares(before.assign(old));
        int[] former = before.assign(points);
        int[] onlyOld = former.clone();
        for (int i = 0; i < points.length; i++) {
            onlyOld[i] = i % 10 < 8 ? former[i] : -1;
            former[i] = i % 10 == 9 ? -1 : former[i];
        }
        Partition now = continued(points, 0, former, shares);
        assertEquals(10, now.count());
        assertEquals(now.count(), now.curve().chosen());
        int[] assigned = now.assign(points);
        assertTrue(kept(onlyOld, assigned) > .95);
        assertTrue(Measures.accuracy(Clouds.truth(2000, 10), assigned) > .9);
        // a definition that sets the number gets it
        assertEquals(6, continued(points, 6, former, shares).count());
        assertEquals(14, continued(points, 14, former, shares).count());
        Partition again = continued(points, 0, former, shares);
        assertTrue("deterministic", Arrays.deepEquals(now.directions(), again.directions()));
    }

    @Test
    public void orderOfPointsDoesNotMatterToSeparateGroups() {
        Random random = new Random(4);
        float[][] points = Clouds.around(random, Clouds.random(random, 4, 16), 800, .4);
        List<float[]> shuffled = new ArrayList<>(Arrays.asList(points));
        java.util.Collections.shuffle(shuffled, random);
        int[] labels = cluster(points, 4).assign(points);
        int[] labelsOfShuffled = cluster(shuffled.toArray(float[][]::new), 4).assign(points);
        assertEquals(1, Measures.adjustedRandIndex(labels, labelsOfShuffled), 0);
    }

    @Test
    public void fewerDistinctPointsThanClusters() {
        float[][] points = new float[90][];
        for (int i = 0; i < points.length; i++) {
            points[i] = new float[] {i % 3 == 0 ? 1 : 0, i % 3 == 1 ? 1 : 0, i % 3 == 2 ? 1 : 0};
        }
        Partition partition = cluster(points, 20);
        assertEquals(3, partition.count());
        assertEquals(1, Measures.accuracy(Clouds.truth(90, 3), partition.assign(points)), 0);
        Partition duplicatesInNumber = cluster(repeat(points, 10), 20);
        assertEquals(3, duplicatesInNumber.count());
    }

    private static float[][] repeat(float[][] points, int times) {
        float[][] repeated = new float[points.length * times][];
        for (int i = 0; i < repeated.length; i++) {
            repeated[i] = points[i % points.length];
        }
        return repeated;
    }

    @Test
    public void oneTwoAndAFewPoints() {
        for (int count : new int[] {0, 2, 10}) {
            assertEquals(1, cluster(new float[][] {{0, 1}}, count).count());
            assertEquals(1, cluster(new float[][] {{0, 1}, {0, 1}}, count).count());
            assertEquals(2, cluster(new float[][] {{0, 1}, {1, 0}}, count).count());
            Partition opposite = cluster(new float[][] {{0, 1}, {0, -1}}, count);
            assertEquals(2, opposite.count());
            assertTrue(opposite.assign(new float[] {0, 1}) != opposite.assign(new float[] {0, -1}));
        }
    }

    @Test
    public void documentsWithoutWordsDoNotCount() {
        Random random = new Random(5);
        float[][] points = Clouds.around(random, Clouds.random(random, 3, 8), 300, .3);
        List<float[]> mixed = new ArrayList<>();
        for (float[] point : points) {
            mixed.add(point);
            mixed.add(new float[8]);
            mixed.add(new float[] {Float.NaN, 0, 0, 0, 0, 0, 0, 0});
        }
        Partition clean = cluster(points, 3);
        Partition withGaps = cluster(mixed.toArray(float[][]::new), 3);
        assertTrue(Arrays.deepEquals(clean.centroids(), withGaps.centroids()));
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> cluster(new float[][] {new float[8]}, 3));
        assertThat(e.getMessage(), containsString("none of the [1] latents"));
        assertThrows(IllegalArgumentException.class, () -> cluster(new float[0][], 3));
    }

    @Test
    public void cancellationStopsAtOnce() {
        Random random = new Random(6);
        float[][] points = Clouds.random(random, 1000, 16);
        for (int after : new int[] {1, 5, 20}) {
            AtomicInteger calls = new AtomicInteger();
            Clusterer clusterer = new Clusterer(new ClusterOptions(after == 5 ? 0 : 10, 1));
            assertThrows(
                    CancellationException.class,
                    () -> clusterer.cluster(points, () -> {
                        if (calls.incrementAndGet() == after) {
                            throw new CancellationException();
                        }
                    }));
            assertEquals(after, calls.get());
        }
    }

    @Test
    public void sampleIsUniformDeterministicAndInOrder() {
        float[][] points = new float[1000][];
        for (int i = 0; i < points.length; i++) {
            double angle = i * Math.PI / 1000;
            points[i] = new float[] {(float) Math.cos(angle), (float) Math.sin(angle)};
        }
        int[] drawn = new int[10];
        for (int seed = 0; seed < 200; seed++) {
            float[][] sample = Points.sample(points, 50, seed);
            assertEquals(50, sample.length);
            assertTrue(Arrays.deepEquals(sample, Points.sample(points, 50, seed)));
            for (int i = 0; i < 50; i++) {
                assertTrue("in order, none twice", i == 0 || sample[i][0] < sample[i - 1][0]);
                drawn[(int) (Math.acos(sample[i][0]) / Math.PI * 9.9999)]++;
            }
        }
        // each tenth has 1000 in expectation; five standard deviations are about 150
        for (int tenth : drawn) {
            assertEquals(1000, tenth, 150);
        }
        assertEquals(1000, Points.sample(points, 1000, 1).length);
    }

    @Test
    public void optionsNameKeyValueAndBound() {
        for (int count : new int[] {1, -1, 1001}) {
            IllegalArgumentException e =
                    assertThrows(IllegalArgumentException.class, () -> new ClusterOptions(count, 1));
            assertThat(e.getMessage(), containsString("[clusters.count] must be \"auto\" or in [2, 1000]: " + count));
        }
        assertEquals(0, ClusterOptions.DEFAULTS.count());
    }
}
