/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae;

import io.latentfacets.text.Vocabulary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;

/**
 * A trained network from which another training starts, with the vocabulary that gives its rows their meaning.
 * Thread-safe as long as nobody writes to the arrays of the weights.
 *
 * @param weights the trained network
 * @param vocabulary its vocabulary
 */
public record WarmStart(VaeWeights weights, Vocabulary vocabulary) {

    /**
     * The size of a new word's vector, as a part of the size that an untrained network gives it. A document with new
     * words so stays near the place that its other words give it. All zeros would be a trap: behind a rectifier a
     * document of new words alone would have no gradient.
     */
    private static final double NEW_WORD = 0.1;

    public WarmStart {
        Objects.requireNonNull(weights);
        Objects.requireNonNull(vocabulary);
        if (vocabulary.size() != weights.vocabularySize()) {
            throw new IllegalArgumentException("a vocabulary of [" + vocabulary.size() + "] entries, and weights for ["
                    + weights.vocabularySize() + "]");
        }
    }

    /** Returns the number of entries of {@code now} that the network knows. */
    public int kept(Vocabulary now) {
        return (int) Arrays.stream(rows(now)).filter(row -> row >= 0).count();
    }

    /**
     * Returns the network over another vocabulary. A word that the network knows keeps its vector and its place in the
     * decoder. A new word gets a short random vector, and the decoder gives it its share of the corpus, whatever the
     * document. Words that {@code now} lacks leave. Input weights are those of {@code now}; the decoder's biases follow
     * the shares of the words in the corpus. All other layers stay as they are.
     *
     * @param now the vocabulary of the new training
     * @param seed the seed of the vectors of new words
     */
    public VaeWeights over(Vocabulary now, long seed) {
        int[] rows = rows(now);
        float[] shares = now.logUnigram();
        float[] sharesBefore = vocabulary.logUnigram();
        Dense first = weights.layers().get(0);
        Dense decoder = weights.decoder();
        int width = first.out();
        float[] vectors = new float[rows.length * width];
        float[] words = new float[decoder.in() * rows.length];
        float[] biases = shares.clone();
        SplittableRandom random = new SplittableRandom(seed);
        for (int word = 0; word < rows.length; word++) {
            int row = rows[word];
            if (row < 0) {
                for (int j = 0; j < width; j++) {
                    vectors[word * width + j] = (float) (random.nextGaussian() * NEW_WORD / Math.sqrt(width));
                }
                continue;
            }
            System.arraycopy(first.weights(), row * width, vectors, word * width, width);
            for (int j = 0; j < decoder.in(); j++) {
                words[j * rows.length + word] = decoder.weights()[j * decoder.out() + row];
            }
            biases[word] = decoder.bias()[row] + (shares[word] - sharesBefore[row]);
        }
        List<Dense> layers = new ArrayList<>(weights.layers());
        layers.set(0, new Dense(rows.length, width, vectors, first.bias()));
        return new VaeWeights(
                now.inputWeights(),
                layers,
                weights.mean(),
                weights.logVariance(),
                new Dense(decoder.in(), rows.length, words, biases),
                weights.vectors());
    }

    /** The network's row of each entry, −1 for a new one. */
    private int[] rows(Vocabulary now) {
        int[] rows = new int[now.size()];
        Arrays.setAll(rows, word -> vocabulary.id(now.term(word)));
        return rows;
    }
}
