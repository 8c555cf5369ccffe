/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import io.latentfacets.cluster.Lineage.Event;
import io.latentfacets.cluster.Lineage.Side;
import io.latentfacets.cluster.Lineage.Transition;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.Test;

/** Each test of one transition gives the documents by a table: a row for an old cluster, a column for a new one. */
public class LineageTests {

    /** The last column has documents without a new cluster, the last row documents without an old one. */
    private static List<Transition> of(List<String> oldKeys, List<String> newKeys, int[][] documents) {
        List<Integer> before = new ArrayList<>();
        List<Integer> after = new ArrayList<>();
        for (int row = 0; row < documents.length; row++) {
            for (int column = 0; column < documents[row].length; column++) {
                for (int i = 0; i < documents[row][column]; i++) {
                    before.add(row < oldKeys.size() ? row : -1);
                    after.add(column < newKeys.size() ? column : -1);
                }
            }
        }
        int[] old = before.stream().mapToInt(Integer::intValue).toArray();
        return Lineage.of(
                new Side(oldKeys, old),
                new Side(newKeys, after.stream().mapToInt(Integer::intValue).toArray()),
                old);
    }

    private static void assertTransition(
            Transition transition, String key, List<String> from, Event event, double overlap) {
        assertEquals(key, transition.key());
        assertEquals(from, transition.from());
        assertEquals(event, transition.event());
        assertEquals(overlap, transition.overlap(), 1e-9);
    }

    @Test
    public void keptWithTheOverlapOfItsDocuments() {
        List<Transition> all = of(List.of("c0", "c1"), List.of("c1", "c0"), new int[][] {{10, 90}, {100, 0}});
        assertEquals(2, all.size());
        assertTransition(all.get(0), "c1", List.of("c1"), Event.KEPT, 100 / 110.0);
        assertTransition(all.get(1), "c0", List.of("c0"), Event.KEPT, 90 / 100.0);
    }

    @Test
    public void bornOfDocumentsThatHadNoCluster() {
        List<Transition> all = of(List.of("c0"), List.of("c0", "c1"), new int[][] {{96, 4}, {0, 76}});
        assertTransition(all.get(0), "c0", List.of("c0"), Event.KEPT, 96 / 100.0);
        assertTransition(all.get(1), "c1", List.of(), Event.BORN, 4 / 176.0);
    }

    /** The documents of a new subject lie in the nearest old cluster, below its floor. */
    @Test
    public void bornOfDocumentsThatDidNotBelongToTheirOldCluster() {
        int[] before = new int[100];
        int[] after = new int[100];
        int[] members = new int[100];
        for (int i = 60; i < 100; i++) {
            after[i] = 1;
            members[i] = i % 4 == 0 ? 0 : -1;
        }
        Side old = new Side(List.of("c0"), before);
        Side young = new Side(List.of("c0", "c1"), after);
        assertTransition(Lineage.of(old, young, members).get(1), "c1", List.of(), Event.BORN, 40 / 100.0);
        assertTransition(Lineage.of(old, young, before).get(1), "c1", List.of("c0"), Event.SPLIT, 40 / 100.0);
    }

    @Test
    public void twoClustersMergeIntoOneThatKeepsTheKeyOfTheLarger() {
        List<Transition> all =
                of(List.of("c0", "c1", "c2"), List.of("c1", "c2"), new int[][] {{40, 0}, {60, 0}, {0, 9}});
        assertEquals(2, all.size());
        assertTransition(all.get(0), "c1", List.of("c0", "c1"), Event.MERGED, 1);
        assertTransition(all.get(1), "c2", List.of("c2"), Event.KEPT, 1);
    }

    @Test
    public void severalClustersMergeIntoANewKey() {
        List<Transition> all = of(List.of("c0", "c1"), List.of("c2"), new int[][] {{20, 10}, {20, 0}, {60, 0}});
        assertTransition(all.get(0), "c2", List.of("c0", "c1"), Event.MERGED, 40 / 110.0);
    }

