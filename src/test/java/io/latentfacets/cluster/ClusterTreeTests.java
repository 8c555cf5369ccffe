/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.latentfacets.cluster.fit.TreeBuilder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.Test;

public class ClusterTreeTests {
    private static final int GROUPS = 3;
    private static final int CLUSTERS = 9;

    private final Random random = new Random(11);
    private final float[][] groupMeans = Clouds.random(random, GROUPS, 32);
    private final float[][] means = Clouds.around(random, groupMeans, CLUSTERS, .7);
    private final float[][] latents = Clouds.around(random, means, 900, .3);
    private final List<String> ids = new ArrayList<>();
    private final Clusters leaves = leaves();

    private Clusters leaves() {
        for (int i = 0; i < latents.length; i++) {
            ids.add("doc" + i);
        }
        // a document without words
        latents[0] = new float[32];
        Partition partition = new Partition(means, means, new float[CLUSTERS], CountCurve.NONE);
        return Clusters.describe(
                partition, Collections.nCopies(CLUSTERS, ClusterLabel.NONE), StableKeys.first(CLUSTERS), latents, ids);
    }

    private int[] assigned() {
        int[] assigned = leaves.partition().assign(latents);
        assigned[0] = -1;
        return assigned;
    }

    private ClusterTree tree(List<ClusterLabel> labels) {
        TreeBuilder builder = new TreeBuilder(leaves);
        StableKeys keys = StableKeys.renewParents(List.of(), 0, new int[0], new int[0], builder.count());
        return builder.build(labels, keys, assigned(), latents, ids);
    }

    private static List<ClusterLabel> noTerms() {
        return Collections.nCopies(GROUPS, ClusterLabel.NONE);
    }

    @Test
    public void parentsAddUpTheirClusters() {
        ClusterTree tree = tree(noTerms());
        assertEquals(List.of("p0", "p1", "p2"), tree.keys());
        assertEquals(GROUPS, tree.nextKey());
        for (int c = 0; c < CLUSTERS; c++) {
            assertEquals(c % GROUPS, tree.parentOf(c));
            assertEquals("p" + c % GROUPS, tree.parentKey(c));
        }
        for (int p = 0; p < GROUPS; p++) {
            ClusterInfo parent = tree.parents().get(p);
            assertEquals(List.of(p, p + GROUPS, p + 2 * GROUPS), tree.children(p));
            long size = 0;
            double share = 0;
            double x = 0;
            double y = 0;
            for (int c : tree.children(p)) {
                ClusterInfo child = leaves.infos().get(c);
                size += child.size();
                share += child.share();
                x += child.size() * child.x();
                y += child.size() * child.y();
            }
            assertEquals(size, parent.size());
            assertEquals(share, parent.share(), 1e-12);
            assertEquals(x / size, parent.x(), 1e-6);
            assertEquals(y / size, parent.y(), 1e-6);
            assertEquals(Exemplars.COUNT, parent.exemplars().size());
            for (String exemplar : parent.exemplars()) {
                int document = Integer.parseInt(exemplar.substring("doc".length()));
                assertEquals(p, tree.parentOf(assigned()[document]));
            }
        }
        assertEquals(-1, tree.ordinal("p9"));
        assertEquals(1, tree.ordinal("p1"));
    }

    @Test
    public void documentsAreLiftedToTheParentsOfTheirClusters() {
        assertArrayEquals(new int[] {0, 1, -1, 2, 0}, tree(noTerms()).lift(new int[] {0, 4, -1, 8, 3}));
        assertArrayEquals(new int[] {-1, -1}, ClusterTree.none(3, 0).lift(new int[] {2, -1}));
    }

    @Test
    public void labelsAreDistinctAndNeverEmpty() {
        ClusterLabel oil = new ClusterLabel("", List.of(new ClusterTerm("oil", 1)));
        ClusterTree tree = tree(List.of(oil, oil, ClusterLabel.NONE));
        assertEquals(
                List.of("oil", "oil (p1)", "p2"),
                tree.parents().stream().map(ClusterInfo::label).toList());
        assertThrows(IllegalArgumentException.class, () -> tree(List.of(oil)));
    }

    @Test
    public void wordsOfAParentAreTheMixtureOfItsClusters() {
        float[][] logs = new float[CLUSTERS][];
        Arrays.setAll(logs, c -> new float[] {(float) Math.log((c + 1) / 20.0), (float) Math.log(1 - (c + 1) / 20.0)});
        float[] mixture = new TreeBuilder(leaves).mixture(List.of(1, 4, 7), logs);
        double first = 0;
        double size = 0;
        for (int c : List.of(1, 4, 7)) {
            first += leaves.infos().get(c).size() * (c + 1) / 20.0;
            size += leaves.infos().get(c).size();
        }
        assertEquals(first / size, Math.exp(mixture[0]), 1e-6);
        assertEquals(1, Math.exp(mixture[0]) + Math.exp(mixture[1]), 1e-6);
    }

