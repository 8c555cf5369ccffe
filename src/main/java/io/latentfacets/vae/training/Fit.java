/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.training;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.latentfacets.vae.Centering;
import io.latentfacets.vae.DirectBuffer;
import io.latentfacets.vae.InputSource;
import io.latentfacets.vae.SparseRows;
import io.latentfacets.vae.VaeOptions;
import io.latentfacets.vae.VaeWeights;
import io.latentfacets.vae.VectorRows;
import io.latentfacets.vae.network.EncoderInputs;
import io.latentfacets.vae.network.Network;
import io.latentfacets.vae.network.Parameters;
import io.latentfacets.vae.network.Targets;
import io.latentfacets.vae.network.Views;
import io.latentfacets.vae.objective.Objective;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** One run of all stages over one network. For one use, on one thread. */
public final class Fit {
    private static final int DECODED = 128;
    private static final int MOST_HELD_OUT = 512;
    private static final int FEWEST_FOR_HOLDING_OUT = 1000;
    private static final double HELD_OUT_SHARE = 0.02;
    private static final int WHOLE_BATCH = 256;

    /**
     * The held-out documents and their views do not depend on the seed, so that the losses of different seeds are
     * comparable.
     */
    private static final long HELD_OUT_SEED = 20_170_804;

    private final VaeOptions options;
    private final Objective objective;
    private final InputSource rows;
    private final Network network;
    private final Draws draws;
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
    private SplittableRandom random;

    /**
     * @param options the options of the training
     * @param objective the loss of all stages but the last
     * @param rows the documents
     * @param documents the numbers of the rows that have words or a vector
     * @param network the network to train; the caller closes it
     * @param centering the centering of the vectors, the same as the network's
     * @param random the source of the seed of all random draws, apart from those for the held-out documents
     */
    public Fit(
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
        this.draws = new Draws(random.nextLong());
        VaeWeights shape = network.weights();
        this.vocabularySize = shape.vocabularySize();
        this.inputs = new EncoderInputs(
                new SparseRows(shape.idf()), shape.vectorDims() == 0 ? null : new VectorRows(centering));
        this.left = new Views(random, vocabularySize);
        this.right = new Views(random, vocabularySize);
        this.all = documents.clone();
        int[] shuffled = Shuffle.of(documents, new SplittableRandom(HELD_OUT_SEED));
        int held = options.patience() == 0 || documents.length < FEWEST_FOR_HOLDING_OUT
                ? 0
                : Math.min(MOST_HELD_OUT, (int) (documents.length * HELD_OUT_SHARE));
        this.heldOut = Arrays.copyOf(shuffled, held);
        this.trained = Arrays.copyOfRange(shuffled, held, shuffled.length);
        this.batchSize = Math.min(trained.length, Math.min(options.batchSize(), Math.max(64, trained.length / 16)));
    }

    /** Returns the stages of this run. */
    public Plan plan() {
        return Plan.of(options, objective.refines(), trained.length, batchSize, all.length);
    }

    /** Runs all stages. Afterwards the network has the weights to keep. */
    public void run(Progress progress) {
        Plan plan = plan();
        learnEncoder(plan.views(), options.patience(), progress);
        if (plan.neighbors().epochs() > 0) {
            neighbors = findNeighbors(progress);
            learnEncoder(plan.neighbors(), options.patience(), progress);
        }
        if (objective.refines()) {
            objective.beginRefinement(means(), progress::checkCancelled);
            learnEncoder(plan.refinement(), 0, progress);
        }
        new LabelFit(options, rows, all, network, this::wholeDocuments, draws).run(plan.labels(), progress);
    }

    private void learnEncoder(Stage stage, int patience, Progress progress) {
        network.resetOptimizer();
        objective.parameters().ifPresent(Parameters::reset);
        Schedule schedule = new Schedule(stage.rate(), stage.steps());
        EarlyStopping stopping = new EarlyStopping(patience);
        int step = 0;
        for (int epoch = 1; epoch <= stage.epochs(); epoch++) {
            int[] order = Shuffle.of(trained, draws.of(stage.name() + " order", epoch));
            for (int batch = 0; batch < stage.stepsPerEpoch(); batch++, step++) {
                progress.checkCancelled();
                drawFrom(draws.of(stage.name(), step));
                learn(order, batch * batchSize, (float) (options.beta() * stage.shareOfBeta(step)), progress);
                update(schedule.rate(step), step + 1);
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

    private void update(float rate, int step) {
        float decay = (float) options.weightDecay();
        network.updateEncoder(rate, step, decay);
        network.updateDecoder(rate, step, decay);
        objective.parameters().ifPresent(own -> own.update(rate, step, 0));
    }

    private void drawFrom(SplittableRandom generator) {
        random = generator;
        left.drawFrom(generator);
        right.drawFrom(generator);
    }

    /** Runs a forward and a backward pass over the batch of documents that starts at {@code order[from]}. */
    private void learn(int[] order, int from, float beta, Progress progress) {
        int decoded = Math.min(DECODED, batchSize);
        inputs.clear();
        targets.clear();
        for (int i = 0; i < batchSize; i++) {
            addPair(order[from + i], i < decoded);
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

    /**
     * Returns the objective's loss of the held-out documents, each in the same two views every time; NaN if there are
     * none.
     */
    double heldOutLoss() {
        if (heldOut.length == 0) {
            return Double.NaN;
        }
        SplittableRandom same = new SplittableRandom(HELD_OUT_SEED);
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
        int[] candidates = all;
        if (candidates.length > NearestDocuments.CANDIDATES) {
            candidates =
                    Arrays.copyOf(Shuffle.of(all, draws.of("candidates", 0)), NearestDocuments.CANDIDATES);
        }
        // NearestDocuments counts by position among the documents of this run; afterwards the code maps positions to
        // row numbers
        int[] position = new int[rows.size()];
        for (int i = 0; i < all.length; i++) {
            position[all[i]] = i;
        }
        int[] pool =
                Arrays.stream(candidates).map(document -> position[document]).toArray();
        int[][] nearest = NearestDocuments.nearest(
                latents, pool, options.neighbors(), network.manager(), progress::checkCancelled);
        int[][] byRow = new int[rows.size()][];
        for (int i = 0; i < all.length; i++) {
            byRow[all[i]] = Arrays.stream(nearest[i]).map(near -> all[near]).toArray();
        }
        return byRow;
    }

    /** Returns μ of every whole document of this run, {@code [documents][d]}. */
    float[][] means() {
        float[][] means = new float[all.length][];
        for (int from = 0; from < all.length; from += WHOLE_BATCH) {
            int to = Math.min(from + WHOLE_BATCH, all.length);
            try (NDManager step = network.manager().newSubManager()) {
                float[] flat = wholeDocuments(all, from, to, step).toFloatArray();
                int dims = options.latentDims();
                for (int i = from; i < to; i++) {
                    means[i] = Arrays.copyOfRange(flat, (i - from) * dims, (i - from + 1) * dims);
                }
            }
        }
        return means;
    }

    /**
     * Returns μ of the whole documents {@code documents[from]} to {@code documents[to - 1]}, {@code [to - from][d]}, in
     * the memory of {@code step}.
     */
    private NDArray wholeDocuments(int[] documents, int from, int to, NDManager step) {
        inputs.clear();
        for (int i = from; i < to; i++) {
            inputs.addRow(rows.get(documents[i]), rows.vector(documents[i]));
        }
        return network.mean(network.body(network.firstLayer(inputs, step)));
    }
}
