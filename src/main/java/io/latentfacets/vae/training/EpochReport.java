/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.training;

import java.util.Map;

/**
 * How a training stands after an epoch.
 *
 * @param restart number of the restart, from 1
 * @param stage {@code views}, {@code neighbors}, {@code refinement} or {@code labels}: what is being learned
 * @param epoch number of this epoch within the whole training with all restarts, from 1
 * @param epochs number of epochs planned for the whole training; early stopping may leave some out
 * @param loss mean over the epoch of what is minimised
 * @param parts mean of each term of the loss, by name
 * @param heldOutLoss contrastive loss of documents that are not trained on; NaN where none are held out
 * @param percent of the work that is done, 0 to 100
 * @param etaMillis estimate of the time left
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
