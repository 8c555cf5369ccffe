/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.latentfacets.arithmetic.Kernel;
import io.latentfacets.arithmetic.Workers;
import io.latentfacets.vae.Dense;
import io.latentfacets.vae.DirectBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * A decoder on the heap, whose rows are words. Forward pass, gradient and Adam (Kingma &amp; Ba 2015; decoupled decay
 * after Loshchilov &amp; Hutter 2019) are those of {@link SoftmaxLoss} and plain loops. In the engine most of the time
 * went into passes over arrays of rows × vocabulary, which no cache holds.
 */
final class ArrayDecoder implements WordDecoder {
    private static final float BETA1 = 0.9f;
    private static final float BETA2 = 0.999f;
    private static final float EPSILON = 1e-8f;

    /** The number of parameters that a thread updates at a time. */
    private static final int UPDATED = 1 << 15;

    private final int vocabularySize;
    private final int dims;
    private final int stride;
    private final Workers workers;
    private final SoftmaxLoss loss;
    private final SoftmaxLoss.Parts values;
    private final SoftmaxLoss.Parts gradient;
    private final SoftmaxLoss.Parts mean;
    private final SoftmaxLoss.Parts variance;
    private final DirectBuffer buffer = new DirectBuffer();
    private float[] gradientOfZ = new float[0];

    /** @param initial the decoder to start from, {@code [d][V]}; copied */
    ArrayDecoder(Dense initial, Workers workers) {
        this.vocabularySize = initial.out();
        this.dims = initial.in();
        this.stride = Kernel.padded(dims);
        this.workers = workers;
        this.loss = new SoftmaxLoss(vocabularySize, dims, workers);
        this.values = zeros();
        this.gradient = zeros();
        this.mean = zeros();
        this.variance = zeros();
        restore(List.of(initial.weights(), initial.bias()));
    }

    private SoftmaxLoss.Parts zeros() {
        return new SoftmaxLoss.Parts(new float[vocabularySize * stride], new float[vocabularySize]);
    }

    /**
     * Returns Σ z · ∂L/∂z, whose gradient is that of the likelihood, plus what makes its value that of the likelihood.
     */
    @Override
    public NDArray likelihood(NDArray z, Targets targets, NDManager step) {
        float[] latents = z.toFloatArray();
        if (gradientOfZ.length < latents.length) {
            gradientOfZ = new float[latents.length];
        }
        double value = loss.compute(values, latents, targets, gradient, gradientOfZ);
        double product = 0;
        for (int i = 0; i < latents.length; i++) {
            product += (double) latents[i] * gradientOfZ[i];
        }
        NDArray constant = buffer.floats(step, gradientOfZ, new Shape(targets.rows(), dims));
        return z.mul(constant).sum().add(step.create((float) (value - product)));
    }

    @Override
    public float learn(NDArray z, Targets targets, NDManager step) {
        return (float) loss.compute(values, z.toFloatArray(), targets, gradient, null);
    }

    @Override
    public void update(float rate, int step, float decay) {
        float corrected = (float) (rate * Math.sqrt(1 - Math.pow(BETA2, step)) / (1 - Math.pow(BETA1, step)));
        float kept = 1 - rate * decay;
        workers.runRanges(
                values.words().length,
                UPDATED,
                (from, to) -> update(
                        values.words(), gradient.words(), mean.words(), variance.words(), from, to, corrected, kept));
        update(values.bias(), gradient.bias(), mean.bias(), variance.bias(), 0, vocabularySize, corrected, kept);
    }

    private static void update(
            float[] value, float[] gradient, float[] mean, float[] variance, int from, int to, float rate, float kept) {
        for (int i = from; i < to; i++) {
            float g = gradient[i];
            mean[i] = BETA1 * mean[i] + (1 - BETA1) * g;
            variance[i] = BETA2 * variance[i] + (1 - BETA2) * g * g;
            value[i] = value[i] * kept - rate * mean[i] / ((float) Math.sqrt(variance[i]) + EPSILON);
        }
    }

    @Override
    public void scaleInput(float factor) {
        for (int i = 0; i < values.words().length; i++) {
            values.words()[i] *= factor;
        }
    }

    @Override
    public void reset() {
        for (SoftmaxLoss.Parts moments : List.of(mean, variance)) {
            Arrays.fill(moments.words(), 0);
            Arrays.fill(moments.bias(), 0);
        }
    }

    @Override
    public List<float[]> snapshot() {
        return copy(values);
    }

    private List<float[]> copy(SoftmaxLoss.Parts parts) {
        float[] columns = new float[dims * vocabularySize];
        for (int word = 0; word < vocabularySize; word++) {
            for (int j = 0; j < dims; j++) {
                columns[j * vocabularySize + word] = parts.words()[word * stride + j];
            }
        }
        return List.of(columns, parts.bias().clone());
    }

    @Override
    public void restore(List<float[]> snapshot) {
        restore(snapshot, values);
    }

    private void restore(List<float[]> saved, SoftmaxLoss.Parts parts) {
        if (saved.size() != 2) {
            throw new IllegalArgumentException("expected [2] arrays of parameters: [" + saved.size() + "]");
        }
        float[] columns = requireLength(saved.get(0), dims * vocabularySize);
        float[] bias = requireLength(saved.get(1), vocabularySize);
        for (int word = 0; word < vocabularySize; word++) {
            for (int j = 0; j < dims; j++) {
                parts.words()[word * stride + j] = columns[j * vocabularySize + word];
            }
        }
        System.arraycopy(bias, 0, parts.bias(), 0, vocabularySize);
    }

    private static float[] requireLength(float[] array, int length) {
        if (array.length != length) {
            throw new IllegalArgumentException("expected [" + length + "] parameters: [" + array.length + "]");
        }
        return array;
    }

    @Override
    public Parameters.State state() {
        return new Parameters.State(copy(values), copy(mean), copy(variance));
    }

    @Override
    public void restore(Parameters.State state) {
        restore(state.values(), values);
        restore(state.means(), mean);
        restore(state.variances(), variance);
    }

    @Override
    public Dense toDense() {
        List<float[]> copy = snapshot();
        return new Dense(dims, vocabularySize, copy.get(0), copy.get(1));
    }
}
