/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.training;

/** Watches a training, and may end it. Called on the training thread only. */
public interface TrainingListener {

    /** Called after every epoch. */
    void epoch(EpochReport report);

    /**
     * Called before every batch; whatever it throws ends the training at once and reaches the caller of
     * {@link VaeTrainer#train}.
     */
    void checkCancelled();

    /**
     * Called once, at the end.
     *
     * @param heldOutLoss contrastive loss of held-out documents with the network that is kept; NaN where none are held
     *     out
     */
    default void kept(double heldOutLoss) {}
}
