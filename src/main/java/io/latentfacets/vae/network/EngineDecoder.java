/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.network;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.latentfacets.vae.Dense;
import java.util.List;

/** A decoder whose arithmetic is the engine's, for devices whose memory Java does not reach. */
final class EngineDecoder implements WordDecoder {
    private final Parameters parameters;
    private final NDArray weights;
    private final NDArray bias;

    /** @param manager the owner of the engine's arrays */
    EngineDecoder(Dense initial, NDManager manager) {
        this.parameters = new Parameters(manager);
        this.weights = parameters.add(initial.weights(), new Shape(initial.in(), initial.out()));
        this.bias = parameters.add(initial.bias(), new Shape(initial.out()));
    }

    @Override
    public NDArray likelihood(NDArray z, Targets targets, NDManager step) {
        return targets.negativeLogLikelihood(z.matMul(weights).add(bias).logSoftmax(-1), step);
    }

    @Override
    public float learn(NDArray z, Targets targets, NDManager step) {
        try (GradientCollector collector =
                Engine.getEngine(step.getEngine().getEngineName()).newGradientCollector()) {
            NDArray loss = likelihood(z, targets, step);
            collector.backward(loss);
            return loss.getFloat();
        }
    }

    @Override
    public void update(float rate, int step, float decay) {
        parameters.update(rate, step, decay);
    }

    @Override
    public void scaleInput(float factor) {
        weights.muli(factor);
    }

    @Override
    public void reset() {
        parameters.reset();
    }

    @Override
    public List<float[]> snapshot() {
        return parameters.snapshot();
    }

    @Override
    public void restore(List<float[]> snapshot) {
        parameters.restore(snapshot);
    }

    @Override
    public Parameters.State state() {
        return parameters.state();
    }

    @Override
    public void restore(Parameters.State state) {
        parameters.restore(state);
    }

    @Override
    public Dense toDense() {
        Shape shape = weights.getShape();
        return new Dense((int) shape.get(0), (int) shape.get(1), weights.toFloatArray(), bias.toFloatArray());
    }
}
