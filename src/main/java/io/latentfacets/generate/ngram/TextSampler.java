/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.generate.ngram;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Samples short texts from a trigram model that is steered: the score of a token is ln p(w|uv) plus its weight, and its
 * probability the exponential of the score by a temperature (a log-linear combination). A text has at most as many
 * words as asked for, and no more than {@value CopyGuard#MOST} in a row are those of one document. Immutable; a caller
 * that passes its own {@link Random} makes it thread-safe.
 */
public final class TextSampler {

    /** A sentence does not end before so many words. */
    private static final int SHORTEST_SENTENCE = 4;

    /** A text that has reached its length ends its sentence if an end has at least this probability. */
    private static final double LEAST_END = 0.1;

    private final NgramModel model;
    private final float[] weights;
    private final double temperature;
    private final CopyGuard guard;

    /**
     * @param weights what is added to the logarithm of each token's probability, {@code [tokens]}
     * @param temperature above 0; below 1 the probable words become more probable
     */
    public TextSampler(NgramModel model, float[] weights, double temperature) {
        this.model = model;
        this.weights = Arrays.copyOf(weights, model.tokens().size());
        this.temperature = temperature;
        this.guard = CopyGuard.of(model);
    }

    /**
     * A sampled text.
     *
     * @param text the text; empty if the model is
     * @param words the number of its words
     * @param complete whether its last sentence has an end
     * @param logProbability the mean logarithm of the probability of a token by the trigram model alone
     */
    public record Sample(String text, int words, boolean complete, double logProbability) {}

    /**
     * Samples a text. Equal seeds of {@code random} give equal texts.
     *
     * @param length the largest number of words, 1 or more
     */
    public Sample sample(int length, Random random) {
        Draft draft = new Draft(guard.again());
        boolean open = true;
        while (open && !model.isEmpty() && draft.words < length) {
            int token = next(draft, length, random);
            open = token >= 0 && draft.add(token, length);
        }
        return draft.sample();
    }

    /** A text in the making. */
    private final class Draft {
        private final CopyGuard copies;
        private final List<String> sentences = new ArrayList<>();
        private List<String> sentence = new ArrayList<>();
        private int before = NgramModel.START;
        private int last = NgramModel.START;
        private int words;
        private int wordsOfSentence;
        private int tokens;
        private double logProbability;

        Draft(CopyGuard copies) {
            this.copies = copies;
        }

        boolean allows(int token, int length) {
            if (token == NgramModel.END) {
                return wordsOfSentence >= Math.min(SHORTEST_SENTENCE, length)
                        && Tokens.isWord(model.tokens().get(last));
            }
            String shown = model.tokens().get(token);
            return Tokens.isWord(shown) ? token != last && copies.allows(token) : wordsOfSentence > 0 && token != last;
        }

        /** Whether the text goes on behind a token. */
        boolean add(int token, int length) {
            logProbability += Math.log(model.probability(before, last, token));
            tokens++;
            if (token == NgramModel.END) {
                sentences.add(Tokens.text(sentence, true));
                sentence = new ArrayList<>();
                before = NgramModel.START;
                last = NgramModel.START;
                wordsOfSentence = 0;
                return words < length / 3;
            }
            String shown = model.tokens().get(token);
            sentence.add(shown);
            if (Tokens.isWord(shown)) {
                copies.add(token);
                words++;
                wordsOfSentence++;
            }
            before = last;
            last = token;
            return true;
        }

        Sample sample() {
            boolean complete = sentence.isEmpty();
            if (!complete) {
                // the last word is the last that fits: a sentence that could end here does
                boolean ends = wordsOfSentence >= SHORTEST_SENTENCE
                        && model.probability(before, last, NgramModel.END) >= LEAST_END;
                if (!Tokens.isWord(sentence.get(sentence.size() - 1))) {
                    sentence.remove(sentence.size() - 1);
                }
                if (!sentence.isEmpty()) {
                    sentences.add(Tokens.text(sentence, ends));
                }
                complete = ends;
            }
            return new Sample(
                    String.join(" ", sentences),
                    words,
                    complete && !sentences.isEmpty(),
                    tokens == 0 ? Double.NEGATIVE_INFINITY : logProbability / tokens);
        }
    }

    /** The next token; −1 if nothing may follow. */
    private int next(Draft draft, int length, Random random) {
        int chosen = draw(draft, length, model.after(draft.last), random);
        return chosen >= 0 ? chosen : draw(draft, length, model.all(), random);
    }

    private int draw(Draft draft, int length, List<Integer> from, Random random) {
        List<Integer> open =
                from.stream().filter(token -> draft.allows(token, length)).toList();
        if (open.isEmpty()) {
            return -1;
        }
        double[] scores = new double[open.size()];
        double most = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < scores.length; i++) {
            int token = open.get(i);
            scores[i] = (Math.log(model.probability(draft.before, draft.last, token)) + weights[token]) / temperature;
            most = Math.max(most, scores[i]);
        }
        double sum = 0;
        for (int i = 0; i < scores.length; i++) {
            scores[i] = Math.exp(scores[i] - most);
            sum += scores[i];
        }
        double left = random.nextDouble() * sum;
        for (int i = 0; i < scores.length; i++) {
            left -= scores[i];
            if (left < 0) {
                return open.get(i);
            }
        }
        return open.get(open.size() - 1);
    }
}
