/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.objective;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import io.latentfacets.text.Bow;
import io.latentfacets.vae.SparseRows;
import io.latentfacets.vae.VaeWeights;
import io.latentfacets.vae.network.Network;
import io.latentfacets.vae.network.Targets;
import io.latentfacets.vae.network.Views;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiFunction;

/** One small batch of three documents for tests of any objective. The decoder sees two of them. */
final class ObjectiveBatch {
    static final int WORDS = 9;
    static final int DIMS = 3;

    private ObjectiveBatch() {}

    /**
     * Returns ∂L/∂h of a new network that always has the same weights.
     *
     * @param objective makes the objective from the network's manager and d
     */
    static float[] gradientOfFirstLayer(BiFunction<NDManager, Integer, Objective> objective, float beta) {
        VaeWeights initial = initial(List.of(4));
        boolean before = JniUtils.isGradMode();
        JniUtils.setGradMode(false);
        try (Network network = new Network(initial, Engine.getEngine("PyTorch").newBaseManager());
                NDManager step = network.manager().newSubManager()) {
            SparseRows rows = new SparseRows(initial.idf());
            Targets targets = new Targets();
            fill(rows, targets);
            NDArray h = network.firstLayer(rows, step);
            h.setRequiresGradient(true);
            Objective made = objective.apply(network.manager(), DIMS);
            try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
                collector.backward(
                        made.loss(network, batch(h, targets, step, beta)).total());
            }
            return h.getGradient().toFloatArray();
        } finally {
            JniUtils.setGradMode(before);
        }
    }

    static Objective.Batch batch(NDArray h, Targets targets, NDManager step, float beta) {
        float[] noise = new float[4 * DIMS];
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < noise.length; i++) {
            noise[i] = (float) random.nextGaussian();
        }
        return new Objective.Batch(step, h, 3, 2, targets, step.create(noise, new Shape(4, DIMS)), beta);
    }

    static void fill(SparseRows rows, Targets targets) {
        Views views = new Views(new SplittableRandom(5), WORDS);
        for (int document = 0; document < 3; document++) {
            int[] ids = {document, 3 + document, 6 + document};
            views.split(new Bow(ids, new float[] {4, 3, 2}));
            views.addTo(rows, views.first(), 0);
            views.addTo(rows, views.second(), 0);
            if (document < 2) {
                views.addTo(targets, views.second());
                views.addTo(targets, views.first());
            }
        }
    }

    static VaeWeights initial(List<Integer> hidden) {
        float[] idf = new float[WORDS];
        float[] unigram = new float[WORDS];
        for (int w = 0; w < WORDS; w++) {
            idf[w] = 1 + w / 10f;
        }
        Arrays.fill(unigram, (float) -Math.log(WORDS));
        return VaeWeights.initial(idf, unigram, hidden, DIMS, 11);
    }
}
