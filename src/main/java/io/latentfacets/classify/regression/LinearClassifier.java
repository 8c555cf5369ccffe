/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.classify.regression;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Fitted weights: a score for each class, and a probability. Immutable and thread-safe; it does not copy its arrays.
 *
 * <p>With one label a document, the probabilities are the softmax of the scores divided by the temperature; with
 * several, each is the logistic function of its own.
 */
public final class LinearClassifier {

    /** {@code [columns · classes]}: the weights of one feature in all classes lie together, since rows are sparse. */
    private final float[] weights;

    private final float[] biases;
    private final double temperature;
    private final boolean multiLabel;

    /**
     * Wraps weights.
     *
     * @param weights {@code [columns · classes]}, feature by feature
     * @param biases {@code [classes]}
     * @param temperature what scores are divided by; above 0
     * @param multiLabel whether a document may have several labels
     */
    public LinearClassifier(float[] weights, float[] biases, double temperature, boolean multiLabel) {
        if (!(temperature > 0)) {
            throw new IllegalArgumentException("the temperature must be above 0: " + temperature);
        }
        this.weights = weights;
        this.biases = biases;
        this.temperature = temperature;
        this.multiLabel = multiLabel;
    }

    LinearClassifier withTemperature(double other) {
        return new LinearClassifier(weights, biases, other, multiLabel);
    }

    /** The number of classes. */
    public int classes() {
        return biases.length;
    }

    /** The number of features. */
    public int columns() {
        return weights.length / biases.length;
    }

    /** What scores are divided by. */
    public double temperature() {
        return temperature;
    }

    /** Whether a document may have several labels. */
    public boolean multiLabel() {
        return multiLabel;
    }

    /** The part of a feature in the score of a class. */
    public float weight(int label, int column) {
        return weights[column * biases.length + label];
    }

    /** The score of each class, before the temperature, {@code [classes]}. */
    public double[] scores(FeatureRow row) {
        int classes = biases.length;
        float[] sums = biases.clone();
        int[] ids = row.ids();
        float[] values = row.values();
        for (int i = 0; i < ids.length; i++) {
            int from = ids[i] * classes;
            float value = values[i];
            for (int label = 0; label < classes; label++) {
                sums[label] += weights[from + label] * value;
            }
        }
        double[] scores = new double[classes];
        for (int label = 0; label < classes; label++) {
            scores[label] = sums[label];
        }
        return scores;
    }

    /** The probability of each class, {@code [classes]}. They sum to 1 unless a document may have several labels. */
    public double[] probabilities(FeatureRow row) {
        return probabilities(scores(row), temperature, multiLabel);
    }

    static double[] probabilities(double[] scores, double temperature, boolean multiLabel) {
        double[] probabilities = new double[scores.length];
        if (multiLabel) {
            for (int i = 0; i < scores.length; i++) {
                probabilities[i] = 1 / (1 + Math.exp(-scores[i] / temperature));
            }
            return probabilities;
        }
        double max = Double.NEGATIVE_INFINITY;
        for (double score : scores) {
            max = Math.max(max, score);
        }
        double sum = 0;
        for (int i = 0; i < scores.length; i++) {
            probabilities[i] = Math.exp((scores[i] - max) / temperature);
            sum += probabilities[i];
        }
        for (int i = 0; i < scores.length; i++) {
            probabilities[i] /= sum;
        }
        return probabilities;
    }

    /** The heap that the weights take, in bytes. */
    public long ramBytes() {
        return ((long) weights.length + biases.length) * Float.BYTES + 64;
    }

    /**
     * Writes the weights: classes, columns, whether several labels, temperature, biases, weights feature by feature.
     */
    public void writeTo(DataOutput out) throws IOException {
        out.writeInt(classes());
        out.writeInt(columns());
        out.writeBoolean(multiLabel);
        out.writeDouble(temperature);
        for (float bias : biases) {
            out.writeFloat(bias);
        }
        for (float weight : weights) {
            out.writeFloat(weight);
        }
    }

    /**
     * Reads what {@link #writeTo} wrote.
     *
     * @param maxFloats the largest number of weights that the caller has memory for
     * @throws IOException if the data is damaged or larger
     */
    public static LinearClassifier readFrom(DataInput in, long maxFloats) throws IOException {
        int classes = in.readInt();
        int columns = in.readInt();
        if (classes < 1 || columns < 1 || (long) classes * columns > maxFloats) {
            throw new IOException("a classifier of [" + classes + "] classes and [" + columns + "] features");
        }
        boolean multiLabel = in.readBoolean();
        double temperature = in.readDouble();
        if (!(temperature > 0)) {
            throw new IOException("a classifier of temperature [" + temperature + "]");
        }
        float[] biases = new float[classes];
        float[] weights = new float[classes * columns];
        for (int label = 0; label < classes; label++) {
            biases[label] = in.readFloat();
        }
        for (int i = 0; i < weights.length; i++) {
            weights[i] = in.readFloat();
        }
        return new LinearClassifier(weights, biases, temperature, multiLabel);
    }
}
