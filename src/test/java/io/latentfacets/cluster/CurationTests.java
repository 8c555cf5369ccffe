/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertSame;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.Test;

/** What people merge and split, against an assignment by the definition. */
public class CurationTests {
    private static final String ENCODER = "9f3c0a11d2e4b5c6";
    private static final int DIMS = 16;

    private final Random random = new Random(7);

    private Clusters learned(int count) {
        float[][] centroids = Clouds.random(random, count, DIMS);
        float[] biases = new float[count];
        for (int c = 0; c < count; c++) {
            biases[c] = random.nextFloat() * .1f;
        }
        List<ClusterInfo> infos = IntStream.range(0, count)
                .mapToObj(c -> new ClusterInfo(
                        "c" + c,
                        "label " + c,
                        List.of(new ClusterTerm("term" + c, .6f), new ClusterTerm("shared", .4f)),
                        10L * (c + 1),
                        .01 * (c + 1),
                        .01f * c,
                        -.01f * c,
                        List.of("d" + c, "e" + c)))
                .toList();
        Clusters clusters =
                new Clusters(new Partition(centroids, centroids, biases, CountCurve.NONE), infos, count + 3);
        int[] parentOf = new int[count];
        for (int c = 0; c < count; c++) {
            parentOf[c] = c % 3 - 1;
        }
        ClusterInfo p0 = new ClusterInfo("p0", "p0", List.of(), 0, 0, 0, 0, List.of());
        ClusterInfo p1 = new ClusterInfo("p1", "p1", List.of(), 0, 0, 0, 0, List.of());
        float[] floors = new float[count];
        for (int c = 0; c < count; c++) {
            floors[c] = .2f + .01f * c;
        }
        return clusters.with(new ClusterTree(List.of(p0, p1), parentOf, 2)).with(new Floors(floors));
    }

    /** The key of a latent, by the definition: the learned cluster, then division after division, then the merges. */
    private static String key(Clusters learned, Curation curation, float[] unit) {
        Partition partition = learned.partition();
        String key = learned.keys().get(best(partition.directions(), partition.biases(), unit));
        Curation.Division division = curation.division(ENCODER, key);
        while (division != null) {
            String part = division.keys().get(best(division.rule().directions(), division.biases(), unit));
            division = part.equals(key) ? null : curation.division(ENCODER, part);
            key = part;
        }
        return curation.counts(key);
    }

