/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.latentfacets.cluster.Shuffle;
import io.latentfacets.vae.Centering;
import io.latentfacets.vae.InputSource;
import io.latentfacets.vae.SparseRows;
import io.latentfacets.vae.VaeOptions;
import io.latentfacets.vae.VectorRows;
import io.latentfacets.vae.network.EncoderInputs;
import io.latentfacets.vae.network.Network;
import io.latentfacets.vae.network.Parameters;
import io.latentfacets.vae.network.Views;
import io.latentfacets.vae.objective.Objective;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** One run of all stages over one network. For one use, on one thread. */
public final class Fit {
    static final int MOST_HELD_OUT = 512;
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
    private final EncoderStep encoderStep;
    private final int vocabularySize;
    private final boolean warm;
    private int[][] neighbors;
    private Consumer<Supplier<RunState>> betweenSteps = state -> {};
    private Start start;

    /** Where a run starts within a stage. */
    private record Start(Stage stage, int step, EarlyStopping stopping) {}

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
        this(options, objective, rows, documents, network, centering, random, false);
    }

    /** @param warm whether the network is a trained one */
    Fit(
            VaeOptions options,
            Objective objective,
            InputSource rows,
            int[] documents,
            Network network,
            Centering centering,
            SplittableRandom random,
            boolean warm) {
        this.options = options;
        this.warm = warm;
        this.objective = objective;
        this.rows = rows;
        this.network = network;
        this.draws = new Draws(random.nextLong());
        this.vocabularySize = network.idf().length;
        this.inputs = new EncoderInputs(
                new SparseRows(network.idf()), network.vectorDims() == 0 ? null : new VectorRows(centering));
        this.all = documents.clone();
        int[] shuffled = Shuffle.of(documents, new SplittableRandom(HELD_OUT_SEED));
        int held = options.patience() == 0 || documents.length < FEWEST_FOR_HOLDING_OUT
                ? 0
                : Math.min(MOST_HELD_OUT, (int) (documents.length * HELD_OUT_SHARE));
        this.heldOut = Arrays.copyOf(shuffled, held);
        this.trained = Arrays.copyOfRange(shuffled, held, shuffled.length);
        this.batchSize = (int) batch(options, trained.length);
        this.encoderStep = new EncoderStep(options, objective, rows, network, inputs, vocabularySize, batchSize);
    }

    /** Returns the number of documents per step: at least 16 steps an epoch, but 64 documents if there are as many. */
    static long batch(VaeOptions options, long documents) {
        return Math.min(documents, Math.min(options.batchSize(), Math.max(64, documents / 16)));
    }

    /** Returns the stages of this run. */
    public Plan plan() {
        return Plan.of(options, objective.refines(), trained.length, batchSize, all.length, warm);
    }

    /**
     * Sets the receiver of this run's state; without this call nobody receives it.
     *
     * @param receiver called before each step and after the last one of each stage, with a supplier that copies the
     *     state and is valid during the call only
     */
    void betweenSteps(Consumer<Supplier<RunState>> receiver) {
        betweenSteps = receiver;
    }

    /**
     * Makes {@link #run} go on where another run with the same options, documents and seed was left. It then ends with
     * the same weights, bit for bit.
     *
     * @throws IllegalArgumentException if the state is not one of such a run
     */
    void resume(RunState state) {
        Plan plan = plan();
        Stage stage = plan.stage(state.stage());
        if (state.step() < 0 || state.step() > stage.steps()) {
            throw new IllegalArgumentException(
                    "the stage [" + stage.name() + "] has [" + stage.steps() + "] steps: [" + state.step() + "]");
        }
        requireNeighbors(state.neighbors(), stage, plan);
        network.restore(state.network());
        objective.restore(state.objective());
        neighbors = state.neighbors();
        start = new Start(stage, state.step(), new EarlyStopping(patience(stage, plan), state.stopping()));
    }

    private void requireNeighbors(int[][] lists, Stage stage, Plan plan) {
        boolean paired = plan.neighbors().epochs() > 0 && !stage.equals(plan.views()) && !stage.equals(plan.labels());
        boolean fits = paired ? lists != null && lists.length == rows.size() : lists == null;
        for (int i = 0; paired && fits && i < all.length; i++) {
            int[] list = lists[all[i]];
            fits = list != null && Arrays.stream(list).allMatch(row -> row >= 0 && row < rows.size());
        }
        if (!fits) {
            throw new IllegalArgumentException("the stage [" + stage.name() + "] needs "
                    + (paired ? "neighbours among [" + rows.size() + "] rows" : "no neighbours"));
        }
    }

    /** Runs all stages, or those that are left. Afterwards the network has the weights to keep. */
    public void run(Progress progress) {
        Plan plan = plan();
        if (warm && start == null) {
            // a trained decoder takes directions, and the first stages give it latents
            network.scaleDecoderInput(1 / labels().meanLength());
        }
        for (Stage stage : start == null ? plan.stages() : plan.stagesFrom(start.stage())) {
            Start from = start == null ? begin(stage, plan, progress) : start;
            start = null;
            if (stage.equals(plan.labels())) {
                labels().run(stage, from.step(), progress, step -> offer(stage, step, from.stopping()));
            } else {
                learnEncoder(from, progress);
            }
        }
    }

    private LabelFit labels() {
        return new LabelFit(options, rows, all, network, this::wholeDocuments, draws);
    }

    private Start begin(Stage stage, Plan plan, Progress progress) {
        if (stage.equals(plan.neighbors())) {
            neighbors = findNeighbors(progress);
        } else if (stage.equals(plan.refinement())) {
            objective.beginRefinement(means(), progress::checkCancelled);
        } else if (stage.equals(plan.labels())) {
            neighbors = null;
        }
        network.resetOptimizer();
        objective.parameters().ifPresent(Parameters::reset);
        return new Start(stage, 0, new EarlyStopping(patience(stage, plan)));
    }

    private int patience(Stage stage, Plan plan) {
        return stage.equals(plan.views()) || stage.equals(plan.neighbors()) ? options.patience() : 0;
    }

    private void learnEncoder(Start from, Progress progress) {
        Stage stage = from.stage();
        EarlyStopping stopping = from.stopping();
        Schedule schedule = new Schedule(stage.rate(), stage.steps());
        int[] order = null;
        int step = from.step();
        offer(stage, step, stopping);
        while (step < stage.steps() && !stopping.stops()) {
            int batch = step % stage.stepsPerEpoch();
            if (order == null || batch == 0) {
                order = Shuffle.of(trained, draws.of(stage.name() + " order", step / stage.stepsPerEpoch()));
            }
            progress.checkCancelled();
            float beta = (float) (options.beta() * stage.shareOfBeta(step));
            encoderStep.learn(order, batch * batchSize, neighbors, beta, draws.of(stage.name(), step), progress);
            update(schedule.rate(step), step + 1);
            step++;
            if (step % stage.stepsPerEpoch() == 0) {
                endEpoch(stage, stopping, progress);
            }
            offer(stage, step, stopping);
        }
        progress.skip(stage.steps() - step);
        stopping.best().ifPresent(network::restore);
    }

    private void endEpoch(Stage stage, EarlyStopping stopping, Progress progress) {
        double held = heldOutLoss();
        progress.endEpoch(stage.name(), held);
        if (heldOut.length > 0) {
            stopping.after(held, network::snapshot);
        }
    }

    private void offer(Stage stage, int step, EarlyStopping stopping) {
        betweenSteps.accept(() -> {
            Network.State now = network.state();
            EarlyStopping.State known = stopping.state();
            boolean best = known.snapshot() != null && known.epochsSince() == 0 && step % stage.stepsPerEpoch() == 0;
            return new RunState(
                    stage.name(),
                    step,
                    now,
                    objective.parameters().map(Parameters::state).orElse(Parameters.State.EMPTY),
                    // one copy of the best network is enough
                    best ? new EarlyStopping.State(known.best(), 0, now.values()) : known,
                    neighbors);
        });
    }

    private void update(float rate, int step) {
        float decay = (float) options.weightDecay();
        network.updateEncoder(rate, step, decay);
        network.updateDecoder(rate, step, decay);
        objective.parameters().ifPresent(own -> own.update(rate, step, 0));
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
            candidates = Arrays.copyOf(Shuffle.of(all, draws.of("candidates", 0)), NearestDocuments.CANDIDATES);
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
                latents, pool, options.neighbors(), network.workers(), progress::checkCancelled);
        int[][] byRow = new int[rows.size()][];
        for (int i = 0; i < all.length; i++) {
            int[] near = nearest[i];
            Arrays.setAll(near, j -> all[near[j]]);
            byRow[all[i]] = near;
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
