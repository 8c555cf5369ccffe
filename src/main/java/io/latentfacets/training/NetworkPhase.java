/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import io.latentfacets.arithmetic.Workers;
import io.latentfacets.cluster.fit.Clusterer;
import io.latentfacets.engine.InferenceEngine;
import io.latentfacets.model.definition.ModelDefinition;
import io.latentfacets.stats.StatName;
import io.latentfacets.training.progress.TrainingPhase;
import io.latentfacets.training.progress.WorkerTask;
import io.latentfacets.vae.VaeWeights;
import io.latentfacets.vae.WarmStart;
import io.latentfacets.vae.WordVectors;
import io.latentfacets.vae.network.Network;
import io.latentfacets.vae.training.CheckpointMismatchException;
import io.latentfacets.vae.training.EpochReport;
import io.latentfacets.vae.training.TrainingListener;
import io.latentfacets.vae.training.VaeTrainer;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.opensearch.common.unit.TimeValue;

/**
 * Trains the network on the documents, from the last checkpoint of a worker that was lost if there is one. For a single
 * use on one thread.
 */
final class NetworkPhase {

    private static final Logger logger = LogManager.getLogger(NetworkPhase.class);

    private final TrainingContext services;
    private final ModelDefinition definition;
    private final int generation;
    private final WorkerTask task;
    private final StoredCheckpoints checkpoints;
    private double heldOutLoss = Double.NaN;

    /**
     * The trained network.
     *
     * @param heldOutLoss its loss on held-out documents; NaN if none are held out
     */
    record Result(VaeWeights weights, double heldOutLoss) {}

    /**
     * @param generation the number of the new generation
     * @param checkpointInterval the least time between two checkpoints
     */
    NetworkPhase(
            TrainingContext services,
            ModelDefinition definition,
            int generation,
            TimeValue checkpointInterval,
            WorkerTask task) {
        this.services = services;
        this.definition = definition;
        this.generation = generation;
        this.task = task;
        this.checkpoints =
                new StoredCheckpoints(services.store(), definition.name(), generation, checkpointInterval, task);
    }

    /** @param from the network to start from; null for a random one */
    Result run(TrainingCorpus corpus, WarmStart from) {
        task.progress(TrainingPhase.TRAINING, 0);
        try (Workers workers = new Workers(services.workers())) {
            return run(corpus, from, workers);
        }
    }

    private Result run(TrainingCorpus corpus, WarmStart from, Workers workers) {
        VaeTrainer trainer = new VaeTrainer(
                definition.vae(),
                services.engine().djlDevice(),
                services.threads(),
                new Clusterer(definition.clusters()),
                workers);
        WordVectors words = from == null ? wordVectors(corpus) : null;
        VaeWeights weights;
        try {
            weights = train(trainer, corpus, from, words);
        } catch (CheckpointMismatchException e) {
            // somebody wrote documents since, or changed the file of word vectors: the training has others now
            checkpoints.ignore(e);
            weights = train(trainer, corpus, from, words);
        }
        if (checkpoints.resumed()) {
            services.stats().increment(StatName.TRAININGS_RESUMED);
        }
        return new Result(weights, heldOutLoss);
    }

    private VaeWeights train(VaeTrainer trainer, TrainingCorpus corpus, WarmStart from, WordVectors words) {
        return words == null
                ? trainer.train(corpus, corpus.vocabulary(), from, listener(), checkpoints)
                : trainer.train(corpus, corpus.vocabulary(), words, listener(), checkpoints);
    }

    /** The vectors of words that the definition names; null for none. */
    private WordVectors wordVectors(TrainingCorpus corpus) {
        String name = definition.text().wordVectors();
        if (name == null) {
            return null;
        }
        int width = definition.vae().hiddenDims().get(0);
        WordVectors words = services.wordVectors().read(name, corpus.vocabulary(), width, task::checkPaused);
        logger.info(
                "generation [{}] of model [{}] starts from the vectors of [{}] words in [{}]; its vocabulary has [{}]"
                        + " words and phrases",
                generation,
                definition.name(),
                words.known(),
                name,
                corpus.vocabulary().size());
        return words;
    }

    private TrainingListener listener() {
        return new TrainingListener() {
            @Override
            public void epoch(EpochReport report) {
                task.epoch(report);
            }

            @Override
            public void checkpointFailed(Exception cause) {
                logger.warn(
                        "cannot store a checkpoint of generation [{}] of model [{}], its training goes on: {}",
                        generation,
                        definition.name(),
                        cause.getMessage());
            }

            @Override
            public void kept(double loss) {
                heldOutLoss = loss;
            }

            @Override
            public void checkCancelled() {
                task.checkPaused();
            }
        };
    }

    /** Whether the engine, rather than this JVM, learns the decoder of a training, whose memory then has it. */
    static boolean decodesInEngine(InferenceEngine engine) {
        return Network.decodesInEngine(engine.djlDevice());
    }
}
