/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.training;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.latentfacets.vae.DirectBuffer;
import io.latentfacets.vae.InputSource;
import io.latentfacets.vae.VaeOptions;
import io.latentfacets.vae.network.EncoderInputs;
import io.latentfacets.vae.network.Network;
import io.latentfacets.vae.network.Targets;
import io.latentfacets.vae.network.Views;
import io.latentfacets.vae.objective.Objective;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A step of the stages that train the encoder: pairs of views of a batch of documents, and the gradient of the
 * objective's loss of them. Keeps its memory from step to step. Not thread-safe.
 */
final class EncoderStep {
    static final int DECODED = 128;

    private final VaeOptions options;
    private final Objective objective;
    private final InputSource rows;
    private final Network network;
    private final EncoderInputs inputs;
    private final int batchSize;
    private final Targets targets = new Targets();
    private final DirectBuffer noiseBuffer = new DirectBuffer();
    private final Views left;
    private final Views right;
    private SplittableRandom random = new SplittableRandom(0);
    private float[] noise = new float[0];

    /**
     * @param inputs the memory of a batch's inputs, which others may use between the steps
     * @param vocabularySize the largest number of distinct words of a document
     * @param batchSize the number of documents in a batch
     */
    EncoderStep(
            VaeOptions options,
            Objective objective,
            InputSource rows,
            Network network,
            EncoderInputs inputs,
            int vocabularySize,
            int batchSize) {
        this.options = options;
        this.objective = objective;
        this.rows = rows;
        this.network = network;
        this.inputs = inputs;
        this.batchSize = batchSize;
        this.left = new Views(random, vocabularySize);
        this.right = new Views(random, vocabularySize);
    }

    /**
     * Runs a forward and a backward pass over a batch; the caller updates the parameters.
     *
     * @param order the row numbers of the documents; the batch starts at {@code order[from]}
     * @param neighbors the row numbers of the neighbours that each row may be paired with; {@code null} to pair the
     *     halves of a document
     * @param beta the weight of the term that draws latents to the prior
     * @param draws the source of all random draws of this step
     */
    void learn(int[] order, int from, int[][] neighbors, float beta, SplittableRandom draws, Progress progress) {
        int decoded = Math.min(DECODED, batchSize);
        random = draws;
        left.drawFrom(draws);
        right.drawFrom(draws);
        inputs.clear();
        targets.clear();
        for (int i = 0; i < batchSize; i++) {
            addPair(order[from + i], neighbors, i < decoded);
        }
        try (NDManager step = network.manager().newSubManager()) {
            NDArray h = network.firstLayer(inputs.words(), step);
            h.setRequiresGradient(true);
            NDArray eps = noise(step, 2 * decoded);
            try (GradientCollector collector =
                    Engine.getEngine(step.getEngine().getEngineName()).newGradientCollector()) {
                NDArray first = network.withVectors(h, inputs, step);
                Objective.Loss loss = objective.loss(
                        network, new Objective.Batch(step, first, batchSize, decoded, targets, eps, beta));
                collector.backward(loss.total());
                progress.step(loss.total().getFloat(), values(loss.parts()));
            }
            network.backward(inputs.words(), h);
        }
    }

    private void addPair(int document, int[][] neighbors, boolean decode) {
        left.split(rows.get(document));
        Views other = left;
        float[] view = left.second();
        float[] vector = rows.vector(document);
        float[] otherVector = vector;
        if (neighbors != null && neighbors[document].length > 0) {
            int[] near = neighbors[document];
            int neighbor = near[random.nextInt(near.length)];
            right.split(rows.get(neighbor));
            otherVector = rows.vector(neighbor);
            other = right;
            view = right.first();
        }
        inputs.addView(left, left.first(), vector, options.wordDropout(), random);
        inputs.addView(other, view, otherVector, options.wordDropout(), random);
        if (decode) {
            other.addTo(targets, view);
            left.addTo(targets, left.first());
        }
    }

    private static Map<String, Double> values(Map<String, NDArray> parts) {
        Map<String, Double> values = new LinkedHashMap<>();
        parts.forEach((name, part) -> values.put(name, (double) part.getFloat()));
        return values;
    }

    private NDArray noise(NDManager step, int count) {
        int length = count * options.latentDims();
        if (noise.length < length) {
            noise = new float[length];
        }
        for (int i = 0; i < length; i++) {
            noise[i] = (float) random.nextGaussian();
        }
        return noiseBuffer.floats(step, noise, new Shape(count, options.latentDims()));
    }
}
