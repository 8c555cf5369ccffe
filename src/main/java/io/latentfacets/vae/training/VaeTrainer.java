/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.training;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.latentfacets.arithmetic.Workers;
import io.latentfacets.cluster.ClusterOptions;
import io.latentfacets.cluster.fit.Clusterer;
import io.latentfacets.text.BowSource;
import io.latentfacets.text.Vocabulary;
import io.latentfacets.vae.Centering;
import io.latentfacets.vae.Dense;
import io.latentfacets.vae.InputSource;
import io.latentfacets.vae.VaeOptions;
import io.latentfacets.vae.VaeWeights;
import io.latentfacets.vae.WarmStart;
import io.latentfacets.vae.WordVectors;
import io.latentfacets.vae.network.Network;
import io.latentfacets.vae.objective.Objective;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Trains a variational autoencoder on bags of words, without labels, in three stages. In stage <em>views</em> two
 * halves of a document are a positive pair. In stage <em>neighbors</em> a half of a document and a half of one of its
 * nearest neighbours are. In stage <em>labels</em> the encoder stays fixed and the decoder learns from whole documents,
 * because it will describe clusters of them.
 *
 * <p>The objective defines the loss of the first two stages, and may add a stage (<em>refinement</em>) before the last.
 * With restarts the trainer runs all stages from several seeds, with one network in native memory at a time, and keeps
 * the network whose clusters agree most with those of the others.
 *
 * <p>The same documents, options and number of engine threads give the same weights, bit for bit: Java draws all random
 * numbers from the seed.
 *
 * <p>Not thread-safe: one training at a time. The engine must already run. {@link #train} frees its native memory
 * however it ends.
 */
public final class VaeTrainer {
    private static final int FEWEST_DOCUMENTS = 4;

    private final VaeOptions options;
    private final Device device;
    private final int threads;
    private final Clusterer clusterer;
    private final Workers workers;

    /**
     * @param options the options of the training
     * @param device the device of the dense arithmetic
     * @param threads the number of libtorch threads within one operation; results depend on it
     */
    public VaeTrainer(VaeOptions options, Device device, int threads) {
        this(options, device, threads, new Clusterer(ClusterOptions.DEFAULTS));
    }

    /**
     * @param options the options of the training
     * @param device the device of the dense arithmetic
     * @param threads the number of libtorch threads within one operation; results depend on it
     * @param clusterer the clusterer of objectives and restarts that use clusters during the training
     */
    public VaeTrainer(VaeOptions options, Device device, int threads, Clusterer clusterer) {
        this(options, device, threads, clusterer, Workers.NONE);
    }

    /**
     * @param options the options of the training
     * @param device the device of the dense arithmetic
     * @param threads the number of libtorch threads within one operation; results depend on it
     * @param clusterer the clusterer of objectives and restarts that use clusters during the training
     * @param workers the threads that share the work, owned by the caller; results do not depend on their number
     */
    public VaeTrainer(VaeOptions options, Device device, int threads, Clusterer clusterer, Workers workers) {
        this.workers = workers;
        this.options = options;
        this.clusterer = clusterer;
        this.device = device;
        this.threads = threads;
    }

    /**
     * Trains on all documents of {@code rows} that have words.
     *
     * @param rows the bags over {@code vocabulary}; the trainer reads them in random order, several times
     * @param vocabulary the vocabulary of the bags
     * @param listener the observer of the training, called on this thread
     * @return the trained network, on the heap
     * @throws IllegalArgumentException if fewer than 4 documents have words
     * @throws IllegalStateException if the training diverges in any restart
     */
    public VaeWeights train(BowSource rows, Vocabulary vocabulary, TrainingListener listener) {
        return train(InputSource.of(rows), vocabulary, listener);
    }

    /**
     * Trains on all documents of {@code rows} that have words or a vector. If no document has a vector, this is the
     * training on words alone.
     *
     * @param rows the bags over {@code vocabulary} and the vectors; the trainer reads them in random order, several
     *     times
     * @param vocabulary the vocabulary of the bags
     * @param listener the observer of the training, called on this thread
     * @return the trained network, on the heap
     * @throws IllegalArgumentException if fewer than 4 documents have words or a vector
     * @throws IllegalStateException if the training diverges in any restart
     */
    public VaeWeights train(InputSource rows, Vocabulary vocabulary, TrainingListener listener) {
        return train(rows, vocabulary, listener, Checkpoints.NONE);
    }

    /**
     * Trains like {@link #train(InputSource, Vocabulary, TrainingListener)}, takes checkpoints between the steps, and
     * goes on from the last one if there is one. The result is then the same as without the interruption, bit for bit,
     * on the same kind of processor with the same number of threads. Reports go on as well; the listener hears nothing
     * of the epochs before the checkpoint.
     *
     * @param rows the bags and the vectors, the same in the same order as when the checkpoint was taken
     * @param checkpoints where the checkpoints are
     * @throws CheckpointMismatchException if the last checkpoint is one of a training with other options, another
     *     vocabulary or other documents
     */
    public VaeWeights train(
            InputSource rows, Vocabulary vocabulary, TrainingListener listener, Checkpoints checkpoints) {
        return train(rows, vocabulary, null, null, listener, checkpoints);
    }

    /**
     * Trains like {@link #train(InputSource, Vocabulary, TrainingListener, Checkpoints)}, but starts from a trained
     * network. The first two stages are then shorter ({@link Plan}), and there is one run, because other seeds would
     * end much the same.
     *
     * @param from the network to start from; {@code null} for one that is drawn at random
     * @throws IllegalArgumentException if {@code from} has other layers than the options ask for, or takes other
     *     vectors than the rows have
     */
    public VaeWeights train(
            InputSource rows,
            Vocabulary vocabulary,
            WarmStart from,
            TrainingListener listener,
            Checkpoints checkpoints) {
        return train(rows, vocabulary, from, null, listener, checkpoints);
    }

    /**
     * Trains like {@link #train(InputSource, Vocabulary, TrainingListener, Checkpoints)}, but the first layer of the
     * network that is drawn at random starts from the vectors of words, and learns at {@link WordVectors#RATE} times
     * the rate of the others.
     *
     * @param words the vectors, over {@code vocabulary} and as wide as the first layer
     */
    public VaeWeights train(
            InputSource rows,
            Vocabulary vocabulary,
            WordVectors words,
            TrainingListener listener,
            Checkpoints checkpoints) {
        return train(rows, vocabulary, null, words, listener, checkpoints);
    }

    private VaeWeights train(
            InputSource rows,
            Vocabulary vocabulary,
            WarmStart from,
            WordVectors words,
            TrainingListener listener,
            Checkpoints checkpoints) {
        if (from != null) {
            requireFits(from.weights(), rows);
        }
        int[] documents = withContent(rows);
        if (documents.length < FEWEST_DOCUMENTS) {
            throw new IllegalArgumentException("training needs at least [" + FEWEST_DOCUMENTS + "] documents with words"
                    + (rows.vectorDims() > 0 ? " or a vector: " : ": ") + documents.length);
        }
        Centering centering = Centering.of(rows, documents);
        boolean gradients = JniUtils.isGradMode();
        int threadsBefore = JniUtils.getNumThreads();
        // each step turns gradients on for itself; operations between the steps must not build graphs
        JniUtils.setGradMode(false);
        JniUtils.setNumThreads(threads);
        try {
            int runs = from == null ? options.restarts() : 1;
            Restarts restarts = new Restarts(runs, clusterer, listener);
            if (checkpoints != Checkpoints.NONE) {
                Fingerprint fingerprint =
                        Fingerprint.of(options, clusterer.options(), vocabulary, from, words, rows, documents);
                resume(restarts, checkpoints, fingerprint, documents.length);
                CheckpointTaker taker = new CheckpointTaker(checkpoints, listener, System::nanoTime);
                restarts.betweenSteps(state -> taker.offer(() -> checkpoint(fingerprint, state.get())));
            }
            for (int restart = restarts.ended(); restart < runs; restart++) {
                SplittableRandom random = new SplittableRandom(options.seed() + restart);
                run(random, rows, documents, centering, vocabulary, from, words, restarts);
            }
            return restarts.end();
        } finally {
            JniUtils.setNumThreads(threadsBefore);
            JniUtils.setGradMode(gradients);
        }
    }

    private static void resume(Restarts restarts, Checkpoints checkpoints, Fingerprint fingerprint, int documents) {
        checkpoints.last().ifPresent(checkpoint -> {
            fingerprint.requireEqual(checkpoint.fingerprint());
            restarts.resume(checkpoint, documents);
        });
    }

    private Checkpoint checkpoint(Fingerprint fingerprint, Restarts.State state) {
        return new Checkpoint(fingerprint, threads, state.ended(), state.progress(), state.run());
    }

    private void run(
            SplittableRandom random,
            InputSource rows,
            int[] documents,
            Centering centering,
            Vocabulary vocabulary,
            WarmStart from,
            WordVectors words,
            Restarts restarts) {
        // one network in native memory at a time: this one is closed before the next is created
        try (NDManager manager = Engine.getEngine("PyTorch").newBaseManager(device);
                Network network = new Network(
                        from == null
                                ? initial(random, rows.vectorDims() > 0, centering, vocabulary, words)
                                : from.over(vocabulary, random.nextLong()),
                        centering,
                        words == null ? 1 : WordVectors.RATE,
                        manager,
                        workers)) {
            Objective objective = Objective.of(options, clusterer, manager, random);
            Fit fit = new Fit(options, objective, rows, documents, network, centering, random, from != null);
            restarts.run(fit, network);
        }
    }

    /** Draws the weights to start from. A method of its own, so that no frame keeps them while the network learns. */
    private VaeWeights initial(
            SplittableRandom random, boolean vectors, Centering centering, Vocabulary vocabulary, WordVectors words) {
        VaeWeights drawn = VaeWeights.initial(
                vocabulary.inputWeights(),
                vocabulary.logUnigram(),
                options.hiddenDims(),
                options.latentDims(),
                random.nextLong());
        VaeWeights started = words == null ? drawn : words.in(drawn);
        return vectors ? started.withVectors(centering, random.nextLong()) : started;
    }

    private void requireFits(VaeWeights weights, InputSource rows) {
        List<Integer> widths = weights.layers().stream().map(Dense::out).toList();
        if (!widths.equals(options.hiddenDims())
                || weights.latentDims() != options.latentDims()
                || weights.vectorDims() != rows.vectorDims()) {
            throw new IllegalArgumentException("the network to start from has layers of " + widths + " and ["
                    + weights.latentDims() + "] latent dimensions and takes vectors of [" + weights.vectorDims()
                    + "], not " + options.hiddenDims() + ", [" + options.latentDims() + "] and [" + rows.vectorDims()
                    + "]");
        }
    }

    private static int[] withContent(InputSource rows) {
        List<Integer> documents = new ArrayList<>();
        for (int doc = 0; doc < rows.size(); doc++) {
            if (!rows.get(doc).isEmpty() || rows.vector(doc) != null) {
                documents.add(doc);
            }
        }
        return documents.stream().mapToInt(Integer::intValue).toArray();
    }
}
