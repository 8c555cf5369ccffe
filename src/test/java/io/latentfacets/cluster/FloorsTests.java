/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.lessThan;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;

import io.latentfacets.cluster.fit.Clusterer;
import java.util.Arrays;
import java.util.Random;
import org.junit.Test;

public class FloorsTests {
    private static float[] at(double cosine) {
        return new float[] {(float) cosine, (float) Math.sqrt(1 - cosine * cosine), 0};
    }

    @Test
    public void theFenceIsHalfAnInterquartileRangeBelowTheLowerQuartile() {
        float[][] latents = new float[11][];
        for (int i = 0; i < latents.length; i++) {
            latents[i] = at(.3 + .05 * i);
        }
        // quartiles .425 and .675
        Floors floors = Floors.learn(new float[][] {{1, 0, 0}}, new int[11], latents);
        assertEquals(.425 - .5 * .25, floors.of(0), 1e-5);
    }

    @Test
    public void aClustersFenceIsAveragedWithThatOfAllDocuments() {
        float[][] latents = new float[40][];
        int[] assigned = new int[40];
        for (int i = 0; i < 40; i++) {
            assigned[i] = i % 2;
            latents[i] = at(i % 2 == 0 ? .8 : .4);
        }
        Floors floors = Floors.learn(new float[][] {{1, 0, 0}, {1, 0, 0}}, assigned, latents);
        // the two have no spread; all together have quartiles .4 and .8
        assertEquals((.8 + .2) / 2, floors.of(0), 1e-5);
        assertEquals((.4 + .2) / 2, floors.of(1), 1e-5);
    }

    @Test
    public void smallClustersHaveTheFenceOfAll() {
        float[][] latents = new float[23][];
        int[] assigned = new int[23];
        for (int i = 0; i < 20; i++) {
            latents[i] = at(.6);
        }
        for (int i = 20; i < 23; i++) {
            latents[i] = at(.1);
            assigned[i] = 1;
        }
        Floors floors = Floors.learn(new float[][] {{1, 0, 0}, {1, 0, 0}}, assigned, latents);
        assertEquals(.6, floors.of(1), 1e-5);
    }

    @Test
    public void floorsAreNeitherNegativeNorOutOfReach() {
        float[][] opposite = new float[20][];
        Arrays.fill(opposite, at(-.5));
        assertEquals(
                0,
                Floors.learn(new float[][] {{1, 0, 0}}, new int[20], opposite).of(0),
                0);
        float[][] same = new float[20][];
        Arrays.fill(same, at(1));
        assertEquals(
                .9, Floors.learn(new float[][] {{1, 0, 0}}, new int[20], same).of(0), 1e-6);
    }

    @Test
    public void documentsWithoutAClusterTeachNothing() {
        int[] assigned = new int[30];
        Arrays.fill(assigned, -1);
        Floors none = Floors.learn(new float[][] {{1, 0, 0}}, assigned, new float[30][3]);
        assertFalse(none.known());
        assertEquals(0, none.of(0), 0);
        assertEquals(0, none.of(7), 0);
    }

    @Test
    public void foreignDocumentsAreBelowAndOwnOnesAbove() {
        Random random = new Random(4);
        float[][] means = Clouds.random(random, 6, 32);
        float[][] points = Clouds.around(random, means, 3000, .7);
        Partition partition = new Clusterer(new ClusterOptions(6, 1)).cluster(points, Clouds::goOn);
        int[] assigned = partition.assign(points);
        Floors floors = Floors.learn(partition.centroids(), assigned, points);
        float[][] own = Clouds.around(random, means, 1000, .7);
        assertThat(floors.outlierShare(partition, assigned, points), lessThan(.15));
        assertThat(floors.outlierShare(partition, partition.assign(own), own), lessThan(.15));
        float[][] foreign = Clouds.random(random, 1000, 32);
        assertThat(floors.outlierShare(partition, partition.assign(foreign), foreign), greaterThan(.95));
    }

    @Test
    public void outliersAreCountedAmongAllDocuments() {
        float[][] centroids = {{1, 0, 0}};
        Partition partition = new Partition(centroids, centroids, new float[1], CountCurve.NONE);
        Floors floors = new Floors(new float[] {.5f});
        float[][] latents = {at(.4), at(.6), new float[3], at(.499), at(.501)};
        assertEquals(.4, floors.outlierShare(partition, new int[] {0, 0, -1, 0, 0}, latents), 1e-12);
        assertEquals(0, floors.outlierShare(partition, new int[0], new float[0][]), 0);
    }
}
