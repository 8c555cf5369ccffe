/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.latentfacets.vae.Architecture;
import io.latentfacets.vae.Centering;
import io.latentfacets.vae.Dense;
import io.latentfacets.vae.DirectBuffer;
import io.latentfacets.vae.SparseRows;
import io.latentfacets.vae.VaeWeights;
import java.util.ArrayList;
import java.util.List;

/**
 * The autoencoder in training. The sparse first layer is Java's, all that is dense is the engine's; the two meet at h,
 * the first layer's output, whose gradient comes back. Not thread-safe; closing frees the native memory.
 */
public final class Network implements AutoCloseable {

    /** An affine layer of engine arrays. */
    private record Layer(NDArray weights, NDArray bias) {
        NDArray apply(NDArray x) {
            return x.matMul(weights).add(bias);
        }

        Dense toDense() {
            Shape shape = weights.getShape();
            return new Dense((int) shape.get(0), (int) shape.get(1), weights.toFloatArray(), bias.toFloatArray());
        }
    }

    private final NDManager manager;
    private final float[] idf;
    private final SparseLayer first;
    private final Parameters encoderParameters;
    private final Parameters decoderParameters;
    private final List<Layer> hidden = new ArrayList<>();
    private final Layer mean;
    private final Layer logVariance;
    private final Layer decoder;
    private final Centering centering;
    private final NDArray vectorLayer;
    private final DirectBuffer hiddenBuffer = new DirectBuffer();
    private float[] h = new float[0];

    /** @param manager owned and closed by this network */
    public Network(VaeWeights initial, NDManager manager) {
        this(initial, Centering.none(initial.vectorDims()), manager);
    }

    /**
     * @param centering of the vectors that it will be given
     * @param manager owned and closed by this network
     */
    public Network(VaeWeights initial, Centering centering, NDManager manager) {
        this.manager = manager;
        this.centering = centering;
        this.idf = initial.idf();
        this.first = new SparseLayer(initial.layers().get(0));
        this.encoderParameters = new Parameters(manager);
        this.decoderParameters = new Parameters(manager);
        for (Dense layer : initial.layers().subList(1, initial.layers().size())) {
            hidden.add(layer(encoderParameters, layer));
        }
        this.mean = layer(encoderParameters, initial.mean());
        this.logVariance = layer(encoderParameters, initial.logVariance());
        this.decoder = layer(decoderParameters, initial.decoder());
        this.vectorLayer = initial.vectors() == null ? null : vectorLayer(centering.unfolded(initial.vectors()));
    }

    /** The weights and below them the bias, which a last column of ones in the rows of vectors multiplies. */
    private NDArray vectorLayer(Dense initial) {
        return encoderParameters.add(initial.withBiasAsRow(), new Shape(initial.in() + 1, initial.out()));
    }

    private static Layer layer(Parameters parameters, Dense initial) {
        return new Layer(
                parameters.add(initial.weights(), new Shape(initial.in(), initial.out())),
                parameters.add(initial.bias(), new Shape(initial.out())));
    }

    public NDManager manager() {
        return manager;
    }

    /** h of all rows, rows × width, in {@code step}'s memory; valid until the next call. */
    public NDArray firstLayer(SparseRows x, NDManager step) {
        return firstLayer(x, 0, x.rows(), step);
    }

    /** The first layer's output for words and vectors together: where nothing is to be differentiated. */
    public NDArray firstLayer(EncoderInputs inputs, NDManager step) {
        return withVectors(firstLayer(inputs.words(), step), inputs, step);
    }

    /**
     * h + vU, the first layer's output where a model takes vectors; h itself where it does not.
     *
     * @param h of the words
     */
    public NDArray withVectors(NDArray h, EncoderInputs inputs, NDManager step) {
        return vectorLayer == null ? h : h.add(inputs.vectors().toArray(step).matMul(vectorLayer));
    }

    private NDArray firstLayer(SparseRows x, int from, int to, NDManager step) {
        int length = (to - from) * first.width();
        if (h.length < length) {
            h = new float[length];
        }
        first.forward(x, from, to, h);
        return hiddenBuffer.floats(step, h, new Shape(to - from, first.width()));
    }

    /** What the heads see: the first layer's output, through the further hidden layers. */
    public NDArray body(NDArray firstLayer) {
        NDArray x = firstLayer;
        for (Layer layer : hidden) {
            x = layer.apply(x.getNDArrayInternal().relu());
        }
        return x;
    }

    /** Posterior mean μ, rows × d. */
    public NDArray mean(NDArray body) {
        return mean.apply(body);
    }

    /** log σ², rows × d, kept within bounds that exp can take. */
    public NDArray logVariance(NDArray body) {
        return Scalars.between(logVariance.apply(body), Architecture.MIN_LOG_VARIANCE, Architecture.MAX_LOG_VARIANCE);
    }

    /** log p(w|z), rows × V. */
    public NDArray decode(NDArray z) {
        return decoder.apply(z).logSoftmax(-1);
    }

    /** U and below it its bias; {@code null} without vectors; for tests. */
    public NDArray vectorLayer() {
        return vectorLayer;
    }

    /** The gradient of h goes into the first layer's. */
    public void backward(SparseRows x, NDArray firstLayer) {
        try (NDArray gradient = firstLayer.getGradient()) {
            first.backward(x, gradient.toFloatArray());
        }
    }

    public void updateEncoder(float rate, int step, float decay) {
        first.update(rate, step, decay);
        encoderParameters.update(rate, step, decay);
    }

    public void updateDecoder(float rate, int step, float decay) {
        decoderParameters.update(rate, step, decay);
    }

    /** From now on the decoder gives for z what it gave for {@code factor} · z. */
    public void scaleDecoderInput(float factor) {
        decoder.weights.muli(factor);
    }

    /** Starts Adam anew. */
    public void resetOptimizer() {
        first.reset();
        encoderParameters.reset();
        decoderParameters.reset();
    }

    /** The network as it is now; the arrays are copies. */
    public VaeWeights weights() {
        List<Dense> layers = new ArrayList<>();
        float[] rows = first.weights().clone();
        layers.add(new Dense(rows.length / first.width(), first.width(), rows, new float[first.width()]));
        hidden.forEach(layer -> layers.add(layer.toDense()));
        Dense vectors = vectorLayer == null
                ? null
                : centering.folded(Dense.ofBiasAsRow(centering.dims(), first.width(), vectorLayer.toFloatArray()));
        return new VaeWeights(idf, layers, mean.toDense(), logVariance.toDense(), decoder.toDense(), vectors);
    }

    /** All that is trained, to come back to. */
    public record Snapshot(float[] first, List<float[]> encoder, List<float[]> decoder) {}

    public Snapshot snapshot() {
        return new Snapshot(first.weights().clone(), encoderParameters.snapshot(), decoderParameters.snapshot());
    }

    public void restore(Snapshot snapshot) {
        System.arraycopy(snapshot.first, 0, first.weights(), 0, snapshot.first.length);
        encoderParameters.restore(snapshot.encoder);
        decoderParameters.restore(snapshot.decoder);
    }

    @Override
    public void close() {
        manager.close();
    }
}
