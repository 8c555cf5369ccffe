/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.latentfacets.cluster.Shuffle;
import io.latentfacets.text.Bow;
import io.latentfacets.text.BowSource;
import io.latentfacets.vae.VaeOptions;
import io.latentfacets.vae.network.Network;
import io.latentfacets.vae.network.Targets;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * The last stage: the encoder stays fixed, and the decoder continues to learn from whole documents. A stored latent and
 * a centroid are directions without a length. So the decoder learns to describe directions, scaled to the mean length
 * of a latent, the range in which it has learned so far. At the end the stage folds this length into the decoder.
 */
final class LabelFit {
    static final int BATCH = 256;
    private static final int LENGTH_SAMPLE = 1024;

    /** Computes the posterior means of the rows {@code documents[from]} to {@code documents[to - 1]}. */
    interface WholeDocuments {
        NDArray means(int[] documents, int from, int to, NDManager step);
    }

    private final VaeOptions options;
    private final BowSource rows;
    private final int[] documents;
    private final Network network;
    private final WholeDocuments whole;
    private final Draws draws;
    private final Targets targets = new Targets();

    /**
     * @param options the options of the training
     * @param rows the documents
     * @param documents the numbers of the rows that have words or a vector
     * @param network the network, whose decoder this stage trains
     * @param whole computes posterior means
     * @param draws the source of the order of the documents
     */
    LabelFit(VaeOptions options, BowSource rows, int[] documents, Network network, WholeDocuments whole, Draws draws) {
        this.options = options;
        this.rows = rows;
        this.documents = documents;
        this.network = network;
        this.whole = whole;
        this.draws = draws;
    }

    /** Returns the number of documents per step. */
    static int batch(int documents) {
        return Math.min(BATCH, documents);
    }

    /**
     * Runs the stage, or the rest of it. The optimizer must be new, or restored.
     *
     * @param first the number of steps that the stage has already taken
     * @param betweenSteps called with the number of steps taken, before the first step and after each
     */
    void run(Stage stage, int first, Progress progress, IntConsumer betweenSteps) {
        int batch = batch(documents.length);
        // the encoder is fixed and so is this length: a stage that goes on finds the same
        float latentLength = meanLength();
        Schedule schedule = new Schedule(stage.rate(), stage.steps());
        int[] order = null;
        int step = first;
        betweenSteps.accept(step);
        while (step < stage.steps()) {
            int i = step % stage.stepsPerEpoch();
            if (order == null || i == 0) {
                order = Shuffle.of(documents, draws.of(stage.name() + " order", step / stage.stepsPerEpoch()));
            }
            progress.checkCancelled();
            learnWords(order, i * batch, (i + 1) * batch, latentLength, progress);
            network.updateDecoder(schedule.rate(step), step + 1, (float) options.weightDecay());
            step++;
            if (step % stage.stepsPerEpoch() == 0) {
                progress.endEpoch(stage.name(), Double.NaN);
            }
            betweenSteps.accept(step);
        }
        network.scaleDecoderInput(latentLength);
    }

    /** Returns the mean length of a latent, over a sample of the documents. */
    float meanLength() {
        try (NDManager step = network.manager().newSubManager()) {
            NDArray mean = whole.means(documents, 0, Math.min(documents.length, LENGTH_SAMPLE), step);
            return mean.square().sum(new int[] {1}).sqrt().mean().getFloat();
        }
    }

    private void learnWords(int[] order, int from, int to, float latentLength, Progress progress) {
        try (NDManager step = network.manager().newSubManager()) {
            NDArray mean = whole.means(order, from, to, step);
            NDArray length = mean.square().sum(new int[] {1}, true).add(1e-8f).sqrt();
            NDArray direction = mean.div(length).mul(latentLength);
            targets.clear();
            for (int i = from; i < to; i++) {
                Bow bow = rows.get(order[i]);
                targets.addRow(bow.ids(), bow.counts(), bow.size());
            }
            double loss = network.learnWords(direction, targets, step);
            progress.step(loss, Map.of("likelihood", loss));
        }
    }
}
