/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import io.latentfacets.model.store.ModelStore;
import io.latentfacets.model.store.StoredCheckpoint;
import io.latentfacets.training.progress.WorkerTask;
import io.latentfacets.vae.training.Checkpoint;
import io.latentfacets.vae.training.Checkpoints;
import java.util.List;
import java.util.Optional;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.opensearch.common.unit.TimeValue;

/**
 * The checkpoints of one training in the model store, so that a training whose node is lost goes on elsewhere. Blocks
 * on the store. For the training's thread only.
 */
final class StoredCheckpoints implements Checkpoints {

    private static final Logger logger = LogManager.getLogger(StoredCheckpoints.class);

    private final ModelStore store;
    private final String model;
    private final int generation;
    private final TimeValue interval;
    private final WorkerTask task;
    private boolean ignored;
    private boolean resumed;

    /** @param interval the least time between two checkpoints */
    StoredCheckpoints(ModelStore store, String model, int generation, TimeValue interval, WorkerTask task) {
        this.store = store;
        this.model = model;
        this.generation = generation;
        this.interval = interval;
        this.task = task;
    }

    /** Makes the training begin anew, because its last checkpoint does not fit. */
    void ignore(Exception reason) {
        logger.warn(
                "the training of generation [{}] of model [{}] begins anew: {}",
                generation,
                model,
                reason.getMessage());
        task.resume(List.of());
        ignored = true;
        resumed = false;
    }

    /** Whether the training went on from a checkpoint. */
    boolean resumed() {
        return resumed;
    }

    /** The checkpoint that a lost worker left; empty, after a warning, if it cannot be read. */
    @Override
    public Optional<Checkpoint> last() {
        if (ignored) {
            return Optional.empty();
        }
        StoredCheckpoint<Checkpoint> stored;
        try {
            stored = TrainingWorker.await(
                    listener -> store.readCheckpoint(model, generation, Checkpoint::readFrom, listener));
        } catch (RuntimeException e) {
            task.checkCancelled();
            ignore(e);
            return Optional.empty();
        }
        if (stored == null) {
            return Optional.empty();
        }
        Checkpoint checkpoint = stored.content();
        resumed = true;
        task.resume(stored.history());
        logger.info(
                "the training of generation [{}] of model [{}] goes on from its checkpoint: [{}] % done, in stage [{}]"
                        + " of run [{}]",
                generation, model, Math.round(checkpoint.percent()), checkpoint.stage(), checkpoint.restart());
        return Optional.of(checkpoint);
    }

    @Override
    public boolean isDue(long nanosSince) {
        return nanosSince >= interval.nanos();
    }

    @Override
    public void store(Checkpoint checkpoint) {
        TrainingWorker.<Void>await(
                listener -> store.saveCheckpoint(model, generation, task.history(), checkpoint::writeTo, listener));
    }
}
