/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.bottleneck;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.latentfacets.cluster.Measures;
import io.latentfacets.text.Bow;
import io.latentfacets.text.BowSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import org.junit.Test;

/** The contract of {@link InformationBottleneck}, against its definition. */
public class InformationBottleneckTests {
    private static final Bow A = new Bow(new int[] {0}, new float[] {5});
    private static final Bow B = new Bow(new int[] {1}, new float[] {1});

    private static InformationBottleneck bottleneck(WordShares shares) {
        return new InformationBottleneck(shares, () -> {});
    }

    private static InformationBottleneck bottleneck(WordShares shares, double penalty) {
        return new InformationBottleneck(shares, penalty, () -> {});
    }

    private static WordShares shares(Bow... bows) {
        return WordShares.of(BowSource.of(List.of(bows)));
    }

    /** Documents of several subjects: half of the words of a document are from ten words of its subject. */
    private static WordShares subjects(Random random, int n, int subjects, int length) {
        List<Bow> bows = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            TreeMap<Integer, Float> counts = new TreeMap<>();
            for (int w = 0; w < length; w++) {
                int id = random.nextBoolean() ? 1000 + 10 * (i % subjects) + random.nextInt(10) : random.nextInt(200);
                counts.merge(id, 1f, Float::sum);
            }
            float[] values = new float[counts.size()];
            int e = 0;
            for (float count : counts.values()) {
                values[e++] = count;
            }
            bows.add(
                    new Bow(counts.keySet().stream().mapToInt(Integer::intValue).toArray(), values));
        }
        return WordShares.of(BowSource.of(bows));
    }

    private static int[] random(Random random, int n, int count) {
        return random.ints(n, 0, count).toArray();
    }

    /** The mutual information by its definition, Σ p(w,c) ln (p(w,c) / (p(w) p(c))). */
    private static double definition(WordShares shares, int[] clusters, int count) {
        double[][] joint = new double[count][shares.words()];
        double n = 0;
        for (int document = 0; document < shares.size(); document++) {
            if (clusters[document] >= 0 && !shares.isEmpty(document)) {
                n++;
                for (int at = shares.start(document); at < shares.start(document + 1); at++) {
                    joint[clusters[document]][shares.word(at)] += shares.share(at);
                }
            }
        }
        double information = 0;
        for (double[] row : joint) {
            for (int w = 0; w < row.length; w++) {
                double ofWord = 0;
                for (double[] other : joint) {
                    ofWord += other[w] / n;
                }
                double p = row[w] / n;
                double ofCluster = Arrays.stream(row).sum() / n;
                information += p > 0 ? p * Math.log(p / (ofWord * ofCluster)) : 0;
            }
        }
        return information;
    }

    @Test
    public void clustersThatTellTheWordHaveTheEntropyOfTheWord() {
        WordShares shares = shares(A, A, B, B);
        InformationBottleneck bottleneck = bottleneck(shares);
        assertEquals(Math.log(2), bottleneck.information(new int[] {0, 0, 1, 1}, 2), 1e-12);
        assertEquals(0, bottleneck.information(new int[] {0, 1, 0, 1}, 2), 1e-12);
        // clusters {A, A, B} and {B}: ln 2 − ¾ H(⅓)
        double entropy = Math.log(3) / 3 + 2 * Math.log(1.5) / 3;
        assertEquals(Math.log(2) - .75 * entropy, bottleneck.information(new int[] {0, 0, 0, 1}, 2), 1e-12);
    }

    @Test
    public void theLengthOfADocumentDoesNotCount() {
        Bow longer = new Bow(new int[] {0, 1}, new float[] {300, 100});
        Bow shorter = new Bow(new int[] {0, 1}, new float[] {3, 1});
        int[] clusters = {0, 1, 1};
        assertEquals(
                bottleneck(shares(longer, A, B)).information(clusters, 2),
                bottleneck(shares(shorter, A, B)).information(clusters, 2),
                1e-12);
    }

    @Test
    public void informationIsTheDefinition() {
        Random random = new Random(5);
        for (int count : new int[] {1, 2, 3, 7}) {
            WordShares shares = subjects(random, 60, 4, 1 + random.nextInt(20));
            int[] clusters = random(random, 60, count);
            clusters[3] = -1;
            assertEquals(definition(shares, clusters, count), bottleneck(shares).information(clusters, count), 1e-6);
        }
    }

    @Test
    public void gainsAreDifferencesOfTheObjective() {
        Random random = new Random(6);
        WordShares shares = subjects(random, 40, 3, 12);
        int[] clusters = random(random, 40, 5);
        for (int document = 0; document < 40; document++) {
            int own = clusters[document];
            clusters[document] = -1;
            double penalty = document % 2 == 0 ? 0 : .3;
            ClusterWords without = new ClusterWords(shares, clusters, 5, penalty);
            double[] gains = new double[5];
            without.gains(document, gains);
            for (int c = 0; c < 5; c++) {
                clusters[document] = c;
                assertEquals(
                        new ClusterWords(shares, clusters, 5, penalty).objective() - without.objective(),
                        gains[c],
                        1e-9);
            }
            clusters[document] = own;
        }
    }

    @Test
    public void changesLeaveNoTrace() {
        Random random = new Random(7);
        WordShares shares = subjects(random, 50, 3, 9);
        int[] clusters = random(random, 50, 4);
        ClusterWords moved = new ClusterWords(shares, clusters, 4, .2);
        for (int i = 0; i < 5000; i++) {
            int document = random.nextInt(50);
            moved.change(document, clusters[document], false);
            clusters[document] = random.nextInt(4);
            moved.change(document, clusters[document], true);
        }
        ClusterWords anew = new ClusterWords(shares, clusters, 4, .2);
        assertEquals("to the last bit", anew.objective(), moved.objective(), 0);
        assertEquals(anew.information(), moved.information(), 0);
    }

    @Test
    public void thePenaltyIsTheEntropyOfTheClusters() {
        WordShares shares = shares(A, A, A, B, B);
        // clusters of 3, 1 and 1 documents tell the word: its entropy is that of (3/5, 2/5)
        int[] clusters = {0, 0, 0, 1, 2};
        double information = -.6 * Math.log(.6) - .4 * Math.log(.4);
        double entropy = -.6 * Math.log(.6) - 2 * .2 * Math.log(.2);
        assertEquals(information - .25 * entropy, bottleneck(shares, .25).objective(clusters, 3), 1e-12);
        assertEquals(information, bottleneck(shares, .25).information(clusters, 3), 1e-12);
        assertEquals(information, bottleneck(shares).objective(clusters, 3), 1e-12);
        // 2 and 1 in the place of 1 and 2 tell as much, and so does any division of the A; only their entropy differs
        int[] even = {0, 0, 1, 2, 2};
        assertEquals(information, bottleneck(shares, .25).information(even, 3), 1e-12);
        assertThat(
                bottleneck(shares, .25).objective(clusters, 3),
                greaterThan(bottleneck(shares, .25).objective(even, 3)));
        assertEquals(0, bottleneck(shares, .25).objective(new int[] {-1, -1, -1, -1, -1}, 2), 0);
    }

    @Test
    public void everyMoveRaisesTheInformation() {
        everyMoveRaisesTheObjective(0);
    }

    @Test
    public void everyMoveRaisesTheObjectiveWithAPenalty() {
        everyMoveRaisesTheObjective(.2);
    }

    private static void everyMoveRaisesTheObjective(double penalty) {
        Random random = new Random(8);
        WordShares shares = subjects(random, 120, 5, 15);
        InformationBottleneck bottleneck = bottleneck(shares, penalty);
        int[] clusters = random(random, 120, 5);
        int moved = 0;
        for (int pass = 0; pass < 12; pass++) {
            InformationBottleneck.Division next = bottleneck.polish(clusters, 5, 1, new SplittableRandom(pass));
            // the order of a pass with this seed, replayed one document at a time
            int[] replayed = clusters.clone();
            double before = bottleneck.objective(replayed, 5);
            for (int document : order(120, new SplittableRandom(pass))) {
                if (replayed[document] != next.clusters()[document]) {
                    replayed[document] = next.clusters()[document];
                    double after = bottleneck.objective(replayed, 5);
                    assertThat(after, greaterThan(before));
                    before = after;
                    moved++;
                }
            }
            assertArrayEquals(next.clusters(), replayed);
            assertEquals(bottleneck.information(next.clusters(), 5), next.information(), 1e-12);
            assertEquals(bottleneck.objective(next.clusters(), 5), next.objective(), 1e-12);
            clusters = next.clusters();
        }
        assertThat(moved, greaterThan(50));
    }

    private static int[] order(int n, SplittableRandom random) {
        int[] order = new int[n];
        Arrays.setAll(order, i -> i);
        for (int i = n - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swap = order[i];
            order[i] = order[j];
            order[j] = swap;
        }
        return order;
    }

    @Test
    public void aSettledDivisionIsALocalMaximum() {
        Random random = new Random(9);
        WordShares shares = subjects(random, 60, 4, 10);
        InformationBottleneck bottleneck = bottleneck(shares);
        InformationBottleneck.Division settled =
                bottleneck.polish(random(random, 60, 4), 4, 1000, new SplittableRandom(1));
        int[] clusters = settled.clusters();
        for (int document = 0; document < 60; document++) {
            int own = clusters[document];
            for (int c = 0; c < 4; c++) {
                clusters[document] = c;
                assertTrue(bottleneck.information(clusters, 4) <= settled.information() + 1e-9);
            }
            clusters[document] = own;
        }
    }

    @Test
    public void theBestOfAllDivisionsOfASmallSetIsFound() {
        Random random = new Random(10);
        for (int round = 0; round < 20; round++) {
            int n = 8;
            int count = 2 + round % 2;
            WordShares shares = subjects(random, n, 3, 4);
            InformationBottleneck bottleneck = bottleneck(shares);
            double most = 0;
            int[] clusters = new int[n];
            for (int code = 0; code < Math.pow(count, n); code++) {
                int rest = code;
                for (int i = 0; i < n; i++) {
                    clusters[i] = rest % count;
                    rest /= count;
                }
                most = Math.max(most, bottleneck.information(clusters, count));
            }
            assertEquals(
                    most,
                    bottleneck
                            .divide(count, 40, 100, new SplittableRandom(round))
                            .information(),
                    1e-9);
        }
    }

    @Test
    public void subjectsAreFound() {
        Random random = new Random(11);
        WordShares shares = subjects(random, 600, 6, 20);
        int[] truth = new int[600];
        Arrays.setAll(truth, i -> i % 6);
        InformationBottleneck.Division division = bottleneck(shares).divide(6, 5, 30, new SplittableRandom(1));
        assertEquals(6, division.count());
        assertThat(Measures.nmi(truth, division.clusters()), greaterThan(.95));
        assertThat(
                division.information(), greaterThanOrEqualTo(bottleneck(shares).information(truth, 6)));
    }

    @Test
    public void emptyDocumentsTakeNoPart() {
        WordShares shares = shares(A, Bow.EMPTY, A, B, B, Bow.EMPTY);
        InformationBottleneck bottleneck = bottleneck(shares);
        assertEquals(Math.log(2), bottleneck.information(new int[] {0, 0, 0, 1, 1, 1}, 2), 1e-12);
        InformationBottleneck.Division polished =
                bottleneck.polish(new int[] {0, 1, 1, 1, 1, -1}, 2, 9, new SplittableRandom(1));
        assertEquals(1, polished.clusters()[1]);
        assertEquals(-1, polished.clusters()[5]);
        assertArrayEquals(new int[] {0, 1, 0, 1, 1, -1}, polished.clusters());
        int[] divided = bottleneck.divide(2, 3, 9, new SplittableRandom(1)).clusters();
        assertEquals(-1, divided[1]);
        assertEquals(-1, divided[5]);
    }

    @Test
    public void documentsWithoutAClusterStayWithoutOne() {
        WordShares shares = shares(A, A, B, B, A);
        InformationBottleneck.Division polished =
                bottleneck(shares).polish(new int[] {0, 1, 1, 1, -1}, 2, 9, new SplittableRandom(1));
        assertArrayEquals(new int[] {0, 0, 1, 1, -1}, polished.clusters());
    }

    @Test
    public void oneClusterTellsNothing() {
        WordShares shares = subjects(new Random(12), 30, 3, 10);
        InformationBottleneck.Division division = bottleneck(shares).divide(1, 2, 5, new SplittableRandom(1));
        assertEquals(0, division.information(), 1e-9);
        assertEquals(0, Arrays.stream(division.clusters()).max().orElseThrow());
    }

    @Test
    public void noClusterRunsEmpty() {
        Random random = new Random(13);
        for (int round = 0; round < 30; round++) {
            int n = 4 + random.nextInt(12);
            int count = 2 + random.nextInt(n - 2);
            WordShares shares = subjects(random, n, 2, 6);
            int[] start = new int[n];
            Arrays.setAll(start, i -> i % count);
            int[] polished = bottleneck(shares)
                    .polish(start, count, 50, new SplittableRandom(round))
                    .clusters();
            assertEquals(count, Arrays.stream(polished).distinct().count());
        }
    }

    @Test
    public void thereAreNoMoreClustersThanDocumentsWithWords() {
        InformationBottleneck.Division division =
                bottleneck(shares(A, B, A, B, Bow.EMPTY)).divide(9, 2, 5, new SplittableRandom(1));
        assertEquals(4, division.count());
        assertEquals(5, Arrays.stream(division.clusters()).distinct().count());
        InformationBottleneck.Division none =
                bottleneck(shares(Bow.EMPTY, Bow.EMPTY)).divide(3, 2, 5, new SplittableRandom(1));
        assertArrayEquals(new int[] {-1, -1}, none.clusters());
        assertEquals(0, none.information(), 0);
    }

    @Test
    public void theSameSeedGivesTheSameDivision() {
        WordShares shares = subjects(new Random(14), 200, 5, 8);
        int[] first =
                bottleneck(shares).divide(5, 2, 9, new SplittableRandom(4)).clusters();
        assertArrayEquals(
                first,
                bottleneck(shares).divide(5, 2, 9, new SplittableRandom(4)).clusters());
        int[] start = random(new Random(1), 200, 5);
        int[] kept = start.clone();
        int[] polished =
                bottleneck(shares).polish(start, 5, 3, new SplittableRandom(4)).clusters();
        assertArrayEquals("the start is not changed", kept, start);
        assertArrayEquals(
                polished,
                bottleneck(shares).polish(start, 5, 3, new SplittableRandom(4)).clusters());
    }

    @Test
    public void itStopsWhenCancelled() {
        WordShares shares = subjects(new Random(15), 3000, 5, 20);
        InformationBottleneck cancelled = new InformationBottleneck(shares, () -> {
            throw new CancellationException();
        });
        assertThrows(CancellationException.class, () -> cancelled.divide(5, 1, 9, new SplittableRandom(1)));
    }

    @Test
    public void aDivisionMustFit() {
        InformationBottleneck bottleneck = bottleneck(shares(A, A, B, B));
        assertThrows(IllegalArgumentException.class, () -> bottleneck.information(new int[3], 2));
        assertThrows(IllegalArgumentException.class, () -> bottleneck.information(new int[] {0, 1, 2, 0}, 2));
    }
}
