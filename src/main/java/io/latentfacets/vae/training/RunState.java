/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.training;

import io.latentfacets.vae.network.Network;
import io.latentfacets.vae.network.Parameters;

/**
 * The state of one run between two steps: all that {@link Fit} needs to go on, beside the documents and the options.
 * Nobody may write to its arrays.
 *
 * @param stage the name of the stage that has begun
 * @param step the number of steps that this stage has taken
 * @param network the network and its optimizer
 * @param objective the objective's own parameters and their optimizer
 * @param stopping what early stopping knows of this stage
 * @param neighbors the row numbers of the nearest neighbours of each row, {@code null} for a row that takes no part;
 *     {@code null} in a stage that uses none
 */
record RunState(
        String stage,
        int step,
        Network.State network,
        Parameters.State objective,
        EarlyStopping.State stopping,
        int[][] neighbors) {

    /** Returns whether the network that early stopping would keep is the current one; they then share their arrays. */
    boolean bestIsCurrent() {
        Network.Snapshot best = stopping.snapshot();
        return best != null && best.first() == network.values().first();
    }
}
