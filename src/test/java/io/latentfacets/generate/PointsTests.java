/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.generate;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.lucene.util.VectorUtil;
import org.junit.Test;

public class PointsTests {
    private static final float[] X = {1, 0, 0};
    private static final float[] Y = {0, 1, 0};

    @Test
    public void theWayBetweenHasEqualAngles() {
        List<float[]> way = Points.between(X, Y, 4);
        assertEquals(4, way.size());
        assertArrayEquals(X, way.get(0), 1e-6f);
        assertArrayEquals(Y, way.get(3), 1e-6f);
        for (int i = 0; i < 3; i++) {
            assertEquals(Math.cos(Math.PI / 6), VectorUtil.dotProduct(way.get(i), way.get(i + 1)), 1e-6);
        }
    }

    @Test
    public void equalAndOppositeEnds() {
        Points.between(X, X, 3).forEach(point -> assertArrayEquals(X, point, 1e-6f));
        for (float[] point : Points.between(X, new float[] {-1, 0, 0}, 3)) {
            assertEquals(1, VectorUtil.dotProduct(point, point), 1e-3);
        }
    }

    /** The spread of the points is that of the cloud: wide along y, none along z. */
    @Test
    public void pointsAreSpreadAsTheCloudIs() {
        List<float[]> cloud = new ArrayList<>();
        Random random = new Random(1);
        for (int i = 0; i < 200; i++) {
            cloud.add(VectorUtil.l2normalize(new float[] {10, (float) random.nextGaussian(), 0}));
        }
        double square = 0;
        int draws = 2000;
        for (int i = 0; i < draws; i++) {
            float[] point = Points.around(X, cloud, 1, random);
            assertEquals(1, VectorUtil.dotProduct(point, point), 1e-3);
            assertEquals(0, point[2], 0);
            square += point[1] * point[1] / draws;
        }
        assertEquals("the standard deviation of y", .1, Math.sqrt(square), .01);
        assertArrayEquals(X, Points.around(X, cloud, 0, random), 1e-6f);
        assertArrayEquals("no cloud", X, Points.around(X, List.of(), 1, random), 1e-6f);
    }

    @Test
    public void ofAllTakesClustersByTheirShare() {
        List<float[]> documents = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            documents.add(i < 25 ? X : Y);
        }
        int first = 0;
        Random random = new Random(5);
        for (int i = 0; i < 1000; i++) {
            float[] point = Points.ofAll(documents, latent -> latent[0] > .5 ? 0 : 1, 1, random);
            assertTrue(point[0] > .99 || point[1] > .99);
            first += point[0] > .5 ? 1 : 0;
        }
        assertEquals(250, first, 50);
    }
}
