/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text;

import java.util.List;

/**
 * A document as a vocabulary sees it: its bag, and how much of it the vocabulary does not know. Immutable and
 * thread-safe.
 *
 * @param bow the bag of the words that the vocabulary knows
 * @param words the number of words that the analysis found, known or not; a repeated word counts each time
 * @param unknown the number of those that the vocabulary does not know
 * @param unknownWords the first unknown words, at most {@value #MOST_UNKNOWN}, repeated if the document repeats them
 */
public record ReadDocument(Bow bow, int words, int unknown, List<Word> unknownWords) {

    /** The largest number of unknown words that a reading keeps. */
    static final int MOST_UNKNOWN = 64;

    /** A document without words. */
    public static final ReadDocument EMPTY = new ReadDocument(Bow.EMPTY, 0, 0, List.of());

    /**
     * A word of a text.
     *
     * @param term the word as the analyzer emits it
     * @param surface the word as written
     */
    public record Word(String term, String surface) {}

    /** The share of the words that the vocabulary does not know, 0 to 1; NaN if there are no words. */
    public double unknownShare() {
        return words == 0 ? Double.NaN : (double) unknown / words;
    }
}
