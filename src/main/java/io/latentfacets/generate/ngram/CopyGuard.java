/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.generate.ngram;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps a text from repeating a document: it knows how many of the last words stand in the same order in one document.
 * Commas and ends of sentences do not count, and case makes no difference. Not thread-safe.
 */
final class CopyGuard {

    /** The largest number of words in a row that a text may have in common with a document. */
    static final int MOST = 8;

    private final Map<Integer, List<Long>> places;
    /** The places where the last word stands, and how many words up to there are in common. */
    private Map<Long, Integer> runs = Map.of();

    private CopyGuard(Map<Integer, List<Long>> places) {
        this.places = places;
    }

    /** A guard of an empty text. */
    static CopyGuard of(NgramModel model) {
        Map<Integer, List<Long>> places = new HashMap<>();
        for (int d = 0; d < model.documents().size(); d++) {
            int[] words = model.documents().get(d);
            for (int i = 0; i < words.length; i++) {
                places.computeIfAbsent(words[i], word -> new ArrayList<>()).add(place(d, i));
            }
        }
        return new CopyGuard(places);
    }

    private static long place(int document, int position) {
        return (long) document << Integer.SIZE | position;
    }

    /** A guard of another empty text, from the same documents. */
    CopyGuard again() {
        return new CopyGuard(places);
    }

    /** Whether the text may go on with a word. */
    boolean allows(int word) {
        for (long place : places.getOrDefault(word, List.of())) {
            if (run(place) > MOST) {
                return false;
            }
        }
        return true;
    }

    /** Notes that the text goes on with a word. */
    void add(int word) {
        Map<Long, Integer> next = new HashMap<>();
        for (long place : places.getOrDefault(word, List.of())) {
            next.put(place, run(place));
        }
        runs = next;
    }

    /** The words in common if the next one is that of a place. */
    private int run(long place) {
        boolean first = (int) place == 0;
        return 1 + (first ? 0 : runs.getOrDefault(place - 1, 0));
    }
}
