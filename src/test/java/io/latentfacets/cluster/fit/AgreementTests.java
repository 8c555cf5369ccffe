/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.fit;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.not;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.latentfacets.text.Bow;
import io.latentfacets.text.BowSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.Test;

public class AgreementTests {
    private static final long SEED = 17;
    private static final int DOCUMENTS = 120;
    private static final int WORDS_OF_SUBJECT = 10;

    private static int subject(int document) {
        return document % 3;
    }

    private static float[] ones(int length) {
        float[] ones = new float[length];
        Arrays.fill(ones, 1);
        return ones;
    }

    /** Four words of ten that only the subject has. */
    private static List<Bow> told(SplittableRandom random) {
        List<Bow> bags = new ArrayList<>();
        for (int document = 0; document < DOCUMENTS; document++) {
            int first = WORDS_OF_SUBJECT * subject(document);
            int[] ids = random.ints(first, first + WORDS_OF_SUBJECT)
                    .distinct()
                    .limit(4)
                    .sorted()
                    .toArray();
            bags.add(new Bow(ids, ones(ids.length)));
        }
        return bags;
    }

    /** The same two words for all documents. */
    private static List<Bow> silent() {
        return Collections.nCopies(DOCUMENTS, new Bow(new int[] {0, 1}, ones(2)));
    }

    private static Agreement words(List<Bow> bags, int[] rows, SplittableRandom random) {
        return Agreement.of(BowSource.of(bags), rows, ones(3 * WORDS_OF_SUBJECT), random, () -> {});
    }

    private static int[][] nearest(List<Bow> bags, int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return words(bags, rows(bags.size()), random).nearest(count, random, () -> {});
    }

    private static double ofSameSubject(int[][] nearest) {
        int same = 0;
        int all = 0;
        for (int document = 0; document < nearest.length; document++) {
            for (int near : nearest[document]) {
                same += subject(near) == subject(document) ? 1 : 0;
                all++;
            }
        }
        return (double) same / all;
    }

    @Test
    public void neighborsAreOfTheSameSubject() {
        SplittableRandom random = new SplittableRandom(SEED);
        // two documents of a subject share a word or two of ten, and some share none
        assertThat(ofSameSubject(nearest(told(random), 10, 1)), greaterThan(.97));
    }

    @Test
    public void neighborsAreOtherDocuments() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int count : new int[] {1, 7, 500}) {
            int[][] nearest = nearest(told(random), count, SEED);
            for (int document = 0; document < DOCUMENTS; document++) {
                int own = document;
                assertThat(nearest[document].length, equalTo(Math.min(count, DOCUMENTS - 1)));
                assertThat(
                        Arrays.stream(nearest[document])
                                .filter(near -> near != own)
                                .distinct()
                                .count(),
                        equalTo((long) nearest[document].length));
            }
        }
    }

    @Test
    public void equalSeedsGiveEqualNeighbors() {
        long seed = SEED;
        SplittableRandom random = new SplittableRandom(seed);
        List<Bow> bags = told(random);
        int[][] nearest = nearest(bags, 10, seed);
        assertTrue(Arrays.deepEquals(nearest, nearest(bags, 10, seed)));
        assertThat(Arrays.deepEquals(nearest, nearest(bags, 10, seed + 1)), not(true));
    }

    @Test
    public void onlyTheGivenRowsTakePart() {
        SplittableRandom random = new SplittableRandom(SEED);
        List<Bow> bags = told(random);
        int[] rows = IntStream.range(0, DOCUMENTS).filter(row -> row % 2 == 1).toArray();
        int[][] nearest = words(bags, rows, random).nearest(5, random, () -> {});
        int same = 0;
        for (int i = 0; i < rows.length; i++) {
            for (int near : nearest[i]) {
                same += subject(rows[near]) == subject(rows[i]) ? 1 : 0;
            }
        }
        assertThat(same / (5.0 * rows.length), greaterThan(.97));
    }

    @Test
    public void itSuitsSmallCollectionsOfBoundedLength() {
        Bow word = new Bow(new int[] {0}, new float[] {1});
        List<Bow> short2000 = Collections.nCopies(Agreement.MOST_DOCUMENTS + 1, word);
        BowSource words = BowSource.of(short2000);
        assertThat(Agreement.suits(words, rows(Agreement.MOST_DOCUMENTS)), is(true));
        assertThat(Agreement.suits(words, rows(Agreement.MOST_DOCUMENTS + 1)), is(false));
        int each = Agreement.MOST_ENTRIES / 100;
        Bow bag = new Bow(IntStream.range(0, each).toArray(), ones(each));
        BowSource all = BowSource.of(Collections.nCopies(200, bag));
        assertThat(Agreement.suits(all, rows(100)), is(true));
        assertThat(Agreement.suits(all, rows(101)), is(false));
        assertThat(Agreement.bytes(Agreement.MOST_DOCUMENTS + 1, 1000), equalTo(0L));
    }

    private static int[] rows(int count) {
        return IntStream.range(0, count).toArray();
    }

    @Test
    public void equalsAreNotInTheOrderOfTheDocuments() {
        SplittableRandom random = new SplittableRandom(SEED);
        int[][] nearest = words(silent(), rows(DOCUMENTS), random).nearest(1, random, () -> {});
        long following = IntStream.range(0, DOCUMENTS)
                .filter(document -> nearest[document][0] == (document + 1) % DOCUMENTS)
                .count();
        assertThat(following, lessThan(DOCUMENTS / 10L));
    }

    @Test
    public void cancels() {
        SplittableRandom random = new SplittableRandom(SEED);
        BowSource words = BowSource.of(told(random));
        Runnable cancelled = () -> {
            throw new CancellationException();
        };
        assertThrows(
                CancellationException.class,
                () -> Agreement.of(words, rows(DOCUMENTS), ones(3 * WORDS_OF_SUBJECT), random, cancelled));
        Agreement agreement = words(told(random), rows(DOCUMENTS), random);
        assertThrows(CancellationException.class, () -> agreement.nearest(5, random, cancelled));
    }
}
