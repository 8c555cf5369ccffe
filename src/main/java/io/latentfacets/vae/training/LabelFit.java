/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.training;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import io.latentfacets.text.Bow;
import io.latentfacets.text.BowSource;
import io.latentfacets.vae.VaeOptions;
import io.latentfacets.vae.network.Network;
import io.latentfacets.vae.network.Targets;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * The last stage: the encoder stays, the decoder goes on with whole documents. What is stored of a latent, and what a
 * centroid has, is a direction; so the decoder learns to describe directions, at the mean length of a latent, where it
 * has been so far.
 */
final class LabelFit {
    private static final int BATCH = 256;
    private static final int LENGTH_SAMPLE = 1024;

    /** The posterior means of the documents {@code from} to {@code to} − 1, in the order they have now. */
    interface WholeDocuments {
        NDArray means(int from, int to, NDManager step);
    }

    private final VaeOptions options;
    private final BowSource rows;
    private final int[] documents;
    private final Network network;
    private final WholeDocuments whole;
    private final SplittableRandom random;
    private final Targets targets = new Targets();

    /** @param documents numbers of the rows that have words; brought into another order */
    LabelFit(
            VaeOptions options,
            BowSource rows,
            int[] documents,
            Network network,
            WholeDocuments whole,
            SplittableRandom random) {
        this.options = options;
        this.rows = rows;
        this.documents = documents;
        this.network = network;
        this.whole = whole;
        this.random = random;
    }

    /** Documents a step. */
    static int batch(int documents) {
        return Math.min(BATCH, documents);
    }

    void run(Stage stage, Progress progress) {
        int batch = batch(documents.length);
        network.resetOptimizer();
        float latentLength = meanLength();
        Schedule schedule = new Schedule(stage.rate(), stage.steps());
        int step = 0;
        for (int epoch = 1; epoch <= stage.epochs(); epoch++) {
            Shuffle.inPlace(documents, random);
            for (int i = 0; i < stage.stepsPerEpoch(); i++, step++) {
                progress.checkCancelled();
                learnWords(i * batch, (i + 1) * batch, latentLength, progress);
                network.updateDecoder(schedule.rate(step), step + 1, (float) options.weightDecay());
            }
            progress.endEpoch(stage.name(), Double.NaN);
        }
        network.scaleDecoderInput(latentLength);
    }

    private float meanLength() {
        try (NDManager step = network.manager().newSubManager()) {
            NDArray mean = whole.means(0, Math.min(documents.length, LENGTH_SAMPLE), step);
            return mean.square().sum(new int[] {1}).sqrt().mean().getFloat();
        }
    }

    private void learnWords(int from, int to, float latentLength, Progress progress) {
        try (NDManager step = network.manager().newSubManager()) {
            NDArray mean = whole.means(from, to, step);
            NDArray length = mean.square().sum(new int[] {1}, true).add(1e-8f).sqrt();
            NDArray direction = mean.div(length).mul(latentLength);
            targets.clear();
            for (int i = from; i < to; i++) {
                Bow bow = rows.get(documents[i]);
                targets.addRow(bow.ids(), bow.counts(), bow.size());
            }
            try (GradientCollector collector =
                    Engine.getEngine(step.getEngine().getEngineName()).newGradientCollector()) {
                NDArray loss = targets.negativeLogLikelihood(network.decode(direction), step);
                collector.backward(loss);
                progress.step(loss.getFloat(), Map.of("likelihood", (double) loss.getFloat()));
            }
        }
    }
}
