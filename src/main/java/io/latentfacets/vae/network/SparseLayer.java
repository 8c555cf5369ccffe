/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.network;

import io.latentfacets.arithmetic.Kernel;
import io.latentfacets.arithmetic.Kernels;
import io.latentfacets.arithmetic.Workers;
import io.latentfacets.vae.Dense;
import io.latentfacets.vae.SparseRows;
import java.util.Arrays;

/**
 * The encoder's first layer in training, h = xW with sparse x. Forward pass, backward pass and Adam (Kingma &amp; Ba
 * 2015; decoupled decay after Loshchilov &amp; Hutter 2019) are plain loops over rows of W, one row per word. A dense
 * product would read all of W for each document; a gather in the engine took five times as long in measurements. Not
 * thread-safe.
 */
public final class SparseLayer {
    private static final float BETA1 = 0.9f;
    private static final float BETA2 = 0.999f;
    private static final float EPSILON = 1e-8f;

    /** The numbers of rows of a batch and of words that a thread computes at a time. */
    private static final int ROWS = 64;

    private static final int WORDS = 512;

    private final int width;
    private final float rateFactor;
    private final float[] weights;
    private final float[] gradient;
    private final float[] mean;
    private final float[] variance;
    private final boolean[] touched;
    private final ByWord byWord;
    private final Workers workers;
    private final Kernel kernel = Kernels.best();

    /** @param initial W, {@code [V][width]}; copied */
    public SparseLayer(Dense initial) {
        this(initial, 1, Workers.NONE);
    }

    /**
     * @param initial W, {@code [V][width]}; copied
     * @param rateFactor the learning rate of this layer as a part of that of the others
     * @param workers the threads that share the work
     */
    SparseLayer(Dense initial, float rateFactor, Workers workers) {
        this.workers = workers;
        this.byWord = new ByWord(initial.in());
        this.rateFactor = rateFactor;
        this.width = initial.out();
        this.weights = initial.weights().clone();
        this.gradient = new float[weights.length];
        this.mean = new float[weights.length];
        this.variance = new float[weights.length];
        this.touched = new boolean[initial.in()];
    }

    int width() {
        return width;
    }

    float[] weights() {
        return weights;
    }

    /** Returns Adam's first moments, {@code [V][width]}. */
    float[] means() {
        return mean;
    }

    /** Returns Adam's second moments, {@code [V][width]}. */
    float[] variances() {
        return variance;
    }

    /**
     * Returns the gradient that {@link #backward} has summed since the last {@link #update}, {@code [V][width]}; for
     * tests.
     */
    public float[] gradient() {
        return gradient;
    }

    /**
     * Writes h = xW for the rows {@code from} to {@code to} − 1 into {@code h}, row-major {@code [to - from][width]}.
     */
    void forward(SparseRows x, int from, int to, float[] h) {
        Arrays.fill(h, 0, (to - from) * width, 0);
        workers.runRanges(to - from, ROWS, (first, last) -> {
            for (int row = from + first; row < from + last; row++) {
                kernel.combine(
                        x.words(), x.values(), x.start(row), x.end(row), weights, width, h, (row - from) * width);
            }
        });
    }

    /**
     * Adds xᵀ · ∂L/∂h to the gradient of W.
     *
     * @param x the rows of the forward pass
     * @param gradientOfH ∂L/∂h, row-major {@code [rows][width]}
     */
    public void backward(SparseRows x, float[] gradientOfH) {
        // by word, so that no two threads write to one row of the gradient, and each of its sums has one order
        byWord.order(x.rows(), x::end, x.words(), x.values());
        workers.runRanges(touched.length, WORDS, (first, last) -> {
            for (int word = first; word < last; word++) {
                int from = byWord.start(word);
                int to = byWord.start(word + 1);
                if (from < to) {
                    touched[word] = true;
                    kernel.combine(
                            byWord.rows(), byWord.values(), from, to, gradientOfH, width, gradient, word * width);
                }
            }
        });
    }

    /** Sets the moments to zero; the next stage starts Adam anew. */
    void reset() {
        Arrays.fill(mean, 0);
        Arrays.fill(variance, 0);
    }

    /**
     * Takes one step of Adam with the summed gradient, and sets the gradient to zero.
     *
     * @param fullRate the learning rate of a layer with the factor 1
     * @param step the number of this step, from 1
     * @param decay the weight decay per unit of the learning rate
     */
    void update(float fullRate, int step, float decay) {
        float rate = rateFactor * fullRate;
        float stepSize = (float) (rate / (1 - Math.pow(BETA1, step)));
        float varianceScale = (float) (1 / (1 - Math.pow(BETA2, step)));
        float kept = 1 - rate * decay;
        workers.runRanges(touched.length, WORDS, (first, last) -> {
            for (int word = first; word < last; word++) {
                int from = word * width;
                if (touched[word]) {
                    touched[word] = false;
                    step(from, from + width, stepSize, varianceScale, kept);
                    Arrays.fill(gradient, from, from + width, 0);
                } else {
                    coast(from, from + width, stepSize, varianceScale, kept);
                }
            }
        });
    }

    private void step(int from, int to, float stepSize, float varianceScale, float kept) {
        for (int i = from; i < to; i++) {
            float g = gradient[i];
            mean[i] = BETA1 * mean[i] + (1 - BETA1) * g;
            variance[i] = BETA2 * variance[i] + (1 - BETA2) * g * g;
            weights[i] =
                    weights[i] * kept - stepSize * mean[i] / ((float) Math.sqrt(variance[i] * varianceScale) + EPSILON);
        }
    }

    /** Updates words that are not in the batch: they continue with their momentum, as in dense Adam. */
    private void coast(int from, int to, float stepSize, float varianceScale, float kept) {
        for (int i = from; i < to; i++) {
            mean[i] *= BETA1;
            variance[i] *= BETA2;
            weights[i] =
                    weights[i] * kept - stepSize * mean[i] / ((float) Math.sqrt(variance[i] * varianceScale) + EPSILON);
        }
    }
}
