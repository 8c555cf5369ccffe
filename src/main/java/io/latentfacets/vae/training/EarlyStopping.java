/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.training;

import io.latentfacets.vae.network.Network;
import java.util.Optional;
import java.util.function.Supplier;

/** Ends a stage when the loss of held-out documents no longer improves, and keeps the network of the best epoch. */
final class EarlyStopping {
    private final int patience;
    private double best = Double.POSITIVE_INFINITY;
    private Network.Snapshot snapshot;
    private int epochsSince;

    /** @param patience the number of epochs without a better loss after which to stop; 0 never stops */
    EarlyStopping(int patience) {
        this.patience = patience;
    }

    /**
     * Records the loss after an epoch.
     *
     * @param loss the loss of the held-out documents
     * @param now a supplier of the current network, called only if the loss is the best so far
     * @return whether to stop
     */
    boolean after(double loss, Supplier<Network.Snapshot> now) {
        if (loss < best) {
            best = loss;
            epochsSince = 0;
            snapshot =
                    null; // two networks at once would be a waste: if the new one cannot be copied, the training fails
            snapshot = now.get();
        } else {
            epochsSince++;
        }
        return patience > 0 && epochsSince >= patience;
    }

    /** Returns the network of the best epoch; empty if the last epoch was the best, or before the first epoch. */
    Optional<Network.Snapshot> best() {
        return epochsSince == 0 ? Optional.empty() : Optional.ofNullable(snapshot);
    }
}
