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
 * The loss that a training minimises. An objective builds a graph of engine arrays; the trainer computes gradients and
 * takes steps. An objective may train parameters beside the network's; they belong to the network's memory and end with
 * it. One instance serves one training, on one thread.
 */
public interface Objective {

    /**
     * One batch: two views of each document, in rows 2i and 2i + 1.
     *
     * @param manager the owner of the arrays that this step makes
     * @param firstLayer the first layer's output h, {@code [2 * documents][width]}
     * @param documents the number of documents in the batch
     * @param decoded the number of documents, from the first, that the decoder sees; decoding is the most expensive
     *     part of a step
     * @param targets for each view of the decoded documents the words of the <em>other</em> view
     * @param noise standard normal draws, {@code [2 * decoded][d]}
     * @param beta the weight, at this step, of the term that draws latents to the prior
     */
    record Batch(
            NDManager manager,
            NDArray firstLayer,
            int documents,
            int decoded,
            Targets targets,
            NDArray noise,
            float beta) {

        /** Returns the rows that the decoder sees, of an array {@code [2 * documents][n]}. */
        NDArray decodedRows(NDArray rows) {
            return rows.get("0:" + 2 * decoded);
        }

        /**
         * Returns the mean negative log likelihood, per occurrence, of each decoded view's words given the other view's
         * z.
         */
        NDArray likelihood(Network network, NDArray z) {
            return network.likelihood(z, targets, manager);
        }
    }

    /**
     * @param total the scalar to minimise
     * @param parts the terms of {@code total} by name, scalars, before their weights
     */
    record Loss(NDArray total, Map<String, NDArray> parts) {}

    /**
     * Returns a new instance of the objective that the options name.
     *
     * @param options the options of the training
     * @param clusterer the clusterer for an objective that uses clusters
     * @param manager the network's manager, which also owns the objective's parameters
     * @param random the source of the objective's initial parameters; an objective without such draws leaves it
     *     untouched
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

    /**
     * Returns the loss of held-out documents, a scalar, for two views of each: {@code firstLayer} is h, {@code [2 *
     * documents][width]}.
     */
    NDArray heldOut(Network network, NDArray firstLayer, int documents);

    /**
     * Returns the parameters that train beside the network, in the same steps as the encoder; empty if there are none.
     */
    default Optional<Parameters> parameters() {
        return Optional.empty();
    }

    /**
     * Restores the parameters that {@link #parameters} had in an earlier training with the same options.
     *
     * @param state the parameters; {@link Parameters.State#EMPTY} if there were none
     * @throws IllegalArgumentException if the state is not one of this objective's
     */
    default void restore(Parameters.State state) {
        parameters().ifPresent(own -> own.restore(state));
    }

    /**
     * Returns whether the objective adds a refinement stage after those that all objectives share, before the last
     * stage.
     */
    default boolean refines() {
        return false;
    }

    /**
     * Prepares the refinement stage. The trainer calls it once, before that stage, if {@link #refines}.
     *
     * @param means μ of every whole document, {@code [n][d]}
     * @param checkCancelled a callback that throws to stop
     */
    default void beginRefinement(float[][] means, Runnable checkCancelled) {
        throw new IllegalStateException("this objective has no stage of its own");
    }
}
