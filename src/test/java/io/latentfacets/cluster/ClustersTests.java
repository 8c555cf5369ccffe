/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.latentfacets.cluster.fit.Clusterer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.Test;

public class ClustersTests {
    private static Clusters example(int count) {
        Random random = new Random(1);
        float[][] points = Clouds.around(random, Clouds.random(random, 4, 8), 200, .5);
        Partition partition = new Clusterer(new ClusterOptions(count, 1)).cluster(points, Clouds::goOn);
        List<ClusterLabel> labels = new ArrayList<>();
        for (int c = 0; c < partition.count(); c++) {
            labels.add(new ClusterLabel(
                    "",
                    List.of(
                            new ClusterTerm("öl " + c, .5f),
                            new ClusterTerm("b", .3f),
                            new ClusterTerm("c", .1f),
                            new ClusterTerm("d", .1f))));
        }
        return Clusters.describe(partition, labels, StableKeys.first(partition.count()), points, ids(points.length));
    }

    private static List<String> ids(int n) {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            ids.add("doc" + i);
        }
        return ids;
    }

    private static byte[] bytes(Clusters clusters) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        clusters.writeTo(new DataOutputStream(out));
        return out.toByteArray();
    }

    private static Clusters read(byte[] bytes) throws IOException {
        return Clusters.readFrom(new DataInputStream(new ByteArrayInputStream(bytes)));
    }

    @Test
    public void whatIsWrittenIsReadBack() throws IOException {
        for (int count : new int[] {0, 4}) {
            Clusters clusters = example(count);
            byte[] bytes = bytes(clusters);
            Clusters copy = read(bytes);
            assertEquals(clusters.infos(), copy.infos());
            assertEquals(clusters.nextKey(), copy.nextKey());
            assertEquals(clusters.partition().curve(), copy.partition().curve());
            assertTrue(Arrays.deepEquals(
                    clusters.partition().directions(), copy.partition().directions()));
            assertArrayEquals(bytes, bytes(copy));
            assertTrue(clusters.ramBytes() > bytes.length / 2);
        }
    }

    @Test
    public void damagedBytesAreAnIOException() throws IOException {
        byte[] bytes = bytes(example(4));
        Random random = new Random(1);
        for (int length : random.ints(50, 0, bytes.length).toArray()) {
            assertThrows(IOException.class, () -> read(Arrays.copyOf(bytes, length)));
        }
        byte[] future = bytes.clone();
        future[3] = 99;
        assertThat(assertThrows(IOException.class, () -> read(future)).getMessage(), containsString("format 99"));
        byte[] huge = bytes.clone();
        Arrays.fill(huge, 8, 12, (byte) 0x7f);
        assertThat(
                assertThrows(IOException.class, () -> read(huge)).getMessage(), containsString("clusters must be in"));
    }

    @Test
    public void sizesSharesKeysAndLabels() {
        Clusters clusters = example(4);
        assertEquals(200, clusters.infos().stream().mapToLong(ClusterInfo::size).sum());
        assertEquals(
                1, clusters.infos().stream().mapToDouble(ClusterInfo::share).sum(), 1e-9);
        assertEquals(List.of("c0", "c1", "c2", "c3"), clusters.keys());
        assertEquals(2, clusters.ordinal("c2"));
        assertEquals(-1, clusters.ordinal("c4"));
        assertEquals(-1, clusters.ordinal("nonsense"));
        assertEquals("öl 1, b, c", clusters.infos().get(1).label());
        assertEquals(4, clusters.nextKey());
    }

    @Test
    public void labelsAreDistinctAndNeverEmpty() {
        float[][] points = {{1, 0, 0}, {0, 1, 0}, {-1, 0, 0}, {0, 0, 1}};
        Partition partition = new Partition(points, points, new float[4], CountCurve.NONE);
        ClusterLabel same = new ClusterLabel("", List.of(new ClusterTerm("oil", 1)));
        ClusterLabel phrase = new ClusterLabel("crude oil", same.terms());
        Clusters clusters = Clusters.describe(
                partition, List.of(same, same, ClusterLabel.NONE, phrase), StableKeys.first(4), points, ids(4));
        assertEquals(
                List.of("oil", "oil (c1)", "c2", "crude oil"),
                clusters.infos().stream().map(ClusterInfo::label).toList());
    }

    @Test
    public void exemplarsAreTheNearestDistinctDocuments() {
        float[][] centroids = {{1, 0}, {0, 1}};
        Partition partition = new Partition(centroids, centroids, new float[2], CountCurve.NONE);
        double[] angles = {.3, .1, .1, .2, 0, 0, .4, .5, 1.5};
        float[][] points = new float[angles.length + 1][2];
        for (int i = 0; i < angles.length; i++) {
            points[i] = new float[] {(float) Math.cos(angles[i]), (float) Math.sin(angles[i])};
        }
        List<ClusterInfo> infos = Clusters.describe(
                        partition,
                        List.of(ClusterLabel.NONE, ClusterLabel.NONE),
                        StableKeys.first(2),
                        points,
                        ids(points.length))
                .infos();
        // copies of a text are one exemplar, the first of them; the document without a latent is in no cluster
        assertEquals(
                List.of("doc4", "doc1", "doc3", "doc0", "doc6"), infos.get(0).exemplars());
        assertEquals(List.of("doc8"), infos.get(1).exemplars());
        assertEquals(8, infos.get(0).size());
        assertEquals(1, infos.get(1).size());
        assertEquals(8 / 9.0, infos.get(0).share(), 1e-12);
    }

    @Test
    public void mapKeepsDistancesOfAPlaneAndFitsTheSquare() {
        Random random = new Random(3);
        for (int round = 0; round < 20; round++) {
            int count = 3 + random.nextInt(10);
            float[] a = Clouds.random(random, 1, 6)[0];
            float[] b = Clouds.random(random, 1, 6)[0];
            float[][] centroids = new float[count][6];
            for (float[] centroid : centroids) {
                float s = (float) random.nextGaussian();
                float t = (float) random.nextGaussian();
                for (int j = 0; j < 6; j++) {
                    centroid[j] = s * a[j] + t * b[j];
                }
            }
            float[][] map = ClusterMap.place(centroids);
            double ratio = distance(centroids[0], centroids[1]) / distance(map[0], map[1]);
            double farthest = 0;
            for (int i = 0; i < count; i++) {
                farthest = Math.max(farthest, Math.max(Math.abs(map[i][0]), Math.abs(map[i][1])));
                for (int j = 0; j < i; j++) {
                    double expected = distance(centroids[i], centroids[j]);
                    assertEquals(expected, ratio * distance(map[i], map[j]), 1e-3 * (1 + expected));
                }
            }
            assertEquals(1, farthest, 1e-6);
            assertTrue(Arrays.deepEquals(map, ClusterMap.place(centroids)));
        }
    }

    private static double distance(float[] a, float[] b) {
        double sum = 0;
        for (int j = 0; j < a.length; j++) {
            sum += (a[j] - b[j]) * (a[j] - b[j]);
        }
        return Math.sqrt(sum);
    }

    @Test
    public void mapOfOneAndOfTwoClusters() {
        assertTrue(Arrays.deepEquals(new float[][] {{0, 0}}, ClusterMap.place(new float[][] {{0, 1}})));
        float[][] two = ClusterMap.place(new float[][] {{0, 1}, {1, 0}});
        assertEquals(1, Math.abs(two[0][0]), 1e-6);
        assertEquals(-two[0][0], two[1][0], 1e-6);
        assertEquals(0, two[0][1], 1e-6);
        assertTrue(Arrays.deepEquals(new float[][] {{0, 0}, {0, 0}}, ClusterMap.place(new float[][] {{0, 1}, {0, 1}})));
    }

    /** Hundreds of axes have no variance then; a solver of eigenvalues did not converge on a trained network of 512. */
    @Test
    public void mapOfFewClustersOfManyDimensions() {
        for (int seed = 0; seed < 20; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            float[][] centroids = new float[3 + random.nextInt(30)][512];
            for (float[] centroid : centroids) {
                for (int j = 0; j < centroid.length; j++) {
                    centroid[j] = (float) random.nextGaussian();
                }
            }
            float farthest = 0;
            for (float[] place : ClusterMap.place(centroids)) {
                farthest = Math.max(farthest, Math.max(Math.abs(place[0]), Math.abs(place[1])));
            }
            assertEquals(1, farthest, 1e-6);
        }
    }

    @Test
    public void mismatchedPiecesAreRefused() {
        Clusters clusters = example(4);
        List<ClusterInfo> three = clusters.infos().subList(0, 3);
        assertThrows(IllegalArgumentException.class, () -> new Clusters(clusters.partition(), three, 4));
        ClusterInfo first = clusters.infos().get(0);
        assertThrows(
                IllegalArgumentException.class,
                () -> new Clusters(clusters.partition(), List.of(first, first, first, first), 4));
        assertThrows(
                IllegalArgumentException.class,
                () -> new Partition(new float[][] {{1}}, new float[][] {{1, 2}}, new float[1], CountCurve.NONE));
        assertThrows(
                IllegalArgumentException.class,
                () -> new Partition(new float[0][], new float[0][], new float[0], CountCurve.NONE));
    }
}
