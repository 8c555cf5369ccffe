/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text;

import io.latentfacets.text.language.Language;
import io.latentfacets.text.tokens.Gap;
import java.io.IOException;
import java.util.Arrays;

/**
 * Finds the vocabulary entries that belong to the form of documents rather than to their subject: signatures, quoted
 * mottoes, names beside mail addresses, column headings and units of tables. An entry is boilerplate if
 *
 * <ul>
 *   <li>the same two words before it and the same two words after it surround a large part of its occurrences, or
 *   <li>a large part of its occurrences are within two words of an address, or
 *   <li>most of its occurrences are beside a number, or beside a repetition of the word.
 * </ul>
 *
 * <p>The class replays the corpus twice. The first pass finds the surroundings that may be frequent enough (Misra and
 * Gries, 1982, with two counters an entry), the second counts them. Memory is 36 bytes an entry plus 9 bytes a word of
 * the longest field, whatever the size of the corpus.
 */
final class Boilerplate {
    /**
     * The smallest share of an entry's occurrences in the same surroundings. Two counters find every share above one
     * third.
     */
    private static final double SAME = 0.4;

    /**
     * The smallest number of occurrences in the same surroundings. Fewer may be one message that a few replies quote.
     */
    private static final int MIN_SAME = 5;

    private static final double BESIDE_ADDRESS = 0.4;
    private static final double BESIDE_NUMBER = 2.0 / 3;

    /** The number of words or gaps on each side that make up the surroundings. */
    private static final int REACH = 2;

    /** The symbols of the surroundings: the end of a field, the gaps, and from {@link #FIRST_WORD} on the words. */
    private static final int END = 0;

    private static final int NUMBER = 1;
    private static final int ADDRESS = 2;
    private static final int FIRST_WORD = 3;

    /**
     * The smallest number of words or gaps in the surroundings. Fewer mean a field of a few words rather than a text.
     */
    private static final int MIN_WORDS = 3;

    private final Runnable check;
    private final Vocabulary vocabulary;
    private final Lexicon lexicon;
    private final int[] idOfForm;
    private final long[] candidates;
    private final int[] votes;
    private final int[] occurrences;
    private final int[] byNumber;
    private final int[] byAddress;

    /**
     * @param vocabulary the vocabulary, including its phrases
     * @param lexicon the terms and forms of the corpus
     * @param idOfForm the vocabulary id of each form, -1 for words outside the vocabulary
     * @param spill the words of the corpus
     * @param check runs for each document; throws to stop
     */
    Boilerplate(Vocabulary vocabulary, Lexicon lexicon, int[] idOfForm, Spill spill, Runnable check)
            throws IOException {
        this.check = check;
        this.vocabulary = vocabulary;
        this.lexicon = lexicon;
        this.idOfForm = idOfForm;
        this.candidates = new long[2 * vocabulary.size()];
        this.votes = new int[2 * vocabulary.size()];
        this.occurrences = new int[vocabulary.size()];
        this.byNumber = new int[vocabulary.size()];
        this.byAddress = new int[vocabulary.size()];
        spill.replay(new Surroundings() {
            @Override
            void found(int id, long around, boolean number, boolean address) {
                vote(2 * id, around);
                occurrences[id]++;
                byNumber[id] += number ? 1 : 0;
                byAddress[id] += address ? 1 : 0;
            }
        });
        Arrays.fill(votes, 0);
        spill.replay(new Surroundings() {
            @Override
            void found(int id, long around, boolean number, boolean address) {
                if (around != 0) {
                    votes[2 * id] += candidates[2 * id] == around ? 1 : 0;
                    votes[2 * id + 1] += candidates[2 * id + 1] == around ? 1 : 0;
                }
            }
        });
    }

    /** Whether the entry is boilerplate. */
    boolean contains(int id) {
        int same = Math.max(votes[2 * id], votes[2 * id + 1]);
        return (same >= MIN_SAME && same >= SAME * occurrences[id])
                || byAddress[id] > BESIDE_ADDRESS * occurrences[id]
                || byNumber[id] > BESIDE_NUMBER * occurrences[id];
    }

    private void vote(int slot, long around) {
        if (votes[slot] > 0 && candidates[slot] == around) {
            votes[slot]++;
        } else if (votes[slot + 1] > 0 && candidates[slot + 1] == around) {
            votes[slot + 1]++;
        } else if (votes[slot] == 0) {
            candidates[slot] = around;
            votes[slot] = 1;
        } else if (votes[slot + 1] == 0) {
            candidates[slot + 1] = around;
            votes[slot + 1] = 1;
        } else {
            votes[slot]--;
            votes[slot + 1]--;
        }
    }

    /** Reduces a replay to the entries and their surroundings. */
    private abstract class Surroundings implements Spill.Visitor {
        private int[] symbols = new int[1024];
        private int[] ids = new int[1024];
        private boolean[] adjacents = new boolean[1024];
        private int count;

        /**
         * Receives one occurrence of an entry.
         *
         * @param id the vocabulary id of the entry
         * @param around a hash of the words and gaps on both sides, 0 if there are too few
         * @param number whether the entry is beside a number or a repetition of its word
         * @param address whether an address is among the surroundings
         */
        abstract void found(int id, long around, boolean number, boolean address);

        @Override
        public void field(float weight, Language language) {
            end();
        }

        @Override
        public void word(int form, boolean adjacent) {
            add(FIRST_WORD + lexicon.termOf(form), idOfForm[form], adjacent);
        }

        @Override
        public void gap(Gap gap) {
            add(gap == Gap.NUMBER ? NUMBER : ADDRESS, -1, false);
        }

        @Override
        public void endDocument() {
            check.run();
            end();
        }

        private void add(int symbol, int id, boolean adjacent) {
            if (count == symbols.length) {
                symbols = Arrays.copyOf(symbols, 2 * count);
                ids = Arrays.copyOf(ids, 2 * count);
                adjacents = Arrays.copyOf(adjacents, 2 * count);
            }
            symbols[count] = symbol;
            ids[count] = id;
            adjacents[count++] = adjacent;
        }

        private void end() {
            for (int i = 0; i < count; i++) {
                if (ids[i] >= 0) {
                    look(ids[i], i, i);
                    if (i > 0 && adjacents[i] && ids[i - 1] >= 0) {
                        int phrase = vocabulary.phrase(ids[i - 1], ids[i]);
                        if (phrase >= 0) {
                            look(phrase, i - 1, i);
                        }
                    }
                }
            }
            count = 0;
        }

        private void look(int id, int first, int last) {
            long around = 0;
            int words = 0;
            boolean address = false;
            for (int distance = 1; distance <= REACH; distance++) {
                int before = symbol(first - distance);
                int after = symbol(last + distance);
                around = PairCounts.mix(around + PairCounts.key(before, after));
                words += (before == END ? 0 : 1) + (after == END ? 0 : 1);
                address |= before == ADDRESS || after == ADDRESS;
            }
            boolean number = isFiller(symbol(first - 1), first) || isFiller(symbol(last + 1), last);
            found(id, words < MIN_WORDS ? 0 : around, number, address);
        }

        private boolean isFiller(int neighbour, int i) {
            return neighbour == NUMBER || neighbour == symbols[i];
        }

        private int symbol(int i) {
            return i >= 0 && i < count ? symbols[i] : END;
        }
    }
}
