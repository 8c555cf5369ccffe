/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.objective;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import io.latentfacets.vae.Dense;
import io.latentfacets.vae.Engines;
import io.latentfacets.vae.SparseRows;
import io.latentfacets.vae.VaeWeights;
import io.latentfacets.vae.network.Network;
import io.latentfacets.vae.network.SparseLayer;
import io.latentfacets.vae.network.Targets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.BeforeClass;
import org.junit.Test;

public final class SplitViewObjectiveTests {
    private final SplitViewObjective objective = new SplitViewObjective(0.5);

    @BeforeClass
    public static void startEngine() {
        Engines.started();
    }

    @Test
    public void contrastOfTwoDocumentsByHand() {
        try (NDManager manager = NDManager.newBaseManager()) {
            // views of document 0: (1,0) and (2,0); of document 1: (0,3) and (4,4): cosines 1, √½ / 0, √½
            NDArray mean = manager.create(new float[] {1, 0, 2, 0, 0, 3, 4, 4}, new Shape(4, 2));
            double half = Math.sqrt(0.5);
            double[][] s = {{1 / 0.5, half / 0.5}, {0, half / 0.5}};
            double expected = 0;
            for (int i = 0; i < 2; i++) {
                expected += Math.log(Math.exp(s[i][0]) + Math.exp(s[i][1])) - s[i][i];
                expected += Math.log(Math.exp(s[0][i]) + Math.exp(s[1][i])) - s[i][i];
            }
            assertThat((double) new Contrast(0.5).of(mean, 2).getFloat(), closeTo(expected / 4, 1e-5));
        }
    }

    @Test
    public void divergenceFromThePriorInClosedFormAgreesWithSampling() {
        float[] mu = {0.5f, -1.2f};
        float[] logVariance = {-1f, 0.3f};
        SplittableRandom random = new SplittableRandom(1);
        double sampled = 0;
        int samples = 400_000;
        for (int i = 0; i < samples; i++) {
            for (int j = 0; j < 2; j++) {
                double eps = random.nextGaussian();
                double z = mu[j] + Math.exp(logVariance[j] / 2) * eps;
                sampled += (-logVariance[j] / 2 - eps * eps / 2) - (-z * z / 2);
            }
        }
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray kl = SplitViewObjective.kl(
                    manager.create(mu, new Shape(1, 2)), manager.create(logVariance, new Shape(1, 2)));
            assertThat((double) kl.getFloat(), closeTo(sampled / samples, 0.01));
        }
    }

    @Test
    public void likelihoodByHand() {
        try (NDManager manager = NDManager.newBaseManager()) {
            Targets targets = new Targets();
            targets.addRow(new int[] {0, 2}, new float[] {3, 1}, 2);
            targets.addRow(new int[] {1}, new float[] {5}, 1);
            NDArray logP = manager.create(new float[] {0.5f, 0.25f, 0.25f, 0.1f, 0.8f, 0.1f}, new Shape(2, 3))
                    .log();
            double expected = -(0.75 * Math.log(0.5) + 0.25 * Math.log(0.25) + Math.log(0.8)) / 2;
            assertThat((double) targets.negativeLogLikelihood(logP, manager).getFloat(), closeTo(expected, 1e-6));
        }
    }

    /** Compares the gradient that reaches the first layer, which Java computes, with differences of the loss. */
    @Test
    public void gradientOfTheSparseLayerAgreesWithFiniteDifferences() {
        for (List<Integer> hidden : List.of(List.of(4), List.of(4, 5))) {
            VaeWeights initial = ObjectiveBatch.initial(hidden);
            NDManager manager = Engine.getEngine("PyTorch").newBaseManager();
            boolean before = JniUtils.isGradMode();
            JniUtils.setGradMode(false);
            try (Network network = new Network(initial, manager)) {
                SparseRows rows = new SparseRows(initial.idf());
                Targets targets = new Targets();
                ObjectiveBatch.fill(rows, targets);
                SparseLayer layer = new SparseLayer(initial.layers().get(0));
                try (NDManager step = manager.newSubManager()) {
                    NDArray h = network.firstLayer(rows, step);
                    h.setRequiresGradient(true);
                    try (GradientCollector collector =
                            Engine.getEngine("PyTorch").newGradientCollector()) {
                        collector.backward(loss(network, h, targets, step));
                    }
                    layer.backward(rows, h.getGradient().toFloatArray());
                }
                float[] weights = initial.layers().get(0).weights();
                for (int i = 0; i < weights.length; i++) {
                    double slope = (lossWith(initial, i, 5e-3f) - lossWith(initial, i, -5e-3f)) / 1e-2;
                    assertThat("weight " + i, (double) layer.gradient()[i], closeTo(slope, 2e-3));
                }
            } finally {
                JniUtils.setGradMode(before);
            }
        }
    }

    private double lossWith(VaeWeights initial, int weight, float change) {
        Dense first = initial.layers().get(0);
        float[] weights = first.weights().clone();
        weights[weight] += change;
        List<Dense> layers = new ArrayList<>(initial.layers());
        layers.set(0, new Dense(first.in(), first.out(), weights, first.bias()));
        VaeWeights changed =
                new VaeWeights(initial.idf(), layers, initial.mean(), initial.logVariance(), initial.decoder());
        NDManager manager = Engine.getEngine("PyTorch").newBaseManager();
        try (Network network = new Network(changed, manager)) {
            SparseRows rows = new SparseRows(initial.idf());
            Targets targets = new Targets();
            ObjectiveBatch.fill(rows, targets);
            return loss(network, network.firstLayer(rows, manager), targets, manager)
                    .getFloat();
        }
    }

    private NDArray loss(Network network, NDArray h, Targets targets, NDManager step) {
        return objective
                .loss(network, ObjectiveBatch.batch(h, targets, step, 0.5f))
                .total();
    }
}
