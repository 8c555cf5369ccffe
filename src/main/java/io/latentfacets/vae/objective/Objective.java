/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.latentfacets.cluster.fit.Clusterer;
import io.latentfacets.vae.VaeOptions;
import io.latentfacets.vae.network.Network;
import io.latentfacets.vae.network.Parameters;
import io.latentfacets.vae.network.Targets;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * What a training minimises. Builds a graph of engine arrays and leaves gradients and steps to the trainer. It may
 * train parameters of its own beside the network's; those belong to the network's memory and end with it. One instance
 * serves one training, on one thread.
 */
public interface Objective {

    /**
     * One batch: two views of each document, next to each other in rows 2i and 2i + 1.
     *
     * @param manager of the arrays that this step makes
     * @param firstLayer h, 2·documents × width
     * @param documents in the batch
     * @param decoded how many of them, from the first, the decoder sees; it is the dearest part of a step
     * @param targets for each view of the decoded documents the words of the <em>other</em> view
     * @param noise standard normal, 2·decoded × d
     * @param beta weight at this step of the term that draws latents to the prior
     */
    record Batch(
            NDManager manager,
            NDArray firstLayer,
            int documents,
            int decoded,
            Targets targets,
            NDArray noise,
            float beta) {

        /** The rows, of a 2·documents × n array, that the decoder sees. */
        NDArray decodedRows(NDArray rows) {
            return rows.get("0:" + 2 * decoded);
        }

        /** Mean negative log likelihood, per occurrence, of each decoded view's words given the other view's z. */
        NDArray likelihood(Network network, NDArray z) {
            return targets.negativeLogLikelihood(network.decode(z), manager);
        }
    }

    /**
     * @param total scalar to be minimised
     * @param parts its terms, scalars, before their weights
     */
    record Loss(NDArray total, Map<String, NDArray> parts) {}

    /**
     * The objective that was chosen.
     *
     * @param clusterer for an objective that looks at clusters
     * @param manager of the network; parameters of the objective's own belong to it
     * @param random what the objective draws for its parameters comes from here; untouched if it has none
     */
    static Objective of(VaeOptions options, Clusterer clusterer, NDManager manager, SplittableRandom random) {
        double temperature = options.temperature();
        return switch (options.objective()) {
            case "vae" -> new SplitViewObjective(temperature);
            case "autoencoder" -> new AutoencoderObjective(temperature);
            case "adversarial" -> new AdversarialObjective(temperature, options.latentDims(), manager, random.split());
            case "mixture" -> new MixtureObjective(temperature, clusterer, manager);
            default -> throw new IllegalArgumentException("unknown objective: " + options.objective());
        };
    }

    Loss loss(Network network, Batch batch);

    /** The term that held-out documents are judged by, for two views of each: a scalar. */
    NDArray heldOut(Network network, NDArray firstLayer, int documents);

    /** What is trained beside the network; it takes its steps together with the encoder. */
    default Optional<Parameters> parameters() {
        return Optional.empty();
    }

    /** Whether a stage of its own follows those that all objectives share. */
    default boolean refines() {
        return false;
    }

    /**
     * Called once before the stage of its own.
     *
     * @param means μ of every document, n × d, whole
     * @param checkCancelled throws to stop
     */
    default void beginRefinement(float[][] means, Runnable checkCancelled) {
        throw new IllegalStateException("this objective has no stage of its own");
    }
}
