/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.training;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.latentfacets.cluster.ClusterOptions;
import io.latentfacets.cluster.fit.Clusterer;
import io.latentfacets.text.BowSource;
import io.latentfacets.text.Vocabulary;
import io.latentfacets.vae.Centering;
import io.latentfacets.vae.InputSource;
import io.latentfacets.vae.VaeOptions;
import io.latentfacets.vae.VaeWeights;
import io.latentfacets.vae.network.Network;
import io.latentfacets.vae.objective.Objective;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Trains a variational autoencoder on bags of words, without labels, in three stages: <em>views</em> – two halves of a
 * document are each other's positive pair; <em>neighbors</em> – a half of one document and a half of one of its nearest
 * neighbours are; <em>labels</em> – the encoder stays, the decoder goes on with whole documents, because it will be
 * asked to describe clusters of them. The objective says what is minimised in the first two, and may add a stage
 * (<em>refinement</em>) before the last. With restarts all of that is done from several seeds, one network in native
 * memory at a time, and the network is kept whose clusters agree most with those of the others.
 *
 * <p>The same documents, options and number of engine threads give the same weights, bit for bit: all randomness is
 * drawn in Java from the seed.
 *
 * <p>A trainer can be used once at a time; the engine must have been started. Native memory is freed when
 * {@link #train} ends, however it ends.
 */
public final class VaeTrainer {
    private static final int FEWEST_DOCUMENTS = 4;

    private final VaeOptions options;
    private final Device device;
    private final int threads;
    private final Clusterer clusterer;

    /**
     * @param device for the dense arithmetic
     * @param threads of libtorch within one operation; results depend on it
     */
    public VaeTrainer(VaeOptions options, Device device, int threads) {
        this(options, device, threads, new Clusterer(ClusterOptions.DEFAULTS));
    }

    /** @param clusterer for objectives and criteria that look at clusters during the training */
    public VaeTrainer(VaeOptions options, Device device, int threads, Clusterer clusterer) {
        this.options = options;
        this.clusterer = clusterer;
        this.device = device;
        this.threads = threads;
    }

    /**
     * Trains on all documents of {@code rows} that have words.
     *
     * @param rows bags over {@code vocabulary}; read at random, several times
     * @return the trained network, on the heap
     * @throws IllegalArgumentException if fewer than 4 documents have words
     * @throws IllegalStateException if the training diverges, with whatever seed
     */
    public VaeWeights train(BowSource rows, Vocabulary vocabulary, TrainingListener listener) {
        return train(InputSource.of(rows), vocabulary, listener);
    }

    /**
     * Trains on all documents of {@code rows} that have words or a vector. Where no document has a vector, this is
     * training on words alone.
     *
     * @param rows bags over {@code vocabulary}, and vectors; read at random, several times
     * @return the trained network, on the heap
     * @throws IllegalArgumentException if fewer than 4 documents have words or a vector
     * @throws IllegalStateException if the training diverges
     */
    public VaeWeights train(InputSource rows, Vocabulary vocabulary, TrainingListener listener) {
        int[] documents = withContent(rows);
        if (documents.length < FEWEST_DOCUMENTS) {
            throw new IllegalArgumentException("training needs at least [" + FEWEST_DOCUMENTS + "] documents with words"
                    + (rows.vectorDims() > 0 ? " or a vector: " : ": ") + documents.length);
        }
        Centering centering = Centering.of(rows, documents);
        boolean gradients = JniUtils.isGradMode();
        int threadsBefore = JniUtils.getNumThreads();
        // gradients are asked for step by step; what is computed between the steps must not build graphs
        JniUtils.setGradMode(false);
        JniUtils.setNumThreads(threads);
        try {
            Restarts restarts = new Restarts(options.restarts(), clusterer, listener);
            for (int restart = 0; restart < options.restarts(); restart++) {
                run(new SplittableRandom(options.seed() + restart), rows, documents, centering, vocabulary, restarts);
            }
            return restarts.end();
        } finally {
            JniUtils.setNumThreads(threadsBefore);
            JniUtils.setGradMode(gradients);
        }
    }

    private void run(
            SplittableRandom random,
            InputSource rows,
            int[] documents,
            Centering centering,
            Vocabulary vocabulary,
            Restarts restarts) {
        VaeWeights initial = VaeWeights.initial(
                vocabulary.inputWeights(),
                vocabulary.logUnigram(),
                options.hiddenDims(),
                options.latentDims(),
                random.nextLong());
        if (rows.vectorDims() > 0) {
            initial = initial.withVectors(centering, random.nextLong());
        }
        // one network in native memory at a time: it is gone before the next begins
        try (NDManager manager = Engine.getEngine("PyTorch").newBaseManager(device);
                Network network = new Network(initial, centering, manager)) {
            Objective objective = Objective.of(options, clusterer, manager, random);
            restarts.run(new Fit(options, objective, rows, documents, network, centering, random), network);
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
