/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A group of engine arrays that are trained together, each with its Adam moments (Kingma &amp; Ba 2015). The arrays
 * belong to the given manager. This class keeps the moments itself, because DJL's optimizer keeps its own beyond the
 * end of a training. Not thread-safe.
 */
public final class Parameters {
    private static final float BETA1 = 0.9f;
    private static final float BETA2 = 0.999f;
    private static final float EPSILON = 1e-8f;
    private static final float NO_CLIPPING = -1; // 0 would clip every gradient to 0

    private record Parameter(NDArray value, NDArray mean, NDArray variance) {}

    /**
     * A copy of all values and of Adam's moments, on the heap, in the order of {@link #add}.
     *
     * @param values the values
     * @param means Adam's first moments
     * @param variances Adam's second moments
     */
    public record State(List<float[]> values, List<float[]> means, List<float[]> variances) {
        /** The state of no parameters. */
        public static final State EMPTY = new State(List.of(), List.of(), List.of());
    }

    private final NDManager manager;
    private final List<Parameter> parameters = new ArrayList<>();

    public Parameters(NDManager manager) {
        this.manager = manager;
    }

    /** Returns a new parameter, for which the engine keeps a gradient. */
    public NDArray add(float[] initial, Shape shape) {
        NDArray value = manager.create(initial, shape);
        value.setRequiresGradient(true);
        parameters.add(new Parameter(value, manager.zeros(shape), manager.zeros(shape)));
        return value;
    }

    /**
     * Returns a parameter as a differentiable array in a step's memory. The result of an engine operation belongs to
     * the manager of its first operand, so a result computed from the parameter itself would stay until the end of the
     * training.
     */
    public static NDArray within(NDManager step, NDArray parameter) {
        return step.create(0f).add(parameter);
    }

    /** Returns a parameter as a constant, without a gradient, in a step's memory. */
    public static NDArray constantWithin(NDManager step, NDArray parameter) {
        NDArray constant = parameter.stopGradient();
        constant.attach(step);
        return constant;
    }

    /**
     * Takes one step of Adam with decoupled weight decay. The gradients are zero afterwards.
     *
     * @param rate the learning rate
     * @param step the number of this step, from 1
     * @param decay the weight decay per unit of the learning rate
     */
    public void update(float rate, int step, float decay) {
        float corrected = (float) (rate * Math.sqrt(1 - Math.pow(BETA2, step)) / (1 - Math.pow(BETA1, step)));
        for (Parameter p : parameters) {
            try (NDArray gradient = p.value.getGradient()) {
                p.value
                        .getNDArrayInternal()
                        .adamUpdate(
                                new NDList(p.value, gradient, p.mean, p.variance),
                                new NDList(p.value),
                                rate,
                                corrected,
                                decay,
                                1,
                                NO_CLIPPING,
                                BETA1,
                                BETA2,
                                EPSILON,
                                false,
                                true);
            }
        }
    }

    /** Sets the moments to zero. */
    public void reset() {
        for (Parameter p : parameters) {
            p.mean.muli(0);
            p.variance.muli(0);
        }
    }

    /** Returns copies of all values, in the order of {@link #add}. */
    public List<float[]> snapshot() {
        return parameters.stream().map(p -> p.value.toFloatArray()).toList();
    }

    /** Restores the values of a {@link #snapshot}. */
    void restore(List<float[]> snapshot) {
        restore(snapshot, Parameter::value);
    }

    /** Returns a copy of all values and moments. */
    public State state() {
        return new State(
                snapshot(),
                parameters.stream().map(p -> p.mean.toFloatArray()).toList(),
                parameters.stream().map(p -> p.variance.toFloatArray()).toList());
    }

    /**
     * Restores the values and moments of a {@link #state}.
     *
     * @throws IllegalArgumentException if they are not as many as these parameters have
     */
    public void restore(State state) {
        restore(state.values, Parameter::value);
        restore(state.means, Parameter::mean);
        restore(state.variances, Parameter::variance);
    }

    private void restore(List<float[]> saved, Function<Parameter, NDArray> part) {
        if (saved.size() != parameters.size()) {
            throw new IllegalArgumentException(
                    "expected [" + parameters.size() + "] arrays of parameters: [" + saved.size() + "]");
        }
        for (int i = 0; i < saved.size(); i++) {
            NDArray target = part.apply(parameters.get(i));
            if (saved.get(i).length != target.size()) {
                throw new IllegalArgumentException(
                        "expected [" + target.size() + "] parameters: [" + saved.get(i).length + "]");
            }
            try (NDArray source = manager.create(saved.get(i), target.getShape())) {
                source.copyTo(target);
            }
        }
    }
}
