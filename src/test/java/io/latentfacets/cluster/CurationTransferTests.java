/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThan;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.lucene.util.VectorUtil;
import org.junit.Test;

/** What people made lives on in clusters that another training found in another space. */
public class CurationTransferTests {
    private static final int DIMS = 24;
    private static final int GROUPS = 8;
    private static final int DOCUMENTS = 1600;

    private final Random random = new Random(5);
    private final float[][] means = Clouds.random(random, GROUPS, DIMS);
    /** Group {@code i % GROUPS} of document i. */
    private final float[][] latents = Clouds.around(random, means, DOCUMENTS, .3);
    /** The same documents of another encoder: other means, and no relation between the spaces. */
    private final float[][] others = Clouds.around(random, Clouds.random(random, GROUPS, DIMS), DOCUMENTS, .3);

    /** Clusters of groups of documents, each with the mean of its documents as centroid. */
    private static CurationTransfer.Side side(String encoder, float[][] latents, List<String> keys, int[][] groups) {
        float[][] centroids = new float[groups.length][DIMS];
        List<ClusterInfo> infos = new ArrayList<>();
        for (int c = 0; c < groups.length; c++) {
            int cluster = c;
            for (int i = 0; i < latents.length; i++) {
                int group = i % GROUPS;
                if (IntStream.of(groups[c]).anyMatch(each -> each == group)) {
                    for (int d = 0; d < DIMS; d++) {
                        centroids[c][d] += latents[i][d];
                    }
                }
            }
            VectorUtil.l2normalize(centroids[c]);
            infos.add(new ClusterInfo(
                    keys.get(c),
                    "label " + keys.get(cluster),
                    List.of(),
                    200L * groups[c].length,
                    .1,
                    0,
                    0,
                    List.of()));
        }
        Partition partition = new Partition(centroids, centroids, new float[groups.length], CountCurve.NONE);
        Clusters clusters = new Clusters(partition, infos, 50);
        return new CurationTransfer.Side(clusters, encoder, latents, partition.assign(latents));
    }

    private static List<String> keys(CurationTransfer.Side side, Curation curation) {
        Clusters seen = side.learned().curated(curation, side.encoder());
        return IntStream.of(seen.partition().assign(side.latents()))
                .mapToObj(seen.keys()::get)
                .toList();
    }

    private static double agreement(List<String> before, List<String> after, Set<String> keys) {
        int all = 0;
        int same = 0;
        for (int i = 0; i < before.size(); i++) {
            if (keys.contains(before.get(i))) {
                all++;
                same += before.get(i).equals(after.get(i)) ? 1 : 0;
            }
        }
        return (double) same / all;
    }

    @Test
    public void mergesSplitsAndPinsLiveOn() {
        CurationTransfer.Side before =
                side("aaaaaaaaaaaaaaaa", latents, List.of("c0", "c1", "c2", "c3", "c4"), new int[][] {
                    {0}, {1}, {2, 3}, {4}, {5, 6, 7}
                });
        // c2 has two groups, which somebody told apart, and c1 counts for c0
        Curation curation = Curation.NONE
                .merged(List.of("c0", "c1"), "Both")
                .split(
                        before.learned().infos().get(2),
                        before.encoder(),
                        Curation.Division.nearest(List.of("s0", "s1"), new float[][] {means[2], means[3]}),
                        List.of(
                                new ClusterInfo("s0", "two", List.of(), 0, 0, 0, 0, List.of()),
                                new ClusterInfo("s1", "three", List.of(), 0, 0, 0, 0, List.of())));
        List<String> shown = keys(before, curation);
        assertEquals(Set.of("c0", "s0", "s1", "c3", "c4"), new HashSet<>(shown));
        // the other training has put c1 and c3 together, and one part of c2 with a part of c4
        CurationTransfer.Side after =
                side("bbbbbbbbbbbbbbbb", others, List.of("c0", "c3", "c2", "c4", "c9"), new int[][] {
                    {0}, {1, 4}, {2}, {3, 5}, {6, 7}
                });
        CurationTransfer.Result carried = new CurationTransfer(curation, Set.of("c4"), before, after).transfer();
        assertEquals(List.of(), carried.lost());
        Clusters seen = after.learned().curated(carried.curation(), after.encoder());
        assertEquals("c2", seen.tree().parentKey(seen.ordinal("s0")));
        assertEquals("c2", seen.tree().parentKey(seen.ordinal("s1")));
        assertEquals("Both", seen.infos().get(seen.ordinal("c0")).label());
        assertEquals("two", seen.infos().get(seen.ordinal("s0")).label());
        assertEquals(200.0, (double) seen.infos().get(seen.ordinal("s0")).size(), 20.0);
        assertEquals(seen.ordinal("c0"), seen.ordinal("c1"));
        // all that somebody asked for is where it was; of c4, which was only pinned, the training found the key again
        assertThat(agreement(shown, keys(after, carried.curation()), Set.of("c0", "s0", "s1")), greaterThan(.95));
        // the old encoder's latents are where they were
        assertEquals(shown, keys(before, carried.curation()));
        // and it all comes apart again
        Curation none = carried.curation().unmerged(List.of("c0")).unsplit("c2");
        assertFalse(new HashSet<>(keys(after, none)).contains("s0"));
        assertTrue(new HashSet<>(keys(after, none)).contains("c2"));
    }