    @Test
    public void keysOfParentsLiveOnByTheirDocuments() {
        int[] before = {0, 0, 0, 1, 1, 1, -1, -1};
        int[] after = {1, 1, 1, 0, 0, 2, 2, 2};
        StableKeys keys = StableKeys.renewParents(List.of("p4", "p7"), 9, before, after, 3);
        assertEquals(List.of("p7", "p4", "p9"), keys.keys());
        assertEquals(10, keys.next());
    }

    @Test
    public void aKeyMeansAClusterOrAllChildrenOfAParent() {
        Clusters clusters = leaves.with(tree(noTerms()));
        assertEquals(List.of(4), clusters.ordinals("c4"));
        assertEquals(List.of(1, 4, 7), clusters.ordinals("p1"));
        assertEquals(List.of(), clusters.ordinals("p3"));
        assertEquals(List.of(), clusters.ordinals("x"));
        assertEquals(-1, clusters.ordinal("p1"));
        assertEquals(CLUSTERS, clusters.keys().size());
    }

    @Test
    public void whatIsWrittenIsReadBack() throws IOException {
        Clusters clusters = leaves.with(tree(noTerms()));
        byte[] bytes = bytes(clusters);
        Clusters copy = Clusters.readFrom(new DataInputStream(new ByteArrayInputStream(bytes)));
        assertArrayEquals(bytes, bytes(copy));
        assertEquals(clusters.tree().parents(), copy.tree().parents());
        assertEquals(clusters.tree().nextKey(), copy.tree().nextKey());
        for (int c = 0; c < CLUSTERS; c++) {
            assertEquals(clusters.tree().parentOf(c), copy.tree().parentOf(c));
            assertEquals(clusters.floors().of(c), copy.floors().of(c), 0);
            assertTrue(copy.floors().of(c) > 0);
        }
        for (int length : random.ints(50, 0, bytes.length).toArray()) {
            assertThrows(
                    IOException.class,
                    () -> Clusters.readFrom(new DataInputStream(new ByteArrayInputStream(bytes, 0, length))));
        }
        byte[] orphan = bytes.clone();
        Arrays.fill(orphan, bytes.length - 4, bytes.length, (byte) 0x7f);
        assertThat(
                assertThrows(
                                IOException.class,
                                () -> Clusters.readFrom(new DataInputStream(new ByteArrayInputStream(orphan))))
                        .getMessage(),
                containsString("corrupt clusters: parent of cluster [8] must be in [-1, 2]"));
    }

    /** The file was written by the version before parents and floors. */
    @Test
    public void clustersOfTheFirstFormatAreReadWithoutParentsAndFloors() throws IOException {
        try (InputStream file = ClusterTreeTests.class.getResourceAsStream("clusters-v1.bin")) {
            Clusters clusters = Clusters.readFrom(new DataInputStream(file));
            assertEquals(-1, file.read());
            assertEquals(List.of("c0", "c2", "c4", "c6"), clusters.keys());
            assertEquals("öl 1, b, c", clusters.infos().get(1).label());
            assertEquals(9, clusters.nextKey());
            assertEquals(List.of(8, 2), clusters.partition().curve().runnersUp());
            assertEquals(List.of(), clusters.tree().parents());
            assertEquals(0, clusters.tree().nextKey());
            assertFalse(clusters.floors().known());
            assertNull(clusters.tree().parentKey(3));
        }
    }

    @Test
    public void piecesThatDoNotBelongTogetherAreRefused() {
        ClusterInfo info = leaves.infos().get(0);
        assertThrows(IllegalArgumentException.class, () -> new ClusterTree(List.of(info), new int[] {0, 1}, 1));
        assertThrows(IllegalArgumentException.class, () -> new ClusterTree(List.of(info), new int[] {-1, -1}, 1));
        assertThrows(IllegalArgumentException.class, () -> new ClusterTree(List.of(info), new int[] {0, -2}, 1));
        assertThrows(IllegalArgumentException.class, () -> leaves.with(ClusterTree.none(CLUSTERS - 1, 0)));
        assertThrows(IllegalArgumentException.class, () -> leaves.with(new Floors(new float[2])));
    }

    private static byte[] bytes(Clusters clusters) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        clusters.writeTo(new DataOutputStream(out));
        return out.toByteArray();
    }
}
