/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text;

import io.latentfacets.text.language.CjkBigrams;
import io.latentfacets.text.language.Language;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/**
 * Restores words of Chinese, Japanese and Korean from the overlapping pairs of characters into which the analyzer cut
 * them. A pair that nearly always has the same neighbour is a piece of a longer word (the criterion of accessor
 * variety; Feng et al., 2004). The vocabulary shows such a pair as the longer word. For example, 学习 always follows 器学
 * and 机器 always precedes it, so 器学 becomes 机器学习. 学习 occurs in many words and stays as it is.
 *
 * <p>The class replays the corpus twice. The first pass finds the neighbours that may have a majority (Boyer and Moore,
 * 1991), the second counts them. At most 20 bytes per vocabulary word.
 */
final class BigramWords {
    /** The smallest share of a pair's occurrences that the same neighbour must have. */
    private static final double ALWAYS = 0.67;

    /** The largest length of a restored word, in characters. */
    private static final int MAX_LENGTH = 6;

    private final String[] terms;
    private final int[] idOfForm;
    private final int[] next;
    private final int[] previous;

    /**
     * @param terms the vocabulary words, as analyzed
     * @param idOfForm the vocabulary id of each form, -1 for words outside the vocabulary
     * @param spill the words of the corpus
     */
    BigramWords(String[] terms, int[] idOfForm, Spill spill) throws IOException {
        this.terms = terms;
        this.idOfForm = idOfForm;
        this.next = new int[terms.length];
        this.previous = new int[terms.length];
        Arrays.fill(next, -1);
        Arrays.fill(previous, -1);
        if (Arrays.stream(terms).anyMatch(CjkBigrams::isBigram)) {
            spill.replay(new Vote());
            Count count = new Count();
            spill.replay(count);
            count.keepMajorities();
        }
    }

    /** Whether the pair is a piece of a longer word. Pairs of katakana are not: {@link WordReader} restores them. */
    boolean isPiece(int id) {
        return (next[id] >= 0 || previous[id] >= 0) && !CjkBigrams.isKatakana(terms[id]);
    }

    /** The word that the pair is a piece of; the pair itself if there is none. */
    String word(int id) {
        StringBuilder word = new StringBuilder(terms[id]);
        extend(id, i -> next[i], word, false);
        extend(id, i -> previous[i], word, true);
        return word.toString();
    }

    private void extend(int id, IntUnaryOperator step, StringBuilder word, boolean left) {
        for (int i = step.applyAsInt(id); i >= 0 && word.length() < MAX_LENGTH; i = step.applyAsInt(i)) {
            if (left) {
                word.insert(0, terms[i].charAt(0));
            } else {
                word.append(terms[i].charAt(1));
            }
        }
    }

    private boolean overlaps(int first, int second) {
        return first >= 0
                && second >= 0
                && CjkBigrams.isBigram(terms[first])
                && CjkBigrams.isBigram(terms[second])
                && terms[first].charAt(1) == terms[second].charAt(0);
    }

    /** Reduces a replay to the neighbours of each vocabulary word. A neighbour that does not overlap is -1. */
    private abstract class Neighbours implements Spill.Visitor {
        private int before = -1;

        abstract void follows(int id, int neighbour);

        abstract void precedes(int id, int neighbour);

        @Override
        public void field(float weight, Language language) {
            end();
        }

        @Override
        public void word(int form, boolean adjacent) {
            int id = idOfForm[form];
            boolean overlap = overlaps(before, id);
            if (before >= 0) {
                follows(before, overlap ? id : -1);
            }
            if (id >= 0) {
                precedes(id, overlap ? before : -1);
            }
            before = id;
        }

        @Override
        public void endDocument() {
            end();
        }

        private void end() {
            if (before >= 0) {
                follows(before, -1);
            }
            before = -1;
        }
    }

    private final class Vote extends Neighbours {
        private final int[] nextVotes = new int[terms.length];
        private final int[] previousVotes = new int[terms.length];

        @Override
        void follows(int id, int neighbour) {
            vote(next, nextVotes, id, neighbour);
        }

        @Override
        void precedes(int id, int neighbour) {
            vote(previous, previousVotes, id, neighbour);
        }

        private static void vote(int[] candidates, int[] votes, int id, int neighbour) {
            if (votes[id] == 0) {
                candidates[id] = neighbour;
            }
            votes[id] += candidates[id] == neighbour ? 1 : -1;
        }
    }

    private final class Count extends Neighbours {
        private final int[] occurrences = new int[terms.length];
        private final int[] withNext = new int[terms.length];
        private final int[] withPrevious = new int[terms.length];

        @Override
        void follows(int id, int neighbour) {
            withNext[id] += next[id] == neighbour ? 1 : 0;
        }

        @Override
        void precedes(int id, int neighbour) {
            occurrences[id]++;
            withPrevious[id] += previous[id] == neighbour ? 1 : 0;
        }

        void keepMajorities() {
            for (int id = 0; id < terms.length; id++) {
                next[id] = withNext[id] >= ALWAYS * occurrences[id] ? next[id] : -1;
                previous[id] = withPrevious[id] >= ALWAYS * occurrences[id] ? previous[id] : -1;
            }
        }
    }
}
