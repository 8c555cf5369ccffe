/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.training;

import io.latentfacets.vae.network.Network;
import java.util.Optional;
import java.util.function.Supplier;

/** Ends a stage when the loss of held-out documents no longer improves, and keeps the network of the best epoch. */
final class EarlyStopping {
    private final int patience;
    private double best;
    private Network.Snapshot snapshot;
    private int epochsSince;

    /**
     * What is known after an epoch.
     *
     * @param best the loss of the best epoch; infinite before the first epoch
     * @param epochsSince the number of epochs since the best one
     * @param snapshot the network of the best epoch; {@code null} before the first epoch
     */
    record State(double best, int epochsSince, Network.Snapshot snapshot) {
        /** The state before the first epoch. */
        static final State NONE = new State(Double.POSITIVE_INFINITY, 0, null);
    }

    /** @param patience the number of epochs without a better loss after which to stop; 0 never stops */
    EarlyStopping(int patience) {
        this(patience, State.NONE);
    }

    /** Goes on from a state that {@link #state} returned. */
    EarlyStopping(int patience, State from) {
        this.patience = patience;
        this.best = from.best;
        this.epochsSince = from.epochsSince;
        this.snapshot = from.snapshot;
    }

    /**
     * Records the loss after an epoch.
     *
     * @param loss the loss of the held-out documents
     * @param now a supplier of the current network, called only if the loss is the best so far
     * @return whether to stop, as {@link #stops}
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
        return stops();
    }

    /** Returns whether to stop. */
    boolean stops() {
        return patience > 0 && epochsSince >= patience;
    }

    State state() {
        return new State(best, epochsSince, snapshot);
    }

    /** Returns the network of the best epoch; empty if the last epoch was the best, or before the first epoch. */
    Optional<Network.Snapshot> best() {
        return epochsSince == 0 ? Optional.empty() : Optional.ofNullable(snapshot);
    }
}
