/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.network;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertThrows;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import io.latentfacets.vae.Engines;
import java.util.Arrays;
import java.util.List;
import org.junit.BeforeClass;
import org.junit.Test;

public final class ParametersTests {

    @BeforeClass
    public static void startEngine() {
        Engines.started();
    }

    /** Minimises (x − 3)² + 2(y + 1)² and compares every step with Adam as the paper writes it. */
    @Test
    public void stepsAreThoseOfAdam() {
        boolean before = JniUtils.isGradMode();
        JniUtils.setGradMode(false);
        try (NDManager manager = NDManager.newBaseManager()) {
            Parameters parameters = new Parameters(manager);
            NDArray point = parameters.add(new float[] {0, 0}, new Shape(2));
            double[] expected = {0, 0};
            double[] m = new double[2];
            double[] v = new double[2];
            for (int step = 1; step <= 50; step++) {
                try (NDManager memory = manager.newSubManager();
                        GradientCollector collector =
                                Engine.getEngine("PyTorch").newGradientCollector()) {
                    NDArray difference = point.sub(memory.create(new float[] {3, -1}));
                    collector.backward(difference
                            .square()
                            .mul(memory.create(new float[] {1, 2}))
                            .sum());
                }
                parameters.update(0.1f, step, 0);
                double[] gradient = {2 * (expected[0] - 3), 4 * (expected[1] + 1)};
                for (int i = 0; i < 2; i++) {
                    m[i] = 0.9 * m[i] + 0.1 * gradient[i];
                    v[i] = 0.999 * v[i] + 0.001 * gradient[i] * gradient[i];
                    expected[i] -= 0.1
                            * (m[i] / (1 - Math.pow(0.9, step)))
                            / (Math.sqrt(v[i] / (1 - Math.pow(0.999, step))) + 1e-8);
                }
                assertArrayEquals(
                        "gradient after step " + step,
                        new float[2],
                        point.getGradient().toFloatArray(),
                        0);
                assertThat("x at step " + step, (double) point.getFloat(0), closeTo(expected[0], 1e-4));
                assertThat("y at step " + step, (double) point.getFloat(1), closeTo(expected[1], 1e-4));
            }
        } finally {
            JniUtils.setGradMode(before);
        }
    }

    /** Steps go on from a restored state as from the parameters themselves, also in another object. */
    @Test
    public void restoredParametersTakeTheSameSteps() {
        boolean before = JniUtils.isGradMode();
        JniUtils.setGradMode(false);
        try (NDManager manager = NDManager.newBaseManager()) {
            Parameters parameters = new Parameters(manager);
            NDArray point = parameters.add(new float[] {0, 0}, new Shape(2));
            step(parameters, point, 1);
            Parameters.State state = parameters.state();
            step(parameters, point, 2);

            Parameters others = new Parameters(manager);
            NDArray other = others.add(new float[] {7, 7}, new Shape(2));
            step(others, other, 1);
            others.restore(state);
            step(others, other, 2);
            assertArrayEquals(point.toFloatArray(), other.toFloatArray(), 0);

            // without the moments the step is another one
            Parameters forgetful = new Parameters(manager);
            NDArray start = forgetful.add(state.values().get(0), new Shape(2));
            step(forgetful, start, 2);
            assertThat(Arrays.equals(point.toFloatArray(), start.toFloatArray()), equalTo(false));

            IllegalArgumentException refused = assertThrows(
                    IllegalArgumentException.class,
                    () -> others.restore(new Parameters.State(List.of(), List.of(), List.of())));
            assertThat(refused.getMessage(), equalTo("expected [1] arrays of parameters: [0]"));
            List<float[]> three = List.of(new float[3]);
            refused = assertThrows(
                    IllegalArgumentException.class, () -> others.restore(new Parameters.State(three, three, three)));
            assertThat(refused.getMessage(), equalTo("expected [2] parameters: [3]"));
        } finally {
            JniUtils.setGradMode(before);
        }
    }

    /** Takes a step towards (3, −1), with a gradient that changes from step to step. */
    private static void step(Parameters parameters, NDArray point, int step) {
        try (NDManager memory = point.getManager().newSubManager();
                GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
            NDArray difference = point.sub(memory.create(new float[] {3, -1}));
            collector.backward(difference.square().sum());
        }
        parameters.update(0.1f, step, 0);
    }
}
