/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae;

/**
 * Decodes a point of latent space to words: p(w|z) = softmax(zD + b), a multinomial over the vocabulary. The point may
 * be a document's latent, a centroid or any point in between. Immutable and thread-safe. Plain Java: it needs no
 * engine.
 */
public final class Decoder {
    private final Dense layer;

    public Decoder(VaeWeights weights) {
        this.layer = weights.decoder();
    }

    /**
     * Returns log p(w|z) for every vocabulary entry.
     *
     * @param z a point of latent space, {@code [d]}: of unit length for a stored latent or a centroid; shorter for a
     *     mean of different documents, whose words are then closer to those of the whole corpus
     * @return a new array, {@code [V]}, whose exponentials add up to 1
     * @throws IllegalArgumentException if z does not have d dimensions
     */
    public float[] logProbabilities(float[] z) {
        if (z.length != layer.in()) {
            throw new IllegalArgumentException("a latent must have [" + layer.in() + "] dimensions: " + z.length);
        }
        float[] logits = layer.apply(z);
        float max = Float.NEGATIVE_INFINITY;
        for (float logit : logits) {
            max = Math.max(max, logit);
        }
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - max);
        }
        float normaliser = (float) (max + Math.log(sum));
        for (int w = 0; w < logits.length; w++) {
            logits[w] -= normaliser;
        }
        return logits;
    }
}