    @Test
    public void aPinnedClusterThatTheTrainingDidNotFindIsMadeAgain() {
        CurationTransfer.Side before = side(
                "aaaaaaaaaaaaaaaa", latents, List.of("c0", "c1", "c2"), new int[][] {{0}, {1, 2, 3}, {4, 5, 6, 7}});
        CurationTransfer.Side after =
                side("bbbbbbbbbbbbbbbb", others, List.of("c1", "c2", "c9"), new int[][] {{0, 1, 2}, {3, 4, 5}, {6, 7}});
        CurationTransfer.Result carried = new CurationTransfer(Curation.NONE, Set.of("c0"), before, after).transfer();
        assertEquals(List.of(), carried.lost());
        List<String> shown = keys(before, Curation.NONE);
        List<String> now = keys(after, carried.curation());
        assertThat(agreement(shown, now, Set.of("c0")), greaterThan(.95));
        assertThat(agreement(now, shown, Set.of("c0")), greaterThan(.95));
        assertEquals(Set.of("c0", "c1", "c2", "c9"), new HashSet<>(now));
        // with the same encoder too
        CurationTransfer.Side anew = side(
                "aaaaaaaaaaaaaaaa", latents, List.of("c1", "c2", "c9"), new int[][] {{0, 1, 2}, {3, 4, 5}, {6, 7}});
        CurationTransfer.Result again = new CurationTransfer(Curation.NONE, Set.of("c0"), before, anew).transfer();
        assertThat(agreement(shown, keys(anew, again.curation()), Set.of("c0")), greaterThan(.95));
        // and by a second training after the first
        CurationTransfer.Result second = new CurationTransfer(carried.curation(), Set.of("c0"), after, anew).transfer();
        assertThat(agreement(shown, keys(anew, second.curation()), Set.of("c0")), greaterThan(.95));
    }

    @Test
    public void whatHasNoDocumentsIsLostAndNamed() {
        CurationTransfer.Side before =
                side("aaaaaaaaaaaaaaaa", latents, List.of("c0", "c1"), new int[][] {{0, 1, 2, 3}, {4, 5, 6, 7}});
        int[] none = new int[DOCUMENTS];
        Arrays.fill(none, -1);
        CurationTransfer.Side unknown = new CurationTransfer.Side(before.learned(), before.encoder(), latents, none);
        CurationTransfer.Side after =
                side("bbbbbbbbbbbbbbbb", others, List.of("c8", "c9"), new int[][] {{0, 1, 2, 3}, {4, 5, 6, 7}});
        CurationTransfer.Result carried = new CurationTransfer(Curation.NONE, Set.of("c0"), unknown, after).transfer();
        assertEquals(1, carried.lost().size());
        assertThat(carried.lost().get(0), containsString("[c0] ended: 0 % of its 0 documents"));
    }
}
