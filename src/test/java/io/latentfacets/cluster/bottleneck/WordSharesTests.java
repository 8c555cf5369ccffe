/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.bottleneck;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import io.latentfacets.text.Bow;
import io.latentfacets.text.BowSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.Test;

/** The contract of {@link WordShares}. */
public class WordSharesTests {
    private static Bow bow(int... ids) {
        float[] counts = new float[ids.length];
        for (int i = 0; i < ids.length; i++) {
            counts[i] = 1 + i;
        }
        return new Bow(ids, counts);
    }

    private static double total(WordShares shares, int document) {
        double total = 0;
        for (int at = shares.start(document); at < shares.start(document + 1); at++) {
            total += shares.share(at);
        }
        return total;
    }

    @Test
    public void sharesAreCountsOverTheirSumWithoutTheLeftOutWords() {
        // only 3 and 9 are in two documents; 5 and 7 are in one
        WordShares shares = WordShares.of(BowSource.of(List.of(bow(3, 5, 9), bow(7), bow(3, 9), Bow.EMPTY)));
        assertEquals(4, shares.size());
        assertEquals(2, shares.words());
        assertEquals(2, shares.start(1));
        assertEquals(0, shares.word(0));
        assertEquals(1, shares.word(1));
        assertEquals(1 / 4.0, shares.share(0), 1e-9);
        assertEquals(3 / 4.0, shares.share(1), 1e-9);
        assertEquals(1 / 3.0, shares.share(shares.start(2)), 1e-7);
        assertFalse(shares.isEmpty(0));
        assertTrue("its only word is in no other document", shares.isEmpty(1));
        assertTrue(shares.isEmpty(3));
    }

    @Test
    public void onlyTheGivenRowsCount() {
        BowSource bags = BowSource.of(List.of(bow(1, 2), bow(1, 2), bow(2, 3), bow(3)));
        WordShares shares = WordShares.of(bags, new int[] {3, 2});
        assertEquals(2, shares.size());
        assertEquals("only word 3 is in two of the two documents", 1, shares.words());
        assertEquals(1, shares.share(shares.start(0)), 0);
        assertEquals(1, shares.share(shares.start(1)), 0);
    }

    @Test
    public void wordsOfMostDocumentsAreKept() {
        int[] all = new int[WordShares.MOST_WORDS + 50];
        for (int id = 0; id < all.length; id++) {
            all[id] = id;
        }
        // the second half of the ids is in three documents
        int[] frequent = Arrays.copyOfRange(all, all.length / 2, all.length);
        int[] rarest = {all.length / 2 - 1};
        WordShares shares = WordShares.of(BowSource.of(List.of(bow(all), bow(all), bow(frequent), bow(rarest))));
        assertEquals(WordShares.MOST_WORDS, shares.words());
        assertEquals(WordShares.MOST_WORDS, shares.start(1));
        assertEquals("every frequent word is kept", frequent.length, shares.start(3) - shares.start(2));
        assertFalse("a word of three documents is kept, whatever its number", shares.isEmpty(3));
        for (int at = 1; at < WordShares.MOST_WORDS; at++) {
            assertTrue("words keep their order", shares.word(at - 1) < shares.word(at));
        }
    }

    @Test
    public void sharesAreMultiplesOfTheUnitAndSumToOne() {
        Random random = new Random(3);
        List<Bow> bows = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            TreeSet<Integer> ids = new TreeSet<>();
            for (int w = random.nextInt(300); w >= 0; w--) {
                ids.add(random.nextInt(500));
            }
            float[] counts = new float[ids.size()];
            for (int w = 0; w < counts.length; w++) {
                counts[w] = random.nextFloat() * 9 + .01f;
            }
            bows.add(new Bow(ids.stream().mapToInt(Integer::intValue).toArray(), counts));
        }
        WordShares shares = WordShares.of(BowSource.of(bows));
        for (int document = 0; document < shares.size(); document++) {
            assertEquals(shares.isEmpty(document) ? 0 : 1, total(shares, document), 1e-6);
            for (int at = shares.start(document); at < shares.start(document + 1); at++) {
                double units = shares.share(at) / WordShares.UNIT;
                assertEquals(Math.rint(units), units, 0);
                assertTrue(units >= 1);
            }
        }
    }

    @Test
    public void evenTheSmallestShareIsAboveZero() {
        Bow bow = new Bow(new int[] {0, 1}, new float[] {1, 1e12f});
        WordShares shares = WordShares.of(BowSource.of(List.of(bow, bow)));
        assertTrue(shares.share(0) > 0);
    }
}
