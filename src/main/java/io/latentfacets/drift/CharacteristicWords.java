/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.drift;

import io.latentfacets.text.Bow;
import io.latentfacets.text.ReadDocument;
import io.latentfacets.text.ReadDocument.Word;
import io.latentfacets.text.Vocabulary;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Chooses the words that tell most about one document, known and unknown ones: by how often the document has them, and
 * how rare they are. Stateless.
 */
public final class CharacteristicWords {

    private CharacteristicWords() {}

    private record Weighted(Word word, double weight) {}

    /** The words of a document that was read, the best first, at most {@value OddDocument#MOST_WORDS}. */
    public static List<Word> of(ReadDocument document, Vocabulary vocabulary) {
        Map<String, Integer> counts = new HashMap<>();
        Map<String, Word> first = new HashMap<>();
        for (Word word : document.unknownWords()) {
            counts.merge(word.term(), 1, Integer::sum);
            first.putIfAbsent(word.term(), word);
        }
        List<Weighted> words = known(document.bow(), vocabulary);
        // a word that the vocabulary does not know is as rare as a known one can be
        double rarest = Math.log(1.0 + vocabulary.documents()) + 1;
        counts.forEach((term, count) -> words.add(new Weighted(first.get(term), count * rarest)));
        return best(words);
    }

    /** The same for a document of which only the bag is left. */
    public static List<Word> of(Bow bow, Vocabulary vocabulary) {
        return best(known(bow, vocabulary));
    }

    private static List<Weighted> known(Bow bow, Vocabulary vocabulary) {
        List<Weighted> words = new ArrayList<>();
        for (int i = 0; i < bow.size(); i++) {
            int id = bow.id(i);
            if (!vocabulary.isPhrase(id)) {
                Word word = new Word(vocabulary.term(id), vocabulary.surface(id));
                words.add(new Weighted(word, bow.count(i) * (double) vocabulary.idf(id)));
            }
        }
        return words;
    }

    private static List<Word> best(List<Weighted> words) {
        return words.stream()
                .sorted(Comparator.comparingDouble(Weighted::weight)
                        .reversed()
                        .thenComparing(weighted -> weighted.word().term()))
                .limit(OddDocument.MOST_WORDS)
                .map(Weighted::word)
                .toList();
    }
}