    @Test
    public void aPartThatKeepsTheKeyAndAPartThatSplitsOff() {
        List<Transition> all = of(List.of("c0"), List.of("c0", "c1"), new int[][] {{60, 40}});
        assertTransition(all.get(0), "c0", List.of("c0"), Event.KEPT, 60 / 100.0);
        assertTransition(all.get(1), "c1", List.of("c0"), Event.SPLIT, 40 / 100.0);
    }

    @Test
    public void aClusterThatSplitsIntoNewKeysOnly() {
        List<Transition> all = of(List.of("c0"), List.of("c1", "c2", "c3"), new int[][] {{34, 33, 33}});
        for (Transition part : all) {
            assertEquals(List.of("c0"), part.from());
            assertEquals(Event.SPLIT, part.event());
        }
        assertEquals(3, all.size());
    }

    @Test
    public void aSplinterSplitsOff() {
        List<Transition> all = of(List.of("c0"), List.of("c0", "c1"), new int[][] {{95, 5}});
        assertTransition(all.get(1), "c1", List.of("c0"), Event.SPLIT, 5 / 100.0);
    }

    @Test
    public void aClusterThatScattersEnds() {
        List<Transition> all =
                of(List.of("c0", "c1", "c2"), List.of("c1", "c2"), new int[][] {{5, 5, 10}, {95, 0, 0}, {0, 95, 0}});
        assertEquals(3, all.size());
        assertTransition(all.get(2), "c0", List.of(), Event.ENDED, 5 / 115.0);
    }

    /** Whatever the documents, each new key has one event, each old key one fate, and no key returns. */
    @Test
    public void everyKeyIsAccountedForOnce() {
        Random random = new Random(7);
        for (int round = 0; round < 2000; round++) {
            int documents = 1 + random.nextInt(60);
            int oldCount = 1 + random.nextInt(6);
            int newCount = 1 + random.nextInt(6);
            int mixing = 1 + random.nextInt(4);
            int[] before = new int[documents];
            int[] after = new int[documents];
            for (int i = 0; i < documents; i++) {
                before[i] = random.nextInt(oldCount + 1) - 1;
                after[i] = random.nextInt(mixing) == 0 ? random.nextInt(newCount + 1) - 1 : before[i] % newCount;
            }
            List<String> oldKeys = StableKeys.first(oldCount).keys();
            StableKeys keys = StableKeys.renew(oldKeys, oldCount, before, after, newCount);
            List<Transition> all = Lineage.of(new Side(oldKeys, before), new Side(keys.keys(), after), before);
            for (int c = 0; c < newCount; c++) {
                assertEquals(keys.keys().get(c), all.get(c).key());
                assertFalse(all.get(c).event() == Event.ENDED);
                assertEquals(all.get(c).from().isEmpty(), all.get(c).event() == Event.BORN);
            }
            Set<String> ended = new HashSet<>();
            for (Transition end : all.subList(newCount, all.size())) {
                assertEquals(Event.ENDED, end.event());
                assertTrue(oldKeys.contains(end.key()) && ended.add(end.key()));
            }
            for (String old : oldKeys) {
                boolean kept = keys.keys().contains(old);
                long merges = count(
                        all, each -> each.event() == Event.MERGED && each.from().contains(old));
                boolean split = count(
                                all,
                                each -> each.event() == Event.SPLIT
                                        && each.from().contains(old))
                        > 0;
                assertTrue("merged at most once", merges <= 1);
                assertEquals("ended exactly if nothing else", ended.contains(old), !kept && merges == 0 && !split);
                if (kept) {
                    assertEquals(
                            1,
                            count(
                                    all,
                                    each -> each.key().equals(old)
                                            && each.from().contains(old)));
                }
            }
            for (String key : keys.keys()) {
                assertTrue(oldKeys.contains(key) || Integer.parseInt(key.substring(1)) >= oldCount);
            }
            for (Transition each : all) {
                assertTrue(each.overlap() >= 0 && each.overlap() <= 1);
            }
        }
    }

    private static long count(List<Transition> all, Predicate<Transition> which) {
        return all.stream().filter(which).count();
    }
}
