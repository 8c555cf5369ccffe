/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.drift;

import io.latentfacets.text.Bow;
import io.latentfacets.text.ReadDocument;
import io.latentfacets.text.ReadDocument.Word;
import io.latentfacets.text.Vocabulary;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Chooses the words that tell most about one document, known and unknown ones: by how often the document has them, and
 * how rare they are. Stateless.
 */
public final class CharacteristicWords {

    private CharacteristicWords() {}

    /** The words of a document that was read, the best first, at most {@value OddDocument#MOST_WORDS}. */
    public static List<Word> of(ReadDocument document, Vocabulary vocabulary) {
        Map<String, Integer> counts = new HashMap<>();
        Map<String, Word> first = new HashMap<>();
        for (Word word : document.unknownWords()) {
            counts.merge(word.term(), 1, Integer::sum);
            first.putIfAbsent(word.term(), word);
        }
        Best best = known(document.bow(), vocabulary);
        // a word that the vocabulary does not know is as rare as a known one can be
        double rarest = Math.log(1.0 + vocabulary.documents()) + 1;
        counts.forEach((term, count) -> best.add(count * rarest, term, first.get(term)));
        return best.words(vocabulary);
    }

    /** The same for a document of which only the bag is left. */
    public static List<Word> of(Bow bow, Vocabulary vocabulary) {
        return known(bow, vocabulary).words(vocabulary);
    }

    private static Best known(Bow bow, Vocabulary vocabulary) {
        Best best = new Best();
        for (int i = 0; i < bow.size(); i++) {
            int id = bow.id(i);
            double weight = bow.count(i) * (double) vocabulary.idf(id);
            if (best.mayTake(weight) && !vocabulary.isPhrase(id)) {
                best.add(weight, vocabulary.term(id), id);
            }
        }
        return best;
    }

    /** The words with the greatest weights, equal ones in the order of their terms. */
    private static final class Best {
        private final double[] weights = new double[OddDocument.MOST_WORDS];
        private final String[] terms = new String[OddDocument.MOST_WORDS];
        /** An unknown word, or the id of a known one: most candidates are displaced before anybody needs their word. */
        private final Object[] words = new Object[OddDocument.MOST_WORDS];

        private int size;

        boolean mayTake(double weight) {
            return size < weights.length || weight >= weights[size - 1];
        }

        void add(double weight, String term, Object word) {
            int at = size;
            while (at > 0 && isBetter(weight, term, at - 1)) {
                at--;
            }
            if (at == weights.length) {
                return;
            }
            size = Math.min(size + 1, weights.length);
            System.arraycopy(weights, at, weights, at + 1, size - at - 1);
            System.arraycopy(terms, at, terms, at + 1, size - at - 1);
            System.arraycopy(words, at, words, at + 1, size - at - 1);
            weights[at] = weight;
            terms[at] = term;
            words[at] = word;
        }

        private boolean isBetter(double weight, String term, int than) {
            return weight > weights[than] || (weight == weights[than] && term.compareTo(terms[than]) < 0);
        }

        List<Word> words(Vocabulary vocabulary) {
            List<Word> all = new ArrayList<>(size);
            for (int i = 0; i < size; i++) {
                all.add(words[i] instanceof Word word ? word : new Word(terms[i], vocabulary.surface((int) words[i])));
            }
            return all;
        }
    }
}
