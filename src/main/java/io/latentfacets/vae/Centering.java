/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae;

/**
 * Centres and scales vectors before the first layer in training: v ↦ (v/|v| − mean) · scale. Embeddings point in much
 * the same direction (Mu &amp; Viswanath 2018), so only the small rest after subtracting the mean tells documents
 * apart. The scale gives this rest a mean square length of 1, the length of a document's words, so that neither input
 * drowns the other. The map is affine: {@link #folded} merges it into the layer after training.
 *
 * @param mean the mean of the unit vectors, {@code [dims]}
 * @param scale one over the root mean square distance to the mean
 */
public record Centering(float[] mean, float scale) {

    /** The largest number of vectors that enter the mean; more would hardly change it. */
    private static final int SAMPLE = 20_000;

    /** Below this mean square distance to the mean, all vectors count as equal. */
    private static final double SAME = 1e-6;

    /** Returns the identity on unit vectors. */
    public static Centering none(int dims) {
        return new Centering(new float[dims], 1);
    }

    /**
     * Returns the centering of the vectors of {@code source}, or {@link #none} if they do not differ.
     *
     * @param source the documents; the method reads their vectors only
     * @param documents the document numbers, in an order as good as random, since only the first vectors enter the mean
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

    /** Returns the layer that gives for centred vectors what {@code layer} gives for unit vectors. */
    public Dense unfolded(Dense layer) {
        float[] weights = layer.weights().clone();
        for (int i = 0; i < weights.length; i++) {
            weights[i] /= scale;
        }
        return new Dense(layer.in(), layer.out(), weights, layer.apply(mean));
    }

    /** Returns the layer that gives for unit vectors what {@code layer} gives for centred vectors. */
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
