/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.latentfacets.text.Bow;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** One run of the three stages over one network. Used once, by one thread. */
final class Fit {
    private static final int DECODED = 128;
    private static final int MOST_HELD_OUT = 512;
    private static final int FEWEST_FOR_HOLDING_OUT = 1000;
    private static final double HELD_OUT_SHARE = 0.02;
    private static final double NEIGHBOR_RATE = 0.4;
    private static final int LABEL_EPOCHS = 3;
    private static final int LABEL_STEPS = 100;
    private static final int LABEL_BATCH = 256;
    private static final int LENGTH_SAMPLE = 1024;

    private final VaeOptions options;
    private final Objective objective;
    private final InputSource rows;
    private final Network network;
    private final SplittableRandom random;
    private final int[] all;
    private final int[] trained;
    private final int[] heldOut;
    private final int batchSize;
    private final EncoderInputs inputs;
    private final Targets targets = new Targets();
    private final DirectBuffer noiseBuffer = new DirectBuffer();
    private final Views left;
    private final Views right;
    private final int vocabularySize;
    private float[] noise = new float[0];
    private int[][] neighbors;
    private float latentLength;

    /**
     * @param documents numbers of the rows that have words or a vector
     * @param centering of the vectors, as the network's
     */
    Fit(
            VaeOptions options,
            Objective objective,
            InputSource rows,
            int[] documents,
            Network network,
            Centering centering,
            SplittableRandom random) {
        this.options = options;
        this.objective = objective;
        this.rows = rows;
        this.network = network;
        this.random = random;
        VaeWeights shape = network.weights();
        this.vocabularySize = shape.vocabularySize();
        this.inputs = new EncoderInputs(
                new SparseRows(shape.idf()), shape.vectorDims() == 0 ? null : new VectorRows(centering));
        this.left = new Views(random, vocabularySize);
        this.right = new Views(random, vocabularySize);
        this.all = documents;
        int[] shuffled = documents.clone();
        Shuffle.inPlace(shuffled, random);
        int held = options.patience() == 0 || documents.length < FEWEST_FOR_HOLDING_OUT
                ? 0
                : Math.min(MOST_HELD_OUT, (int) (documents.length * HELD_OUT_SHARE));
        this.heldOut = Arrays.copyOf(shuffled, held);
        this.trained = Arrays.copyOfRange(shuffled, held, shuffled.length);
        this.batchSize = Math.min(trained.length, Math.min(options.batchSize(), Math.max(64, trained.length / 16)));
    }

    void run(TrainingListener listener) {
        int perEpoch = Math.max(1, trained.length / batchSize);
        Stage views =
                new Stage("views", Stage.epochs(options.epochs(), 8, 400, perEpoch), perEpoch, options.learningRate());
        // an explicit number of epochs is for the first stage; the second keeps its proportion
        Stage near = new Stage(
                "neighbors",
                options.neighbors() == 0 ? 0 : Stage.epochs((options.epochs() + 1) / 2, 4, 150, perEpoch),
                perEpoch,
                options.learningRate() * NEIGHBOR_RATE);
        int labelBatch = Math.min(LABEL_BATCH, all.length);
        int labelSteps = Math.max(1, all.length / labelBatch);
        Stage labels = new Stage(
                "labels", Stage.epochs(0, LABEL_EPOCHS, LABEL_STEPS, labelSteps), labelSteps, options.learningRate());
        Progress progress = new Progress(
                listener,
                views.epochs() + near.epochs() + labels.epochs(),
                (long) views.steps() + near.steps() + labels.steps());

        learnEncoder(views, progress);
        if (near.epochs() > 0) {
            neighbors = findNeighbors(progress);
            learnEncoder(near, progress);
        }
        learnLabels(labels, labelBatch, progress);
        network.scaleDecoderInput(latentLength);
    }

    private void learnEncoder(Stage stage, Progress progress) {
        network.resetOptimizer();
        Schedule schedule = new Schedule(stage.rate(), stage.steps());
        EarlyStopping stopping = new EarlyStopping(options.patience());
        int step = 0;
        for (int epoch = 1; epoch <= stage.epochs(); epoch++) {
            Shuffle.inPlace(trained, random);
            for (int batch = 0; batch < stage.stepsPerEpoch(); batch++, step++) {
                progress.checkCancelled();
                float rate = schedule.rate(step);
                learn(batch * batchSize, beta(stage, step), progress);
                network.updateEncoder(rate, step + 1, (float) options.weightDecay());
                network.updateDecoder(rate, step + 1, (float) options.weightDecay());
            }
            double held = heldOutLoss();
            progress.endEpoch(stage.name(), held);
            if (heldOut.length > 0 && stopping.after(held, network::snapshot)) {
                progress.skip((long) (stage.epochs() - epoch) * stage.stepsPerEpoch());
                break;
            }
        }
        stopping.best().ifPresent(network::restore);
    }

