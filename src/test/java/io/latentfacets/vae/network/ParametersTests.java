/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.network;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.junit.Assert.assertArrayEquals;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import io.latentfacets.vae.Engines;
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
}
