/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.objective;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.greaterThan;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.latentfacets.vae.Engines;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.BeforeClass;
import org.junit.Test;

public final class MixturePriorTests {
    /**
     * Cluster 0 has mean (2, 1), variances (1, 4); cluster 1 has mean (−3, 0), variances (4, 1); the last point has
     * none.
     */
    private static final float[][] POINTS = {{1, -1}, {3, 3}, {1, 3}, {3, -1}, {-5, 1}, {-1, -1}, {90, 90}};

    private static final int[] LABELS = {0, 0, 0, 0, 1, 1, -1};
    private static final double[][] MEANS = {{2, 1}, {-3, 0}};
    private static final double[][] VARIANCES = {{1, 4}, {4, 1}};
    private static final double[] WEIGHTS = {5.0 / 8, 3.0 / 8};

    @BeforeClass
    public static void startEngine() {
        Engines.started();
    }

    @Test
    public void beginsWithTheMomentsOfTheClusters() {
        try (NDManager manager = NDManager.newBaseManager()) {
            List<float[]> parameters =
                    MixturePrior.of(POINTS, LABELS, 2, manager).parameters().snapshot();
            double total = Math.exp(parameters.get(0)[0]) + Math.exp(parameters.get(0)[1]);
            for (int c = 0; c < 2; c++) {
                assertThat(Math.exp(parameters.get(0)[c]) / total, closeTo(WEIGHTS[c], 1e-6));
                for (int j = 0; j < 2; j++) {
                    assertThat((double) parameters.get(1)[2 * c + j], closeTo(MEANS[c][j], 1e-6));
                    assertThat(Math.exp(parameters.get(2)[2 * c + j]), closeTo(VARIANCES[c][j], 1e-5));
                }
            }
        }
    }

    @Test
    public void posteriorIsBayesRule() {
        try (NDManager manager = NDManager.newBaseManager()) {
            MixturePrior prior = MixturePrior.of(POINTS, LABELS, 2, manager);
            float[] z = {-0.5f, 0.4f};
            double first = WEIGHTS[0] * density(z, 0);
            double second = WEIGHTS[1] * density(z, 1);
            NDArray gamma =
                    prior.logPosterior(manager.create(z, new Shape(1, 2))).exp();
            assertThat((double) gamma.toFloatArray()[0], closeTo(first / (first + second), 1e-5));
            assertThat((double) gamma.toFloatArray()[1], closeTo(second / (first + second), 1e-5));
        }
    }

    /** KL(q(z)q(c) ‖ p(z, c)) = E[log q(z) + log q(c) − log π_c − log N(z; μ_c, σ_c²)], the mean over draws. */
    @Test
    public void divergenceInClosedFormAgreesWithSampling() {
        float[] mu = {0.5f, -1.2f};
        float[] logVariance = {-1f, 0.3f};
        double[] gamma = {0.7, 0.3};
        SplittableRandom random = new SplittableRandom(1);
        int samples = 400_000;
        double sampled = 0;
        for (int i = 0; i < samples; i++) {
            float[] z = new float[2];
            double logQ = 0;
            for (int j = 0; j < 2; j++) {
                double eps = random.nextGaussian();
                z[j] = (float) (mu[j] + Math.exp(logVariance[j] / 2) * eps);
                logQ += -0.5 * (Math.log(2 * Math.PI) + logVariance[j] + eps * eps);
            }
            int c = random.nextDouble() < gamma[0] ? 0 : 1;
            sampled += logQ + Math.log(gamma[c]) - Math.log(WEIGHTS[c]) - Math.log(density(z, c));
        }
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray divergence = MixturePrior.of(POINTS, LABELS, 2, manager)
                    .divergence(
                            manager.create(mu, new Shape(1, 2)),
                            manager.create(logVariance, new Shape(1, 2)),
                            manager.create(new float[] {0.7f, 0.3f}, new Shape(1, 2))
                                    .log());
            assertThat((double) divergence.getFloat(), closeTo(sampled / samples, 0.02));
        }
    }

    /** One component at the origin with variance 1 is the standard normal prior, whose divergence is known. */
    @Test
    public void oneStandardComponentIsTheStandardNormalPrior() {
        try (NDManager manager = NDManager.newBaseManager()) {
            MixturePrior prior =
                    MixturePrior.of(new float[][] {{1, -1}, {-1, 1}, {1, 1}, {-1, -1}}, new int[4], 1, manager);
            NDArray mean = manager.create(new float[] {0.5f, -2, 1, 0}, new Shape(2, 2));
            NDArray logVariance = manager.create(new float[] {-1, 0.2f, 0, -3}, new Shape(2, 2));
            float expected = SplitViewObjective.kl(mean, logVariance).getFloat();
            NDArray divergence = prior.divergence(mean, logVariance, prior.logPosterior(mean));
            assertThat((double) divergence.getFloat(), closeTo(expected, 1e-5));
        }
    }

    @Test
    public void clustersOfOneDocumentAndOfNoneHaveFiniteParameters() {
        try (NDManager manager = NDManager.newBaseManager()) {
            MixturePrior prior = MixturePrior.of(new float[][] {{1, 2}, {1, 2}}, new int[] {0, 2}, 3, manager);
            NDArray mean = manager.create(new float[] {1, 2}, new Shape(1, 2));
            NDArray logVariance = manager.zeros(new Shape(1, 2));
            assertThat(
                    (double) prior.divergence(mean, logVariance, prior.logPosterior(mean))
                            .getFloat(),
                    greaterThan(0.0));
        }
    }

    private static double density(float[] z, int c) {
        double log = 0;
        for (int j = 0; j < 2; j++) {
            double distance = z[j] - MEANS[c][j];
            log -= 0.5 * (Math.log(2 * Math.PI * VARIANCES[c][j]) + distance * distance / VARIANCES[c][j]);
        }
        return Math.exp(log);
    }
}
