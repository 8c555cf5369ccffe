/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.training;

import java.io.IOException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Takes a training's checkpoints when they are due, and survives those that fail. Not thread-safe. */
final class CheckpointTaker {
    private final Checkpoints checkpoints;
    private final TrainingListener listener;
    private final LongSupplier clock;
    private long since;
    private boolean failing;

    /** @param clock a clock in nanoseconds, such as {@link System#nanoTime} */
    CheckpointTaker(Checkpoints checkpoints, TrainingListener listener, LongSupplier clock) {
        this.checkpoints = checkpoints;
        this.listener = listener;
        this.clock = clock;
        this.since = clock.getAsLong();
    }

    /** @param now makes a checkpoint of this moment; called only if one is due */
    void offer(Supplier<Checkpoint> now) {
        try {
            if (!checkpoints.isDue(clock.getAsLong() - since)) {
                return;
            }
            checkpoints.store(now.get());
            failing = false;
        } catch (IOException | RuntimeException e) {
            if (!failing) {
                listener.checkpointFailed(e);
            }
            failing = true;
        }
        // counted from the end, so that a slow store does not take all the time
        since = clock.getAsLong();
    }
}
