/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.objective;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.not;
import static org.junit.Assert.assertArrayEquals;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import io.latentfacets.vae.Engines;
import io.latentfacets.vae.network.Scalars;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Test;

public final class AdversarialObjectiveTests {
    private static final float[] PRIOR = {0.3f, -1, 1.5f, 0.2f, -0.4f, 0.9f};
    private static final float[] LATENTS = {2, 2.5f, 3, 1, 2.2f, 1.9f};

    private static boolean gradients;

    @BeforeClass
    public static void startEngine() {
        Engines.started();
        gradients = JniUtils.isGradMode();
        JniUtils.setGradMode(false);
    }

    @AfterClass
    public static void putBack() {
        JniUtils.setGradMode(gradients);
    }

    @Test
    public void lossesOfBothPlayersByHand() {
        try (NDManager manager = NDManager.newBaseManager()) {
            Discriminator discriminator = new Discriminator(2, manager, new SplittableRandom(7));
            List<float[]> layers = discriminator.parameters().snapshot();
            double ofPrior = 0;
            double ofLatents = 0;
            double deceived = 0;
            for (int row = 0; row < 3; row++) {
                ofPrior -= Math.log(sigmoid(logOdds(layers, PRIOR[2 * row], PRIOR[2 * row + 1]))) / 3;
                double latent = logOdds(layers, LATENTS[2 * row], LATENTS[2 * row + 1]);
                ofLatents -= Math.log(1 - sigmoid(latent)) / 3;
                deceived -= Math.log(sigmoid(latent)) / 3;
            }
            NDArray z = manager.create(LATENTS, new Shape(3, 2));
            double loss = discriminator
                    .loss(manager.create(PRIOR, new Shape(3, 2)), z)
                    .getFloat();
            assertThat(loss, closeTo((ofPrior + ofLatents) / 2, 1e-5));
            assertThat((double) discriminator.deceived(z).getFloat(), closeTo(deceived, 1e-5));
        }
    }

    /** If the discriminator cannot tell draws from latents, both losses are ln 2. */
    @Test
    public void evenOddsCostOneBit() {
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray even = manager.zeros(new Shape(5, 1));
            assertThat((double) Discriminator.wrong(even).getFloat(), closeTo(Math.log(2), 1e-6));
        }
    }

    @Test
    public void eachPlayerSeesTheOtherAsAConstant() {
        try (NDManager manager = NDManager.newBaseManager()) {
            Discriminator discriminator = new Discriminator(2, manager, new SplittableRandom(7));
            NDArray prior = manager.create(PRIOR, new Shape(3, 2));
            NDArray z = manager.create(LATENTS, new Shape(3, 2));
            z.setRequiresGradient(true);

            backward(() -> discriminator.loss(prior, z).add(Scalars.times(z.sum(), 0)));
            assertThat(z.getGradient().abs().sum().getFloat(), equalTo(0f));
            assertThat(moves(discriminator), greaterThan(0.0));

            backward(() -> discriminator.deceived(z));
            assertThat(z.getGradient().abs().sum().getFloat(), greaterThan(0f));
            assertThat(moves(discriminator), equalTo(0.0));
        }
    }

    @Test
    public void discriminatorLearnsToTellThemApart() {
        try (NDManager manager = NDManager.newBaseManager()) {
            Discriminator discriminator = new Discriminator(2, manager, new SplittableRandom(7));
            NDArray prior = manager.create(PRIOR, new Shape(3, 2));
            NDArray z = manager.create(LATENTS, new Shape(3, 2));
            float before = discriminator.loss(prior, z).getFloat();
            for (int step = 1; step <= 40; step++) {
                backward(() -> discriminator.loss(prior, z));
                discriminator.parameters().update(0.01f, step, 0);
            }
            float after = discriminator.loss(prior, z).getFloat();
            assertThat(before, greaterThan(0.4f));
            assertThat(after, lessThan(0.05f));
        }
    }

    /** At β = 0 the discriminator does not change the encoder's gradient; at β = 1 it does. */
    @Test
    public void encoderFeelsTheGameThroughBetaOnly() {
        float[] plain = ObjectiveBatch.gradientOfFirstLayer((manager, dims) -> new AutoencoderObjective(0.5), 1);
        float[] unweighted = ObjectiveBatch.gradientOfFirstLayer(AdversarialObjectiveTests::adversarial, 0);
        float[] weighted = ObjectiveBatch.gradientOfFirstLayer(AdversarialObjectiveTests::adversarial, 1);
        // the engine may add up gradients in another order
        assertArrayEquals(plain, unweighted, 1e-6f);
        assertThat(weighted, not(equalTo(unweighted)));
    }

    private static Objective adversarial(NDManager manager, int dims) {
        return new AdversarialObjective(0.5, dims, manager, new SplittableRandom(3));
    }

    private static void backward(Supplier<NDArray> loss) {
        try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
            collector.backward(loss.get());
        }
    }

    /** How far the discriminator's parameters move in a step of Adam; 0 only without any gradient. */
    private static double moves(Discriminator discriminator) {
        List<float[]> before = discriminator.parameters().snapshot();
        discriminator.parameters().reset();
        discriminator.parameters().update(0.01f, 1, 0);
        List<float[]> after = discriminator.parameters().snapshot();
        double moved = 0;
        for (int i = 0; i < before.size(); i++) {
            for (int j = 0; j < before.get(i).length; j++) {
                moved += Math.abs(after.get(i)[j] - before.get(i)[j]);
            }
        }
        return moved;
    }

    private static double logOdds(List<float[]> layers, double... z) {
        double[] x = z;
        for (int layer = 0; layer < layers.size(); layer += 2) {
            float[] weights = layers.get(layer);
            float[] bias = layers.get(layer + 1);
            double[] next = new double[bias.length];
            for (int out = 0; out < next.length; out++) {
                next[out] = bias[out];
                for (int in = 0; in < x.length; in++) {
                    next[out] += (layer == 0 ? x[in] : Math.max(0, x[in])) * weights[in * next.length + out];
                }
            }
            x = next;
        }
        return x[0];
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }
}
