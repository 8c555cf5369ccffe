/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.training;

import java.util.Map;

/**
 * The state of a training after an epoch.
 *
 * @param restart the number of the restart, from 1
 * @param stage the name of the stage: {@code views}, {@code neighbors}, {@code refinement} or {@code labels}
 * @param epoch the number of this epoch within the whole training with all restarts, from 1
 * @param epochs the number of epochs planned for the whole training; early stopping may skip some
 * @param loss the mean over the epoch of the loss that the stage minimises
 * @param parts the mean of each term of the loss, by name
 * @param heldOutLoss the contrastive loss of the held-out documents; NaN if none are held out, and in the stage
 *     {@code labels}
 * @param percent the share of the work that is done, 0 to 100
 * @param etaMillis the estimated time left, in milliseconds
 */
public record EpochReport(
        int restart,
        String stage,
        int epoch,
        int epochs,
        double loss,
        Map<String, Double> parts,
        double heldOutLoss,
        double percent,
        long etaMillis) {}
