/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.label;

import io.latentfacets.text.NounPhrase;
import io.latentfacets.text.Vocabulary;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;

/**
 * What labels know of the entries of a vocabulary, by number.
 *
 * @param terms the analyzed term
 * @param surfaces the surface form
 * @param languages the language, empty for none
 * @param boilerplate whether the entry is boilerplate
 * @param nouns whether the entry can be a noun
 * @param parts the entries that the entry consists of; its own number for a word
 * @param phrases the noun phrases of the corpus
 * @param documents the number of documents of the corpus
 */
record LabelWords(
        IntFunction<String> terms,
        IntFunction<String> surfaces,
        IntFunction<String> languages,
        IntPredicate boilerplate,
        IntPredicate nouns,
        IntFunction<int[]> parts,
        List<NounPhrase> phrases,
        long documents) {

    static LabelWords of(Vocabulary vocabulary) {
        return new LabelWords(
                vocabulary::term,
                vocabulary::surface,
                vocabulary::language,
                vocabulary::isBoilerplate,
                vocabulary::isNoun,
                vocabulary::words,
                vocabulary.nounPhrases(),
                vocabulary.documents());
    }

    /** The analyzed terms of a noun phrase, by its number. */
    String term(int phrase) {
        return phrases.get(phrase).words().stream().map(terms::apply).collect(Collectors.joining(" "));
    }
}
