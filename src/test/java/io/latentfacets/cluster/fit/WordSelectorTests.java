/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.fit;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.lessThan;
import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertThrows;

import io.latentfacets.cluster.Clouds;
import io.latentfacets.cluster.ClusterOptions;
import io.latentfacets.cluster.LinearRule;
import io.latentfacets.cluster.Measures;
import io.latentfacets.cluster.Partition;
import io.latentfacets.text.Bow;
import io.latentfacets.text.BowSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.Test;

/** Rules that are selected and improved by the words of documents. */
public class WordSelectorTests {

    /** A third of a document's words are from the ten words of its subject. */
    private static BowSource words(Random random, int[] subjects, int length) {
        List<Bow> bows = new ArrayList<>();
        for (int subject : subjects) {
            TreeMap<Integer, Float> counts = new TreeMap<>();
            for (int w = 0; w < length; w++) {
                int id = random.nextInt(3) == 0 ? 500 + 10 * subject + random.nextInt(10) : random.nextInt(100);
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
        return BowSource.of(bows);
    }

    /** Four groups of points at the corners of a square. */
    private static float[][] corners(Random random, int n, int dims) {
        float[][] means = new float[4][dims];
        for (int c = 0; c < 4; c++) {
            means[c][0] = 1;
            means[c][1] = c % 2 == 0 ? .4f : -.4f;
            means[c][2] = c / 2 == 0 ? .4f : -.4f;
        }
        return Clouds.around(random, means, n, .4);
    }

    private static int[] of(int n, IntUnaryOperator subject) {
        return IntStream.range(0, n).map(subject).toArray();
    }

    private static Partition cluster(float[][] points, BowSource words, int count) {
        return new Clusterer(new ClusterOptions(count, 42)).cluster(points, words, Clouds::goOn);
    }

    @Test
    public void wordsDecideWhichDivisionIsMeant() {
        for (int n : new int[] {200, 2000}) {
            Random random = new Random(1);
            float[][] points = corners(random, n, 8);
            // a square can be divided either way, and its geometry does not tell which is meant
            for (int[] truth : new int[][] {of(n, i -> i % 2), of(n, i -> i % 4 / 2)}) {
                assertThat(
                        Measures.nmi(
                                truth,
                                cluster(points, words(random, truth, 40), 2).assign(points)),
                        greaterThan(.9));
            }
        }
    }

    @Test
    public void wordsImproveBorders() {
        Random random = new Random(2);
        int n = 1000;
        int[] truth = Clouds.truth(n, 6);
        float[][] points = Clouds.around(random, Clouds.random(random, 6, 32), n, 2.4);
        double without = Measures.nmi(truth, cluster(points, null, 6).assign(points));
        double with =
                Measures.nmi(truth, cluster(points, words(random, truth, 40), 6).assign(points));
        assertThat(with, greaterThan(without + .02));
    }

    @Test
    public void documentsWithoutWordsAreAssignedByTheirLatents() {
        Random random = new Random(3);
        int n = 2000;
        int[] truth = Clouds.truth(n, 5);
        float[][] points = Clouds.around(random, Clouds.random(random, 5, 16), n, .5);
        BowSource all = words(random, truth, 30);
        List<Bow> some = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            some.add(i % 3 == 0 ? Bow.EMPTY : all.get(i));
        }
        Partition partition = cluster(points, BowSource.of(some), 5);
        assertThat(Measures.nmi(truth, partition.assign(points)), greaterThan(.98));
    }

    @Test
    public void wordsOfFewDocumentsHaveNoSay() {
        Random random = new Random(4);
        int n = 1500;
        float[][] points = Clouds.around(random, Clouds.random(random, 5, 16), n, 1);
        BowSource all = words(random, Clouds.truth(n, 5), 30);
        List<Bow> few = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            few.add(i % 3 > 0 ? Bow.EMPTY : all.get(i));
        }
        assertSame(cluster(points, null, 5), cluster(points, BowSource.of(few), 5));
        assertNull(new WordSelector(points, all, new SplittableRandom(1), Clouds::goOn).select(RuleSelector.MANY + 1));
    }

    private static void assertSame(Partition expected, Partition actual) {
        assertArrayEquals(expected.directions(), actual.directions());
        assertArrayEquals(expected.biases(), actual.biases(), 0);
        assertArrayEquals(expected.centroids(), actual.centroids());
    }