    private static int best(float[][] directions, float[] biases, float[] unit) {
        int best = 0;
        double highest = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < biases.length; c++) {
            double score = biases[c];
            for (int d = 0; d < unit.length; d++) {
                score += (double) directions[c][d] * unit[d];
            }
            if (score > highest) {
                highest = score;
                best = c;
            }
        }
        return best;
    }

    @Test
    public void everyLatentIsInTheClusterThatTheStepsSay() throws Exception {
        for (int round = 0; round < 20; round++) {
            Clusters learned = learned(8 + random.nextInt(30));
            Curation curation = CurationFixtures.random(learned, ENCODER, random);
            Clusters seen = learned.curated(curation, ENCODER);
            Assigner assigner = seen.partition().assigner();
            Map<String, Integer> sizes = new HashMap<>();
            for (float[] unit : Clouds.random(random, 500, DIMS)) {
                int cluster = seen.partition().assign(unit);
                assertEquals(cluster, assigner.assign(unit));
                assertEquals(key(learned, curation, unit), seen.keys().get(cluster));
                sizes.merge(seen.keys().get(cluster), 1, Integer::sum);
            }
            assertEquals(seen.infos().size(), seen.partition().count());
            assertEquals(seen.infos().size(), new java.util.HashSet<>(seen.keys()).size());
            assertTrue(sizes.size() > 2);
            // every cluster below a parent is its own, and each parent of a split has its parts
            for (int p = 0; p < seen.tree().parents().size(); p++) {
                assertFalse(seen.tree().children(p).isEmpty());
                for (int cluster : seen.tree().children(p)) {
                    int above = seen.tree().parentOf(cluster);
                    while (above >= 0 && above != p) {
                        above = seen.tree().above(above);
                    }
                    assertEquals(p, above);
                }
            }
            assertSame(
                    learned,
                    learned.curated(
                            curation.unmerged(List.copyOf(curation.merges().keySet())), "other"));
            assertThrows(
                    IllegalStateException.class, () -> seen.writeTo(new DataOutputStream(new ByteArrayOutputStream())));
        }
    }

    @Test
    public void mergedClustersAddUpAndComeApartAgain() {
        Clusters learned = learned(6);
        Curation curation = Curation.NONE.merged(List.of("c4", "c1", "c2"), "Hardware");
        Clusters seen = learned.curated(curation, ENCODER);
        assertEquals(List.of("c0", "c4", "c3", "c5"), seen.keys());
        ClusterInfo merged = seen.infos().get(seen.ordinal("c4"));
        assertEquals("Hardware", merged.label());
        assertEquals(50 + 20 + 30, merged.size());
        assertEquals(.05 + .02 + .03, merged.share(), 1e-9);
        // the shared term has the same weight in all parts
        assertEquals("shared", merged.terms().get(0).term());
        assertEquals(.4f, merged.terms().get(0).weight(), 1e-6);
        // .6 × 50 / 100
        assertEquals(new ClusterTerm("term4", .3f), merged.terms().get(1));
        assertEquals(List.of("d1", "d2"), merged.exemplars());
        assertEquals(.21f, seen.floors().of(seen.ordinal("c4")), 1e-6);
        // the keys of the parts mean all of it
        assertEquals(seen.ordinal("c4"), seen.ordinal("c1"));
        assertEquals(List.of(seen.ordinal("c4")), seen.ordinals("c2"));
        // the parent is that of the cluster whose key counts
        assertEquals(learned.tree().parentKey(4), seen.tree().parentKey(seen.ordinal("c4")));

        assertEquals(List.of("c1", "c2"), curation.parts("c4"));
        assertEquals("c4", curation.counts("c2"));
        Curation one = curation.unmerged(List.of("c2"));
        assertEquals(List.of("c1"), one.parts("c4"));
        assertTrue(one.unmerged(List.of("c4")).isNone());
        assertTrue(curation.unmerged(List.of("c4", "c1")).isNone());
        // what was merged before stays merged
        Curation more = curation.merged(List.of("c0", "c4"), null);
        assertEquals(List.of("c4", "c1", "c2"), more.parts("c0"));
        assertEquals("c0", more.counts("c1"));
    }

    @Test
    public void aSplitClusterIsTheParentOfItsParts() {
        Clusters learned = learned(6);
        Curation curation = CurationFixtures.split(Curation.NONE, learned, ENCODER, "c2", 3, random);
        Clusters seen = learned.curated(curation, ENCODER);
        assertEquals(List.of("c0", "c1", "s0", "s1", "s2", "c3", "c4", "c5"), seen.keys());
        assertEquals(List.of("s3"), curation.nextKeys(1));
        assertEquals(-1, seen.ordinal("c2"));
        assertEquals(List.of(2, 3, 4), seen.ordinals("c2"));
        ClusterTree tree = seen.tree();
        int parent = tree.ordinal("c2");
        assertEquals(parent, tree.parentOf(3));
        assertEquals("p1", tree.parents().get(tree.above(parent)).key());
        assertEquals(tree.ordinal("p1"), tree.topOf(4));
        assertEquals(List.of("s0", "s1", "s2"), tree.keysBelow(parent, seen.keys()));
        assertEquals(List.of("c5", "c2"), tree.keysBelow(tree.ordinal("p1"), seen.keys()));
        assertEquals(List.of(2, 3, 4, 7), seen.ordinals("p1"));
        // latents of another encoder are not divided
        assertSame(learned, learned.curated(curation, "0000000000000000"));

        Curation deeper = CurationFixtures.split(curation, seen, ENCODER, "s1", 2, random);
        Clusters both = learned.curated(deeper, ENCODER);
        assertEquals(List.of("c0", "c1", "s0", "s3", "s4", "s2", "c3", "c4", "c5"), both.keys());
        assertEquals("s1", both.tree().parentKey(3));
        assertEquals(List.of(2, 3, 4, 5), both.ordinals("c2"));
        Curation whole = deeper.merged(List.of("c0", "s3"), null).unsplit("c2");
        assertTrue(whole.isNone());
        assertTrue(whole.added().isEmpty());
        // keys are never given twice
        assertEquals(5, whole.nextKey());
        assertTrue(deeper.unsplit("s1").splits().containsKey("c2"));
    }

    @Test
    public void aMergeKeepsItsKeyWhenTheClusterOfThatKeyHasEnded() {
        Clusters learned = learned(4);
        Curation curation = Curation.NONE.merged(List.of("c77", "c1", "c3"), "Kept");
        Clusters seen = learned.curated(curation, ENCODER);
        assertEquals(List.of("c0", "c77", "c2"), seen.keys());
        assertEquals("Kept", seen.infos().get(1).label());
        assertEquals(60, seen.infos().get(1).size());
    }
}
