/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.network;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.latentfacets.arithmetic.Kernel;
import io.latentfacets.arithmetic.Kernels;
import io.latentfacets.arithmetic.Workers;
import io.latentfacets.vae.Architecture;
import io.latentfacets.vae.Centering;
import io.latentfacets.vae.Dense;
import io.latentfacets.vae.DirectBuffer;
import io.latentfacets.vae.SparseRows;
import io.latentfacets.vae.VaeWeights;
import java.util.ArrayList;
import java.util.List;

/**
 * The autoencoder in training. Java computes the sparse first layer; the engine computes the dense layers. Their
 * interface is h, the first layer's output: the engine returns the gradient of h to Java. Not thread-safe; closing
 * frees the native memory.
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
    private final Workers workers;
    private final float[] idf;
    private final SparseLayer first;
    private final Parameters encoderParameters;
    private final List<Layer> hidden = new ArrayList<>();
    private final Layer mean;
    private final Layer logVariance;
    private final WordDecoder decoder;
    private final Centering centering;
    private final NDArray vectorLayer;
    private final DirectBuffer hiddenBuffer = new DirectBuffer();
    private float[] h = new float[0];

    /**
     * @param initial the weights to start from; copied
     * @param manager the engine's memory; this network owns and closes it
     */
    public Network(VaeWeights initial, NDManager manager) {
        this(initial, Centering.none(initial.vectorDims()), manager);
    }

    /**
     * @param initial the weights to start from; copied
     * @param centering the centering of the vectors that the network will receive
     * @param manager the engine's memory; this network owns and closes it
     */
    public Network(VaeWeights initial, Centering centering, NDManager manager) {
        this(initial, centering, 1, manager, Workers.NONE);
    }

    /**
     * @param initial the weights to start from; copied
     * @param centering the centering of the vectors that the network will receive
     * @param firstRate the learning rate of the first layer as a part of that of the others
     * @param manager the engine's memory; this network owns and closes it
     * @param workers the threads that share the work on the layers of words
     */
    public Network(VaeWeights initial, Centering centering, float firstRate, NDManager manager, Workers workers) {
        this.manager = manager;
        this.workers = workers;
        this.centering = centering;
        this.idf = initial.idf();
        this.first = new SparseLayer(initial.layers().get(0), firstRate, workers);
        this.encoderParameters = new Parameters(manager);
        for (Dense layer : initial.layers().subList(1, initial.layers().size())) {
            hidden.add(layer(encoderParameters, layer));
        }
        this.mean = layer(encoderParameters, initial.mean());
        this.logVariance = layer(encoderParameters, initial.logVariance());
        this.decoder = decodesInEngine(manager.getDevice())
                ? new EngineDecoder(initial.decoder(), manager)
                : new ArrayDecoder(initial.decoder(), workers);
        this.vectorLayer = initial.vectors() == null ? null : vectorLayer(centering.unfolded(initial.vectors()));
    }

    /**
     * Whether the engine computes the decoder of trainings on a device: a GPU does, and so does the CPU where this JVM
     * has no fast loops. The weights then have other last bits.
     */
    public static boolean decodesInEngine(Device device) {
        return device.isGpu() || !Kernels.fast();
    }

    /** The weights and, as a last row, the bias, which the column of ones in the rows of vectors multiplies. */
    private NDArray vectorLayer(Dense initial) {
        return encoderParameters.add(initial.withBiasAsRow(), new Shape(initial.in() + 1, initial.out()));
    }

    private static Layer layer(Parameters parameters, Dense initial) {
        return new Layer(
                parameters.add(initial.weights(), new Shape(initial.in(), initial.out())),
                parameters.add(initial.bias(), new Shape(initial.out())));
    }

    /**
     * The floats on the heap that the weights of a decoder take, without its optimizer.
     *
     * @param terms the number of vocabulary entries, V
     * @param latents the number of dimensions of a latent
     */
    public static long decoderFloats(long terms, long latents) {
        return terms * (Kernel.padded(Math.toIntExact(latents)) + 1);
    }

    /**
     * The floats on the heap that decoding takes beside the weights.
     *
     * @param rows the largest number of latents that are decoded together
     */
    public static long decodingFloats(long terms, long latents, int rows) {
        return SoftmaxLoss.floats(terms, latents, rows);
    }

    /** Returns the input weight of each vocabulary entry, {@code [V]}; nobody may write to it. */
    public float[] idf() {
        return idf;
    }

    /** Returns the length of the vectors that the network takes beside words; 0 if it takes none. */
    public int vectorDims() {
        return vectorLayer == null ? 0 : centering.dims();
    }

    public NDManager manager() {
        return manager;
    }

    /** Returns the threads that share the work on this network. */
    public Workers workers() {
        return workers;
    }

    /** Returns h of all rows, {@code [rows][width]}, in {@code step}'s memory; valid until the next call. */
    public NDArray firstLayer(SparseRows x, NDManager step) {
        return firstLayer(x, 0, x.rows(), step);
    }

    /**
     * Returns the first layer's output for words and vectors together, {@code [rows][width]}, for a pass that computes
     * no gradient; valid until the next call.
     */
    public NDArray firstLayer(EncoderInputs inputs, NDManager step) {
        return withVectors(firstLayer(inputs.words(), step), inputs, step);
    }

    /**
     * Returns the first layer's output with vectors, h + vU; h itself if the model takes no vectors.
     *
     * @param h the first layer's output for the words, {@code [rows][width]}
     * @param inputs the inputs that gave h
     * @param step the memory of the step
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

    /**
     * Returns the input of the mean and log variance layers: the first layer's output, passed through the further
     * hidden layers.
     */
    public NDArray body(NDArray firstLayer) {
        NDArray x = firstLayer;
        for (Layer layer : hidden) {
            x = layer.apply(x.getNDArrayInternal().relu());
        }
        return x;
    }

    /** Returns the posterior mean μ, {@code [rows][d]}. */
    public NDArray mean(NDArray body) {
        return mean.apply(body);
    }

    /** Returns log σ², {@code [rows][d]}, clamped to the bounds of {@link Architecture} so that exp stays finite. */
    public NDArray logVariance(NDArray body) {
        return Scalars.between(logVariance.apply(body), Architecture.MIN_LOG_VARIANCE, Architecture.MAX_LOG_VARIANCE);
    }

    /**
     * Returns the mean over the rows of −Σ_w share_w · log p(w|z), a scalar, within a graph that gives the gradient of
     * z. The decoder then has its gradient too, for {@link #updateDecoder}: one call between two updates, and the total
     * loss must have the result with the weight 1.
     *
     * @param z the latents, {@code [rows][d]}
     * @param targets the words of each row
     * @param step the memory of the step
     */
    public NDArray likelihood(NDArray z, Targets targets, NDManager step) {
        return decoder.likelihood(z, targets, step);
    }

    /** Computes the decoder's gradient alone, for latents that are constants; returns {@link #likelihood}. */
    public float learnWords(NDArray z, Targets targets, NDManager step) {
        return decoder.learn(z, targets, step);
    }

    /** Returns U and, as a last row, its bias; {@code null} without vectors; for tests. */
    public NDArray vectorLayer() {
        return vectorLayer;
    }

    /** Adds the first layer's part of the gradient, computed from the gradient of h. */
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
        decoder.update(rate, step, decay);
    }

    /** Scales the decoder's weights: it then gives for z what it gave for {@code factor} · z. */
    public void scaleDecoderInput(float factor) {
        decoder.scaleInput(factor);
    }

    /** Resets Adam's moments. */
    public void resetOptimizer() {
        first.reset();
        encoderParameters.reset();
        decoder.reset();
    }

    /** Returns the current weights, with copied arrays and with the centering folded into the layer of the vectors. */
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

    /** A copy of all values that training changes, for {@link #restore}. */
    public record Snapshot(float[] first, List<float[]> encoder, List<float[]> decoder) {}

    public Snapshot snapshot() {
        return new Snapshot(first.weights().clone(), encoderParameters.snapshot(), decoder.snapshot());
    }

    public void restore(Snapshot snapshot) {
        copy(snapshot.first, first.weights());
        encoderParameters.restore(snapshot.encoder);
        decoder.restore(snapshot.decoder);
    }

    /** A copy of all values that training changes, and of Adam's two moments of each. */
    public record State(Snapshot values, Snapshot means, Snapshot variances) {}

    /** Returns the state between two steps, when all gradients are zero. */
    public State state() {
        Parameters.State encoder = encoderParameters.state();
        Parameters.State decoding = decoder.state();
        return new State(
                new Snapshot(first.weights().clone(), encoder.values(), decoding.values()),
                new Snapshot(first.means().clone(), encoder.means(), decoding.means()),
                new Snapshot(first.variances().clone(), encoder.variances(), decoding.variances()));
    }

    /**
     * Restores a {@link #state}; the next step is then the one that followed it.
     *
     * @throws IllegalArgumentException if the state is of a network with other layers
     */
    public void restore(State state) {
        copy(state.values.first, first.weights());
        copy(state.means.first, first.means());
        copy(state.variances.first, first.variances());
        encoderParameters.restore(
                new Parameters.State(state.values.encoder, state.means.encoder, state.variances.encoder));
        decoder.restore(new Parameters.State(state.values.decoder, state.means.decoder, state.variances.decoder));
    }

    private static void copy(float[] from, float[] to) {
        if (from.length != to.length) {
            throw new IllegalArgumentException(
                    "expected [" + to.length + "] weights of the first layer: [" + from.length + "]");
        }
        System.arraycopy(from, 0, to, 0, to.length);
    }

    @Override
    public void close() {
        manager.close();
    }
}