    private float beta(Stage stage, int step) {
        double rise = options.klAnnealing() * stage.steps();
        return (float) (neighbors != null || step >= rise ? options.beta() : options.beta() * step / rise);
    }

    /** Forward and backward over the documents {@code trained[from]} and following. */
    private void learn(int from, float beta, Progress progress) {
        int decoded = Math.min(DECODED, batchSize);
        inputs.clear();
        targets.clear();
        for (int i = 0; i < batchSize; i++) {
            addPair(trained[from + i], i < decoded);
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

    private void addPair(int document, boolean decode) {
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

    /** The contrastive loss of the held-out documents, each in the same two views every time. */
    private double heldOutLoss() {
        if (heldOut.length == 0) {
            return Double.NaN;
        }
        SplittableRandom same = new SplittableRandom(options.seed());
        Views views = new Views(same, vocabularySize);
        inputs.clear();
        for (int document : heldOut) {
            views.split(rows.get(document));
            float[] vector = rows.vector(document);
            inputs.addView(views, views.first(), vector, 0, same);
            inputs.addView(views, views.second(), vector, 0, same);
        }
        try (NDManager step = network.manager().newSubManager()) {
            return objective
                    .heldOut(network, network.firstLayer(inputs, step), heldOut.length)
                    .getFloat();
        }
    }

    private int[][] findNeighbors(Progress progress) {
        float[][] latents = means();
        int[] candidates = all.clone();
        if (candidates.length > Neighbors.CANDIDATES) {
            Shuffle.inPlace(candidates, random);
            candidates = Arrays.copyOf(candidates, Neighbors.CANDIDATES);
        }
        // by position among the documents that are learned from, as Neighbors counts; then back to row numbers
        int[] position = new int[rows.size()];
        for (int i = 0; i < all.length; i++) {
            position[all[i]] = i;
        }
        int[] pool =
                Arrays.stream(candidates).map(document -> position[document]).toArray();
        int[][] nearest =
                Neighbors.nearest(latents, pool, options.neighbors(), network.manager(), progress::checkCancelled);
        int[][] byRow = new int[rows.size()][];
        for (int i = 0; i < all.length; i++) {
            byRow[all[i]] = Arrays.stream(nearest[i]).map(near -> all[near]).toArray();
        }
        return byRow;
    }

    /** μ of every document that is learned from, whole. */
    private float[][] means() {
        float[][] means = new float[all.length][];
        for (int from = 0; from < all.length; from += LABEL_BATCH) {
            int to = Math.min(from + LABEL_BATCH, all.length);
            try (NDManager step = network.manager().newSubManager()) {
                float[] flat = wholeDocuments(from, to, step).toFloatArray();
                int dims = options.latentDims();
                for (int i = from; i < to; i++) {
                    means[i] = Arrays.copyOfRange(flat, (i - from) * dims, (i - from + 1) * dims);
                }
            }
        }
        return means;
    }

    /** μ of the documents {@code all[from]} to {@code all[to - 1]}. */
    private NDArray wholeDocuments(int from, int to, NDManager step) {
        inputs.clear();
        for (int i = from; i < to; i++) {
            inputs.addRow(rows.get(all[i]), rows.vector(all[i]));
        }
        return network.mean(network.body(network.firstLayer(inputs, step)));
    }

    /**
     * What is stored of a latent, and what a centroid has, is a direction. So the decoder learns to describe
     * directions, at the mean length of a latent, where it has been so far.
     */
    private void learnLabels(Stage stage, int batch, Progress progress) {
        network.resetOptimizer();
        latentLength = meanLength();
        Schedule schedule = new Schedule(stage.rate(), stage.steps());
        int step = 0;
        for (int epoch = 1; epoch <= stage.epochs(); epoch++) {
            Shuffle.inPlace(all, random);
            for (int i = 0; i < stage.stepsPerEpoch(); i++, step++) {
                progress.checkCancelled();
                learnWords(i * batch, (i + 1) * batch, progress);
                network.updateDecoder(schedule.rate(step), step + 1, (float) options.weightDecay());
            }
            progress.endEpoch(stage.name(), Double.NaN);
        }
    }

    private float meanLength() {
        try (NDManager step = network.manager().newSubManager()) {
            NDArray mean = wholeDocuments(0, Math.min(all.length, LENGTH_SAMPLE), step);
            return mean.square().sum(new int[] {1}).sqrt().mean().getFloat();
        }
    }

    private void learnWords(int from, int to, Progress progress) {
        try (NDManager step = network.manager().newSubManager()) {
            NDArray mean = wholeDocuments(from, to, step);
            NDArray length = mean.square().sum(new int[] {1}, true).add(1e-8f).sqrt();
            NDArray direction = mean.div(length).mul(latentLength);
            targets.clear();
            for (int i = from; i < to; i++) {
                Bow bow = rows.get(all[i]);
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
