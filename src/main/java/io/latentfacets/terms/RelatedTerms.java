/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.terms;

import io.latentfacets.text.Bow;
import io.latentfacets.text.Vocabulary;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds terms that are related to a text, to add them to a search for it. Stateless. */
public final class RelatedTerms {

    /** How much the other words of the text count, which say in which sense a word is meant. */
    private static final double CONTEXT = 0.5;

    private RelatedTerms() {}

    /** The known entries of a text, ascending: pairs, and the words that are in none of these. */
    public static List<Integer> entries(Bow bow, Vocabulary vocabulary) {
        List<Integer> entries = new ArrayList<>();
        for (int id : bow.ids()) {
            entries.add(id);
        }
        for (int id : bow.ids()) {
            if (vocabulary.isPhrase(id)) {
                for (int word : vocabulary.words(id)) {
                    entries.remove((Integer) word);
                }
            }
        }
        return entries;
    }

    /**
     * Finds the terms nearest to each entry of a text, in the sense of the text's other entries.
     *
     * @param entries the ids of the text's entries
     * @param perEntry the number of terms to find for each entry
     * @param most the largest number of terms of the text
     * @param leastSimilarity the least cosine of a term
     * @param check called many times; throws to stop
     * @return the terms, nearest first; none twice, and none of the text
     */
    public static List<WordSpace.Near> of(
            WordSpace space,
            Vocabulary vocabulary,
            List<Integer> entries,
            int perEntry,
            int most,
            double leastSimilarity,
            Runnable check) {
        Map<Integer, Float> found = new HashMap<>();
        for (int entry : entries) {
            List<WordSpace.Part> parts = new ArrayList<>();
            parts.add(new WordSpace.Part(entry, 1));
            for (int other : entries) {
                if (other != entry) {
                    parts.add(new WordSpace.Part(other, CONTEXT / (entries.size() - 1)));
                }
            }
            for (WordSpace.Near near : space.nearest(parts, perEntry, check)) {
                if (near.similarity() >= leastSimilarity) {
                    found.merge(near.id(), near.similarity(), Math::max);
                }
            }
        }
        return found.entrySet().stream()
                .map(each -> new WordSpace.Near(each.getKey(), each.getValue()))
                .sorted(Comparator.comparingDouble((WordSpace.Near near) -> -near.similarity())
                        .thenComparing(near -> -vocabulary.docFreq(near.id()))
                        .thenComparing(WordSpace.Near::id))
                .limit(most)
                .toList();
    }
}