    @Test
    public void rowsWithoutALatentAreIgnored() {
        Random random = new Random(5);
        int n = 1200;
        int[] truth = Clouds.truth(n, 4);
        float[][] points = Clouds.around(random, Clouds.random(random, 4, 16), n, .8);
        BowSource words = words(random, truth, 30);
        List<Bow> sparseWords = new ArrayList<>();
        float[][] sparse = new float[2 * n][];
        for (int i = 0; i < 2 * n; i++) {
            sparse[i] = i % 2 == 0 ? points[i / 2] : new float[16];
            // these words would mislead
            sparseWords.add(words.get(i % 2 == 0 ? i / 2 : (i + 8) % n));
        }
        assertSame(cluster(points, words, 4), cluster(sparse, BowSource.of(sparseWords), 4));
    }

    @Test
    public void everyClusterHasPoints() {
        for (int round = 0; round < 12; round++) {
            Random random = new Random(100 + round);
            int n = 30 + random.nextInt(1200);
            int count = 2 + random.nextInt(Math.min(40, n / 3));
            float[][] points = Clouds.around(random, Clouds.random(random, 7, 16), n, 1.5);
            BowSource words = words(random, random.ints(n, 0, 9).toArray(), 8);
            Partition partition = cluster(points, words, count);
            assertEquals(count, partition.count());
            assertEquals(
                    count, Arrays.stream(partition.assign(points)).distinct().count());
        }
    }

    @Test
    public void theSameInputGivesTheSameRule() {
        Random random = new Random(6);
        float[][] points = Clouds.around(random, Clouds.random(random, 5, 16), 900, 1);
        BowSource words = words(random, Clouds.truth(900, 5), 20);
        assertSame(cluster(points, words, 5), cluster(points, words, 5));
    }

    @Test
    public void fewerDistinctPointsThanClustersAreNoError() {
        float[][] points = new float[40][8];
        for (int i = 0; i < 40; i++) {
            points[i][i % 2] = 1;
        }
        Partition partition = cluster(points, words(new Random(7), Clouds.truth(40, 2), 10), 5);
        assertEquals(2, partition.count());
    }

    @Test
    public void longDocumentsAreSampled() {
        Random random = new Random(8);
        int n = 600;
        float[][] points = Clouds.around(random, Clouds.random(random, 3, 16), n, .5);
        int[] ids = IntStream.range(0, 20_000).toArray();
        float[] counts = new float[ids.length];
        Arrays.fill(counts, 1);
        Bow longOne = new Bow(ids, counts);
        AtomicInteger reads = new AtomicInteger();
        BowSource words = new BowSource() {
            @Override
            public int size() {
                return n;
            }

            @Override
            public Bow get(int doc) {
                reads.incrementAndGet();
                return longOne;
            }
        };
        LinearRule rule = new WordSelector(points, words, new SplittableRandom(1), Clouds::goOn).select(3);
        assertNotNull(rule);
        // once to measure them; then four times those that are affordable, twice to judge and twice to improve
        int affordable = (int) (WordSelector.MAX_ENTRIES / ids.length);
        assertThat(affordable, lessThan(n));
        assertThat(reads.get(), lessThan(5 * affordable + 2));
    }

    @Test
    public void itStopsWhenCancelled() {
        Random random = new Random(9);
        float[][] points = Clouds.around(random, Clouds.random(random, 5, 16), 2000, 1);
        BowSource words = words(random, Clouds.truth(2000, 5), 40);
        AtomicInteger all = new AtomicInteger();
        new Clusterer(new ClusterOptions(5, 42)).cluster(points, words, all::incrementAndGet);
        for (int at : new int[] {1, all.get() / 2, all.get() - 1}) {
            AtomicInteger calls = new AtomicInteger();
            assertThrows(CancellationException.class, () -> new Clusterer(new ClusterOptions(5, 42))
                    .cluster(points, words, () -> {
                        if (calls.incrementAndGet() >= at) {
                            throw new CancellationException();
                        }
                    }));
        }
    }

    @Test
    public void wordsHaveNoSayInTheNumberOfClusters() {
        Random random = new Random(10);
        float[][] points = Clouds.around(random, Clouds.random(random, 6, 32), 1500, .5);
        Partition without = cluster(points, null, ClusterOptions.AUTO);
        Partition with = cluster(points, words(random, Clouds.truth(1500, 3), 30), ClusterOptions.AUTO);
        assertEquals(without.curve(), with.curve());
        assertEquals(without.count(), with.count());
    }
}
