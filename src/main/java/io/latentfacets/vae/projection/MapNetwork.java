/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.projection;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.latentfacets.vae.Dense;
import io.latentfacets.vae.network.Parameters;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/** The network of a {@link Projection} in training. Its arrays belong to the given manager. Not thread-safe. */
final class MapNetwork {
    private static final int HIDDEN = 64;
    private static final int LAYERS = 3;

    /** The standard deviation of the first axis at the start, in units of the network: the kernel is one unit wide. */
    private static final float START = 5;

    private static final double NEARLY_NOTHING = 1e-3;

    private record Layer(int in, int out, NDArray weights, NDArray bias) {}

    private final Parameters parameters;
    private final List<Layer> layers = new ArrayList<>();
    private final Layer linear;

    /** @param axes the first layout of the map; null to put all latents into one place */
    MapNetwork(NDManager manager, int dims, PrincipalAxes axes, SplittableRandom random) {
        parameters = new Parameters(manager);
        int in = dims;
        for (int i = 0; i < LAYERS; i++) {
            layers.add(layer(in, HIDDEN, gaussian(random, in * HIDDEN, Math.sqrt(2.0 / in)), new float[HIDDEN]));
            in = HIDDEN;
        }
        // at the start the network adds next to nothing, so the layout is that of the axes
        int outputs = in * Projection.AXES;
        float[] last = axes == null ? new float[outputs] : gaussian(random, outputs, NEARLY_NOTHING);
        layers.add(layer(in, Projection.AXES, last, new float[Projection.AXES]));
        linear = axes == null
                ? layer(dims, Projection.AXES, new float[dims * Projection.AXES], new float[Projection.AXES])
                : layer(dims, Projection.AXES, axes.weights(START), axes.bias(START));
    }

    private Layer layer(int in, int out, float[] weights, float[] bias) {
        return new Layer(in, out, parameters.add(weights, new Shape(in, out)), parameters.add(bias, new Shape(out)));
    }

    private static float[] gaussian(SplittableRandom random, int length, double scale) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) (scale * random.nextGaussian());
        }
        return values;
    }

    /**
     * Takes one step of the optimizer.
     *
     * @param memory the memory of this step
     * @param latents the latents of a batch, {@code [batch][dims]}
     * @param loss the loss of their places, {@code [batch][2]}
     * @param number the number of the step, from 1
     */
    void step(NDManager memory, NDArray latents, UnaryOperator<NDArray> loss, float rate, int number) {
        try (GradientCollector collector =
                Engine.getEngine(memory.getEngine().getEngineName()).newGradientCollector()) {
            collector.backward(loss.apply(places(memory, latents)));
        }
        parameters.update(rate, number, 0);
    }

    private NDArray places(NDManager memory, NDArray latents) {
        NDArray zero = memory.create(0f);
        NDArray output = latents;
        for (int i = 0; i < layers.size(); i++) {
            output = applied(layers.get(i), output, memory);
            if (i < layers.size() - 1) {
                output = output.maximum(zero);
            }
        }
        return output.add(applied(linear, latents, memory));
    }

    private static NDArray applied(Layer layer, NDArray input, NDManager memory) {
        return input.matMul(Parameters.within(memory, layer.weights())).add(Parameters.within(memory, layer.bias()));
    }

    /** Forgets the optimizer's state. */
    void reset() {
        parameters.reset();
    }

    /** Whether all weights are numbers, which a training may lose. */
    boolean isFinite() {
        for (float[] values : parameters.snapshot()) {
            for (float value : values) {
                if (!Float.isFinite(value)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Returns what the network has learned. */
    Projection projection(float scale, float[] middle) {
        return new Projection(
                dense(linear), layers.stream().map(MapNetwork::dense).toList(), scale, middle);
    }

    private static Dense dense(Layer layer) {
        return new Dense(
                layer.in(),
                layer.out(),
                layer.weights().toFloatArray(),
                layer.bias().toFloatArray());
    }
}
