/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.network;

import io.latentfacets.vae.Dense;
import io.latentfacets.vae.SparseRows;
import java.util.Arrays;

/**
 * The encoder's first layer in training, h = xW with x sparse: forward, backward and Adam (Kingma &amp; Ba 2015;
 * decoupled decay after Loshchilov &amp; Hutter 2019) as plain loops over a word's row of W. A dense product would
 * touch all of W for each document; measured, this takes a fifth of the time of a gather in the engine. Not
 * thread-safe.
 */
public final class SparseLayer {
    private static final float BETA1 = 0.9f;
    private static final float BETA2 = 0.999f;
    private static final float EPSILON = 1e-8f;

    private final int width;
    private final float[] weights;
    private final float[] gradient;
    private final float[] mean;
    private final float[] variance;
    private final boolean[] touched;

    /** @param initial V × width; copied */
    public SparseLayer(Dense initial) {
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

    /** Gradient of what {@link #backward} was given since the last {@link #update}; for tests. */
    public float[] gradient() {
        return gradient;
    }

    /** h = xW for rows {@code from} to {@code to}, into {@code h}, row by row. */
    void forward(SparseRows x, int from, int to, float[] h) {
        Arrays.fill(h, 0, (to - from) * width, 0);
        for (int row = from; row < to; row++) {
            int target = (row - from) * width;
            for (int i = x.start(row); i < x.end(row); i++) {
                int source = x.word(i) * width;
                float value = x.value(i);
                for (int j = 0; j < width; j++) {
                    h[target + j] += value * weights[source + j];
                }
            }
        }
    }

    /** Adds xᵀ · ∂L/∂h to the gradient of W. */
    public void backward(SparseRows x, float[] gradientOfH) {
        for (int row = 0; row < x.rows(); row++) {
            int source = row * width;
            for (int i = x.start(row); i < x.end(row); i++) {
                int target = x.word(i) * width;
                touched[x.word(i)] = true;
                float value = x.value(i);
                for (int j = 0; j < width; j++) {
                    gradient[target + j] += value * gradientOfH[source + j];
                }
            }
        }
    }

    /** Forgets the moments: the next stage starts Adam anew. */
    void reset() {
        Arrays.fill(mean, 0);
        Arrays.fill(variance, 0);
    }

    /** One step of Adam with the gradient gathered so far, which is then zero again. */
    void update(float rate, int step, float decay) {
        float stepSize = (float) (rate / (1 - Math.pow(BETA1, step)));
        float varianceScale = (float) (1 / (1 - Math.pow(BETA2, step)));
        float kept = 1 - rate * decay;
        for (int word = 0; word < touched.length; word++) {
            int from = word * width;
            if (touched[word]) {
                touched[word] = false;
                step(from, from + width, stepSize, varianceScale, kept);
                Arrays.fill(gradient, from, from + width, 0);
            } else {
                coast(from, from + width, stepSize, varianceScale, kept);
            }
        }
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

    /** Words that are not in the batch move on with their momentum, as in dense Adam. */
    private void coast(int from, int to, float stepSize, float varianceScale, float kept) {
        for (int i = from; i < to; i++) {
            mean[i] *= BETA1;
            variance[i] *= BETA2;
            weights[i] =
                    weights[i] * kept - stepSize * mean[i] / ((float) Math.sqrt(variance[i] * varianceScale) + EPSILON);
        }
    }
}
