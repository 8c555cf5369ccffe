/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.terms;

import io.latentfacets.model.Generation;
import io.latentfacets.text.BowFactory;
import io.latentfacets.text.FieldText;
import io.latentfacets.text.ReadDocument;
import io.latentfacets.text.Vocabulary;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.lucene.analysis.Analyzer;

/**
 * Finds the terms of a generation that are near to given words. It analyses these as the generation analyses documents.
 * Needs no engine. Thread-safe; works on the calling thread.
 */
public final class TermFinder {

    private static final int MOST_ENTRIES = 8;

    private final Function<String, Analyzer> analyzers;

    /** @param analyzers a look-up of analyzers by name; it throws IllegalArgumentException for an unknown name */
    public TermFinder(Function<String, Analyzer> analyzers) {
        this.analyzers = analyzers;
    }

    /**
     * Terms near to words.
     *
     * @param term the words as documents most often write them; as asked for if none is known and none is near
     * @param known whether the vocabulary has a word of those asked for
     * @param notice what was taken instead of unknown words; null for nothing
     * @param nearest the terms, nearest first; empty if no word is known, by itself or by its spelling
     */
    public record Found(String term, boolean known, String notice, List<NearTerm> nearest) {}

    /**
     * Finds terms.
     *
     * @param words a word or several, as people write them
     * @param context words that say in which sense the first ones are meant; may be empty
     * @param most the largest number of terms to return, at least 1
     * @param check called many times; throws to stop
     */
    public Found find(Generation generation, String words, List<String> context, int most, Runnable check) {
        Vocabulary vocabulary = generation.vocabulary();
        BowFactory factory =
                new BowFactory(analyzers.apply(generation.text().analyzer()), vocabulary, generation.text());
        List<String> notices = new ArrayList<>();
        List<Integer> own = entries(factory.read(text(words)), vocabulary);
        boolean known = !own.isEmpty();
        if (!known) {
            int near = Spelling.nearest(words.strip(), vocabulary, check);
            if (near < 0) {
                return new Found(words, false, "no known word is spelt like [" + words + "]", List.of());
            }
            own = List.of(near);
            notices.add("unknown: [" + words + "]; taken instead is [" + vocabulary.surface(near)
                    + "], which is spelt most like it");
        }
        List<WordSpace.Part> parts = new ArrayList<>();
        add(own, parts);
        List<Integer> sense = new ArrayList<>();
        for (String word : context) {
            List<Integer> found = entries(factory.read(text(word)), vocabulary);
            sense.addAll(found);
            if (found.isEmpty()) {
                notices.add("unknown and left out of [context]: [" + word + "]");
            }
        }
        add(sense, parts);
        List<NearTerm> nearest = new WordSpace(vocabulary, generation.weights())
                .nearest(parts, most, check).stream()
                        .map(near -> new NearTerm(
                                vocabulary.surface(near.id()), near.similarity(), vocabulary.docFreq(near.id())))
                        .toList();
        return new Found(
                own.stream().map(vocabulary::surface).collect(Collectors.joining(" ")),
                known,
                notices.isEmpty() ? null : String.join("; ", notices),
                nearest);
    }

    /**
     * Finds the terms related to a text, see {@link RelatedTerms}: of its rarest {@value #MOST_ENTRIES} words and
     * pairs.
     *
     * @param perEntry the number of terms for each of these
     * @param most the largest number of terms
     * @param leastSimilarity the least cosine of a term
     * @param check called many times; throws to stop
     * @return the terms, nearest first; empty if no word of the text is known
     */
    public List<NearTerm> related(
            Generation generation, String text, int perEntry, int most, double leastSimilarity, Runnable check) {
        Vocabulary vocabulary = generation.vocabulary();
        BowFactory factory =
                new BowFactory(analyzers.apply(generation.text().analyzer()), vocabulary, generation.text());
        List<Integer> entries = entries(factory.read(text(text)), vocabulary);
        // each takes a walk through the weights; words and pairs are each in order of descending frequency
        List<Integer> rarest = entries.subList(Math.max(0, entries.size() - MOST_ENTRIES), entries.size());
        WordSpace space = new WordSpace(vocabulary, generation.weights());
        return RelatedTerms.of(space, vocabulary, rarest, perEntry, most, leastSimilarity, check).stream()
                .map(near ->
                        new NearTerm(vocabulary.surface(near.id()), near.similarity(), vocabulary.docFreq(near.id())))
                .toList();
    }

    private static List<FieldText> text(String words) {
        return List.of(new FieldText(1, words));
    }

    private static List<Integer> entries(ReadDocument read, Vocabulary vocabulary) {
        return RelatedTerms.entries(read.bow(), vocabulary);
    }

    private static void add(List<Integer> entries, List<WordSpace.Part> parts) {
        entries.forEach(id -> parts.add(new WordSpace.Part(id, 1.0 / entries.size())));
    }
}
