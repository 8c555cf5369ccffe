/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae;

import java.util.SplittableRandom;

/**
 * What the encoder believes about the latent of one document, q(z|x) = N(μ, diag σ²) (Kingma &amp; Welling 2014,
 * section 3). A latent is stored as the direction of μ; σ says how far from it the document may lie. Plain Java: it
 * needs no engine, and computes one document in about the time that its words take. Immutable as long as nobody writes
 * to the arrays.
 *
 * @param mean μ, {@code [d]}
 * @param deviation σ, {@code [d]}, above 0
 */
public record Posterior(float[] mean, float[] deviation) {

    /**
     * Computes the posterior of a document.
     *
     * @param document the document; not empty
     * @throws IllegalArgumentException if a vector has not the length that the network takes, or the network takes none
     */
    public static Posterior of(VaeWeights weights, Input document) {
        float[] x = firstLayer(weights, document);
        for (Dense layer : weights.layers().subList(1, weights.layers().size())) {
            for (int i = 0; i < x.length; i++) {
                x[i] = Math.max(0, x[i]);
            }
            x = layer.apply(x);
        }
        float[] deviation = weights.logVariance().apply(x);
        for (int i = 0; i < deviation.length; i++) {
            float logVariance = Math.clamp(deviation[i], Architecture.MIN_LOG_VARIANCE, Architecture.MAX_LOG_VARIANCE);
            deviation[i] = (float) Math.exp(0.5 * logVariance);
        }
        return new Posterior(weights.mean().apply(x), deviation);
    }

    /** The output of the first layer, {@code [width]}, a new array: a sum of the rows of the document's words. */
    private static float[] firstLayer(VaeWeights weights, Input document) {
        Dense first = weights.layers().get(0);
        float[] sum = first.bias().clone();
        SparseRows words = new SparseRows(weights.idf());
        words.addRow(document.words());
        for (int i = 0; i < words.length(); i++) {
            int row = words.word(i) * first.out();
            float value = words.value(i);
            for (int j = 0; j < sum.length; j++) {
                sum[j] += value * first.weights()[row + j];
            }
        }
        if (document.vector() != null) {
            addVector(weights, document.vector(), sum);
        }
        return sum;
    }

    private static void addVector(VaeWeights weights, float[] vector, float[] sum) {
        if (weights.vectorDims() != vector.length) {
            throw new IllegalArgumentException(
                    "the network takes [" + weights.vectorDims() + "] dimensions of a vector: " + vector.length);
        }
        float scale = (float) VectorRows.unitScale(vector);
        float[] unit = new float[vector.length];
        for (int i = 0; i < unit.length; i++) {
            unit[i] = vector[i] * scale;
        }
        float[] added = weights.vectors().apply(unit);
        for (int j = 0; j < sum.length; j++) {
            sum[j] += added[j];
        }
    }

    /**
     * The divergence of the posterior from the prior N(0, I), ½ Σ (μ² + σ² − 1 − log σ²), in nats (Kingma &amp; Welling
     * 2014, appendix B): what the document says beyond what all documents say.
     */
    public double divergence() {
        double sum = 0;
        for (int i = 0; i < mean.length; i++) {
            double variance = (double) deviation[i] * deviation[i];
            sum += (double) mean[i] * mean[i] + variance - 1 - Math.log(variance);
        }
        return sum / 2;
    }

    /**
     * Draws a latent, μ + wσε.
     *
     * @param width w, how far draws lie from the mean; 1 for the posterior itself
     * @return the direction of the draw, {@code [d]}, a new array of unit length
     */
    public float[] draw(float width, SplittableRandom random) {
        float[] z = new float[mean.length];
        double squares = 0;
        for (int i = 0; i < z.length; i++) {
            z[i] = (float) (mean[i] + width * deviation[i] * random.nextGaussian());
            squares += (double) z[i] * z[i];
        }
        double scale = squares == 0 ? 0 : 1 / Math.sqrt(squares);
        for (int i = 0; i < z.length; i++) {
            z[i] *= (float) scale;
        }
        return z;
    }
}
