/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.training;

import io.latentfacets.vae.network.Network;
import java.util.Optional;
import java.util.function.Supplier;

/** Ends a stage when held-out documents have stopped getting better, and keeps the network as it was at its best. */
final class EarlyStopping {
    private final int patience;
    private double best = Double.POSITIVE_INFINITY;
    private Network.Snapshot snapshot;
    private int epochsSince;

    /** @param patience epochs without a better loss after which to stop; 0 never stops */
    EarlyStopping(int patience) {
        this.patience = patience;
    }

    /** Takes down the loss after an epoch; whether to stop. */
    boolean after(double loss, Supplier<Network.Snapshot> now) {
        if (loss < best) {
            best = loss;
            epochsSince = 0;
            snapshot = now.get();
        } else {
            epochsSince++;
        }
        return patience > 0 && epochsSince >= patience;
    }

    /** The network at its best; empty if it is at its best now, or nothing was held out. */
    Optional<Network.Snapshot> best() {
        return epochsSince == 0 ? Optional.empty() : Optional.ofNullable(snapshot);
    }
}
