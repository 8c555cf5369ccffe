/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.label;

import io.latentfacets.cluster.ClusterInfo;
import io.latentfacets.text.NounPhrase;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * Chooses the noun phrase that names a cluster. A phrase that names it consists of its typical words: a phrase that
 * only some documents are about, such as a proper name, is worse than three words. So the decoder scores the words of
 * the phrase as it scores terms, and their mean is the score of the phrase, with a bonus for phrases that many
 * documents use. A phrase names the cluster if
 *
 * <ul>
 *   <li>each of its words is about as likely in the cluster as the best terms,
 *   <li>it has a word of the first term, and
 *   <li>its score is about as good as the mean of the first three terms.
 * </ul>
 *
 * <p>Not thread-safe; for one generation or one search.
 */
final class PhraseChooser {
    /** The smallest probability of a word in the cluster, as a share of that of the likeliest of the first terms. */
    private static final double TYPICAL = Math.log(0.15);

    /** The weight of the logarithm of the number of documents in a thousand that contain the phrase. */
    private static final double USE = 0.3;

    /** What a phrase may be worse than the first three terms: it reads better. */
    private static final double TOLERANCE = 0.3;

    private final LabelWords vocabulary;
    private final IntPredicate wanted;
    private final IntPredicate phraseWanted;
    private final List<TermWords> shown = new ArrayList<>();

    /**
     * @param wanted whether an entry may be shown
     * @param phraseWanted whether a noun phrase, by its number, may be shown
     * @param taken labels that no phrase may equal
     */
    PhraseChooser(LabelWords vocabulary, IntPredicate wanted, IntPredicate phraseWanted, List<String> taken) {
        this.vocabulary = vocabulary;
        this.wanted = wanted;
        this.phraseWanted = phraseWanted;
        taken.forEach(label -> shown.add(new TermWords(label)));
    }

    /**
     * The phrase for a cluster; empty if none is good enough. No later call returns the same words.
     *
     * @param terms the terms of the cluster, best first
     * @param logProbabilities log p(w|c), {@code [vocabulary]}
     * @param language the language of the cluster, empty for none
     */
    String choose(List<Candidate> terms, float[] logProbabilities, Score score, String language) {
        List<Candidate> first = terms.subList(0, Math.min(ClusterInfo.LABEL_TERMS, terms.size()));
        // a phrase without the term that says most is about a part of the cluster
        Set<Integer> firstWords = new HashSet<>();
        if (!first.isEmpty()) {
            for (int word : vocabulary.parts().apply(first.get(0).id())) {
                firstWords.add(word);
            }
        }
        double likeliest = Double.NEGATIVE_INFINITY;
        double mean = 0;
        for (Candidate term : first) {
            likeliest = Math.max(likeliest, term.logProbability());
            mean += term.score() / first.size();
        }
        String best = "";
        double most = mean - TOLERANCE;
        for (int p = 0; p < vocabulary.phrases().size(); p++) {
            NounPhrase phrase = vocabulary.phrases().get(p);
            double of = score(phrase, logProbabilities, score, likeliest + TYPICAL);
            if (of > most
                    && phrase.words().stream().anyMatch(firstWords::contains)
                    && phrase.words().stream().allMatch(word -> suits(word, language))
                    && phraseWanted.test(p)
                    && isNew(phrase.surface())) {
                best = phrase.surface();
                most = of;
            }
        }
        if (!best.isEmpty()) {
            shown.add(new TermWords(best));
        }
        return best;
    }

    /** The score of a phrase; negative infinity if it has a word that is not typical. */
    private double score(NounPhrase phrase, float[] logProbabilities, Score score, double floor) {
        double sum = 0;
        for (int word : phrase.words()) {
            if (logProbabilities[word] < floor) {
                return Double.NEGATIVE_INFINITY;
            }
            sum += score.of(logProbabilities[word], word);
        }
        double perThousand = 1000.0 * phrase.docFreq() / vocabulary.documents();
        return sum / phrase.words().size() + phrase.logShare() + USE * Math.log(perThousand);
    }

    private boolean suits(int word, String language) {
        String own = vocabulary.languages().apply(word);
        return (own.isEmpty() || own.equals(language))
                && !vocabulary.boilerplate().test(word)
                && wanted.test(word);
    }

    private boolean isNew(String surface) {
        TermWords words = new TermWords(surface);
        return words.showable()
                && shown.stream().noneMatch(other -> other.size() == words.size() && other.saysSameAs(words));
    }
}
