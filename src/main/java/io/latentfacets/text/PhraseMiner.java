/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text;

import io.latentfacets.text.language.Language;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Finds phrases: pairs of adjacent words with a high normalised pointwise mutual information (Bouma, 2009: ln(p(a,b) /
 * p(a)p(b)) / -ln p(a,b)). The miner replays the words twice, as in PCY's hash filter (Park, Chen, Yu, 1995). The first
 * pass counts pairs in a hash table of fixed size. The second pass counts exactly those pairs that can be frequent
 * enough according to the table. The result is exact, and memory stays small for a corpus of any size.
 */
final class PhraseMiner {
    /**
     * A pair of adjacent words.
     *
     * @param first the vocabulary id of the first word
     * @param second the vocabulary id of the second word
     * @param count the number of occurrences of the pair
     * @param docFreq the number of documents that contain the pair
     * @param npmi the normalised pointwise mutual information, at most 1
     */
    record Phrase(int first, int second, long count, int docFreq, double npmi) {}

    static final double MIN_NPMI = 0.35;

    private static final int TABLE_BITS = 23;

    private final int[] idOfForm;
    private final long[] counts;
    private final long words;

    /**
     * @param idOfForm the vocabulary id of each form, -1 for words outside the vocabulary
     * @param counts the number of occurrences of each vocabulary word
     * @param words the number of words in the corpus, including those outside the vocabulary
     */
    PhraseMiner(int[] idOfForm, long[] counts, long words) {
        this.idOfForm = idOfForm;
        this.counts = counts;
        this.words = words;
    }

    /**
     * Finds the phrases that occur in at least {@code minDocFreq} documents: highest document frequency first, then
     * highest mutual information, at most {@code limit}.
     */
    List<Phrase> mine(Spill spill, int minDocFreq, int limit) throws IOException {
        byte[] table = new byte[1 << TABLE_BITS];
        spill.replay(new Pairs() {
            @Override
            void pair(int first, int second, int doc) {
                int slot = slot(first, second);
                if (table[slot] < Byte.MAX_VALUE) {
                    table[slot]++;
                }
            }
        });
        int floor = Math.min(minDocFreq, Byte.MAX_VALUE);
        PairCounts pairs = new PairCounts();
        spill.replay(new Pairs() {
            @Override
            void pair(int first, int second, int doc) {
                if (table[slot(first, second)] >= floor) {
                    pairs.add(first, second, doc);
                }
            }
        });
        List<Phrase> phrases = new ArrayList<>();
        pairs.forEach((first, second, count, docFreq) -> {
            double npmi = npmi(count, counts[first], counts[second], words);
            if (docFreq >= minDocFreq && npmi >= MIN_NPMI) {
                phrases.add(new Phrase(first, second, count, docFreq, npmi));
            }
        });
        phrases.sort(Comparator.comparingInt((Phrase p) -> -p.docFreq()) // stable: ties stay in order of their ids
                .thenComparingDouble(p -> -p.npmi()));
        return List.copyOf(phrases.subList(0, Math.min(limit, phrases.size())));
    }

    static double npmi(long together, long first, long second, long words) {
        double pmi = Math.log((double) together * words / ((double) first * second));
        return together >= words ? 1 : pmi / Math.log((double) words / together);
    }

    private static int slot(int first, int second) {
        return (int) (PairCounts.mix(PairCounts.key(first, second)) >>> (64 - TABLE_BITS));
    }

    /** Reduces a replay to pairs of adjacent, different vocabulary words. */
    private abstract class Pairs implements Spill.Visitor {
        private int previous = -1;
        private int doc;

        abstract void pair(int first, int second, int doc);

        @Override
        public void field(float weight, Language language) {
            previous = -1;
        }

        @Override
        public void word(int form, boolean adjacent) {
            int id = idOfForm[form];
            if (adjacent && previous >= 0 && id >= 0 && previous != id) {
                pair(previous, id, doc);
            }
            previous = id;
        }

        @Override
        public void endDocument() {
            previous = -1;
            doc++;
        }
    }
}
