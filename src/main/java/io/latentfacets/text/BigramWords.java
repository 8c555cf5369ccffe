/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text;

import io.latentfacets.text.language.CjkBigrams;
import io.latentfacets.text.language.Language;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/**
 * Puts words of Chinese, Japanese and Korean back together that were cut into overlapping pairs of characters: a pair
 * that nearly always stands between the same characters is a piece of a longer word (the criterion of accessor variety;
 * Feng et al., 2004), and is shown as that word. 器学, always followed by 学习 and preceded by 机器, is shown as 机器学习; 学习,
 * which stands in many words, as it is.
 *
 * <p>Two replays of the corpus, the first finds what could be a majority (Boyer and Moore, 1991), the second counts it;
 * 16 bytes per vocabulary word.
 */
final class BigramWords {
    /** Share of a pair's occurrences that the same neighbour must have. */
    private static final double ALWAYS = 0.67;

    /** Longest word put together, in characters. */
    private static final int MAX_LENGTH = 6;

    private final String[] terms;
    private final int[] idOfForm;
    private final int[] next;
    private final int[] previous;

    /**
     * @param terms vocabulary words, as analyzed
     * @param idOfForm vocabulary id of each form, -1 for words outside the vocabulary
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

    /** Whether the pair is a piece of a longer word. */
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

    /** A replay reduced to each vocabulary word's neighbours, -1 for one that does not overlap. */
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
