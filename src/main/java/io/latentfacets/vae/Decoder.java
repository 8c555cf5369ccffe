/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae;

/**
 * The way back from latent space to words: p(w|z) = softmax(zD + b), a multinomial over the vocabulary. Any point can
 * be decoded, a document's, a centroid's or one in between. Immutable and thread-safe; plain Java, so that it needs no
 * engine.
 */
public final class Decoder {
    private final Dense layer;

    public Decoder(VaeWeights weights) {
        this.layer = weights.decoder();
    }

    /**
     * log p(w|z) for every vocabulary entry.
     *
     * @param z a point of latent space: unit length for a document's latent as stored or a centroid, less for a mean of
     *     different documents, whose words are then closer to those of the whole corpus
     * @return a fresh array of length V; its exponentials add up to 1
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
