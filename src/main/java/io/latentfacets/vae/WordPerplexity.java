/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae;

import io.latentfacets.text.Bow;
import io.latentfacets.text.Vocabulary;
import java.util.Arrays;

/**
 * Compares how well two networks predict the words of the same documents: exp(−Σ n(w) log p(w|z) / Σ n(w)), over the
 * words that both vocabularies have. Each p(w|z) is normalised over these words, so that a larger vocabulary is no
 * disadvantage. The latent z is that of the whole document, so the figure measures how much of its words a latent
 * keeps. Not thread-safe.
 */
public final class WordPerplexity {

    /** The least share of the counted words that both vocabularies must have. */
    private static final double LEAST_SHARED = 0.5;

    private final Decoder newer;
    private final Decoder older;
    /** The old number of each new word; −1 if the old vocabulary lacks it. */
    private final int[] oldId;

    private double newLoss;
    private double oldLoss;
    private double shared;
    private double all;

    /**
     * @param newer decodes new latents
     * @param words the new vocabulary, whose numbers the documents have
     * @param older decodes old latents
     * @param oldWords the old vocabulary, of the same analysis
     */
    public WordPerplexity(Decoder newer, Vocabulary words, Decoder older, Vocabulary oldWords) {
        this.newer = newer;
        this.older = older;
        this.oldId = new int[words.size()];
        Arrays.setAll(oldId, id -> oldWords.id(words.term(id)));
    }

    /**
     * Adds a document.
     *
     * @param document its words, by new number
     * @param latent its new latent, {@code [d]}
     * @param oldLatent its old latent, {@code [d]} of the old network
     */
    public void add(Bow document, float[] latent, float[] oldLatent) {
        float[] logProbabilities = newer.logProbabilities(latent);
        float[] oldLogProbabilities = older.logProbabilities(oldLatent);
        double mass = 0;
        double oldMass = 0;
        for (int id = 0; id < oldId.length; id++) {
            if (oldId[id] >= 0) {
                mass += Math.exp(logProbabilities[id]);
                oldMass += Math.exp(oldLogProbabilities[oldId[id]]);
            }
        }
        for (int i = 0; i < document.size(); i++) {
            int old = oldId[document.id(i)];
            double count = document.count(i);
            all += count;
            if (old >= 0) {
                shared += count;
                newLoss -= count * (logProbabilities[document.id(i)] - Math.log(mass));
                oldLoss -= count * (oldLogProbabilities[old] - Math.log(oldMass));
            }
        }
    }

    /** Whether the vocabularies share enough of the words of the documents for a comparison. */
    public boolean comparable() {
        return all > 0 && shared >= LEAST_SHARED * all;
    }

    /** The perplexity of the new network, at least 1; NaN without words. */
    public double newer() {
        return Math.exp(newLoss / shared);
    }

    /** The perplexity of the old network, at least 1; NaN without words. */
    public double older() {
        return Math.exp(oldLoss / shared);
    }
}
