/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.training;

/** Observes a training, and may end it. The trainer calls it on the training thread only. */
public interface TrainingListener {

    /** Receives the report of each epoch, after the epoch. */
    void epoch(EpochReport report);

    /**
     * Called at least before every batch. Any exception it throws ends the training at once and reaches the caller of
     * {@link VaeTrainer#train}.
     */
    void checkCancelled();

    /**
     * Called when a checkpoint could not be stored. The training goes on without it. Of failures in a row the listener
     * hears of the first one only.
     *
     * @param cause the failure: an {@link java.io.IOException} or unchecked
     */
    default void checkpointFailed(Exception cause) {}

    /**
     * Called once, at the end.
     *
     * @param heldOutLoss the contrastive loss of the held-out documents with the network that is kept; NaN if none are
     *     held out
     */
    default void kept(double heldOutLoss) {}
}
