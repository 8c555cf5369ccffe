/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.encode;

import io.latentfacets.model.Generation;
import io.latentfacets.text.Vocabulary;
import io.latentfacets.vae.Decoder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The words that a generation expects of a document at a point of latent space. Immutable and thread-safe.
 *
 * <p>They are ranked by their part p · ln(p / q) of the KL divergence of the decoded word distribution from the
 * corpus's.
 */
public final class ExpectedWords {

    private final Vocabulary vocabulary;
    private final Decoder decoder;
    private final float[] usual;

    public ExpectedWords(Generation generation) {
        this.vocabulary = generation.vocabulary();
        this.decoder = new Decoder(generation.weights());
        this.usual = vocabulary.logUnigram();
    }

    /**
     * An expected word.
     *
     * @param term the word as people write it
     * @param probability the share of the document's words, 0 to 1
     * @param weight the part of the divergence, above 0
     */
    public record Word(String term, float probability, float weight) {}

    /**
     * The words that the point makes more probable, best first.
     *
     * @param point the point, {@code [dims]}, unit length
     * @param most the largest number of words
     */
    public List<Word> at(float[] point, int most) {
        float[] expected = decoder.logProbabilities(point);
        List<Word> words = new ArrayList<>();
        for (int id = 0; id < expected.length; id++) {
            double probability = Math.exp(expected[id]);
            float weight = (float) (probability * (expected[id] - usual[id]));
            if (weight > 0) {
                words.add(new Word(vocabulary.surface(id), (float) probability, weight));
            }
        }
        words.sort(Comparator.comparingDouble((Word word) -> -word.weight()).thenComparing(Word::term));
        return words.subList(0, Math.min(most, words.size()));
    }

    /**
     * How much more probable each entry of the vocabulary is at a point than in the corpus.
     *
     * @return ln(p / q), {@code [V]}, a new array
     */
    public float[] lift(float[] point) {
        float[] lift = decoder.logProbabilities(point);
        for (int id = 0; id < lift.length; id++) {
            lift[id] -= usual[id];
        }
        return lift;
    }
}
