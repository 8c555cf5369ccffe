/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae;

/**
 * How vectors stand before they meet their layer in training: v ↦ (v/|v| − mean) · scale. Embeddings point in much the
 * same direction (Mu &amp; Viswanath 2018), so what tells documents apart is the small rest after their mean. It is
 * brought to a mean square length of 1, which is the length of a document's words: neither drowns the other. Being
 * affine it disappears into the layer when the training is over.
 *
 * @param mean of the unit vectors; its length is that of the vectors
 * @param scale one over the root mean square distance to the mean
 */
public record Centering(float[] mean, float scale) {

    /** Vectors that a mean is taken of; more of them say nothing new. */
    private static final int SAMPLE = 20_000;

    /** Below this mean square distance all vectors are one and the same. */
    private static final double SAME = 1e-6;

    /** Leaves unit vectors as they are. */
    public static Centering none(int dims) {
        return new Centering(new float[dims], 1);
    }

    /**
     * Of the vectors of {@code source}; {@link #none} if they do not differ.
     *
     * @param documents numbers, in an order that is as good as random
     */
    public static Centering of(InputSource source, int[] documents) {
        int dims = source.vectorDims();
        double[] sum = new double[dims];
        int count = 0;
        for (int i = 0; i < documents.length && count < SAMPLE; i++) {
            float[] vector = source.vector(documents[i]);
            if (vector != null) {
                double scale = VectorRows.unitScale(vector);
                for (int j = 0; j < dims; j++) {
                    sum[j] += vector[j] * scale;
                }
                count++;
            }
        }
        if (count == 0) {
            return none(dims);
        }
        float[] mean = new float[dims];
        double squares = 0;
        for (int j = 0; j < dims; j++) {
            mean[j] = (float) (sum[j] / count);
            squares += (double) mean[j] * mean[j];
        }
        // unit vectors: the mean of |v − mean|² is 1 − |mean|²
        double spread = 1 - squares;
        return spread < SAME ? none(dims) : new Centering(mean, (float) (1 / Math.sqrt(spread)));
    }

    public int dims() {
        return mean.length;
    }

    /** The layer that does to centred vectors what {@code layer} does to unit vectors. */
    public Dense unfolded(Dense layer) {
        float[] weights = layer.weights().clone();
        for (int i = 0; i < weights.length; i++) {
            weights[i] /= scale;
        }
        return new Dense(layer.in(), layer.out(), weights, layer.apply(mean));
    }

    /** The layer that does to unit vectors what {@code layer} does to centred ones. */
    public Dense folded(Dense layer) {
        float[] weights = layer.weights().clone();
        for (int i = 0; i < weights.length; i++) {
            weights[i] *= scale;
        }
        float[] minus = new float[mean.length];
        for (int j = 0; j < minus.length; j++) {
            minus[j] = -mean[j];
        }
        return new Dense(
                layer.in(),
                layer.out(),
                weights,
                new Dense(layer.in(), layer.out(), weights, layer.bias()).apply(minus));
    }
}
