/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.training;

import java.io.IOException;
import java.util.Optional;

/**
 * Where a training keeps its checkpoints. The trainer calls every method on the training thread, which waits meanwhile.
 *
 * <p>A training is worth more than its checkpoints. So it goes on if {@link #isDue} or {@link #store} fails, and its
 * {@link TrainingListener} hears of the failure. To end a training, throw in {@link TrainingListener#checkCancelled}
 * instead.
 */
public interface Checkpoints {
    /** Takes no checkpoints. */
    Checkpoints NONE = new Checkpoints() {
        @Override
        public Optional<Checkpoint> last() {
            return Optional.empty();
        }

        @Override
        public boolean isDue(long nanosSince) {
            return false;
        }

        @Override
        public void store(Checkpoint checkpoint) {
            throw new IllegalStateException("no checkpoint is ever due");
        }
    };

    /**
     * Returns the checkpoint to go on from; empty to begin. The trainer calls this once, at the start, and keeps no
     * reference to the checkpoint; an implementation that keeps none either gives its memory back. An exception ends
     * the training before it begins.
     */
    Optional<Checkpoint> last();

    /**
     * Returns whether to take a checkpoint now. Called at least once per step, so it must be quick.
     *
     * @param nanosSince the nanoseconds since the last {@link #store} ended, well or not; before the first, since the
     *     start of the training
     */
    boolean isDue(long nanosSince);

    /**
     * Stores a checkpoint. It is immutable, so an implementation may keep it and store it on another thread; as long as
     * it does, the checkpoint's memory stays in use.
     */
    void store(Checkpoint checkpoint) throws IOException;
}
