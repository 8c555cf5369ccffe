/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model.store;

import io.latentfacets.model.Definer;
import io.latentfacets.model.TrainingClaim;
import io.latentfacets.model.TrainingOutcome;
import io.latentfacets.model.TrainingOwner;
import io.latentfacets.model.TrainingRecord;
import io.latentfacets.model.definition.ModelDefinition;
import io.latentfacets.model.definition.ModelNames;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.threadpool.ThreadPool;

/**
 * The lock in a model's document that lets one task train the model. Tasks acquire and release it by compare-and-set; a
 * lock whose owner is gone is reclaimed. Thread-safe. Blocks on the index: call it on the generic pool only.
 */
final class TrainingLock {

    private static final Logger logger = LogManager.getLogger(TrainingLock.class);

    /** The claim of whoever may end a training of any node. */
    static final long ANY = 0;

    private static final int MAX_HISTORY = 1000;

    private final ModelRecords records;
    private final GenerationFiles files;
    private final CheckpointFiles checkpoints;
    private final ClusterService clusterService;
    private final TaskLiveness liveness;
    private final ThreadPool threadPool;

    TrainingLock(
            ModelRecords records,
            GenerationFiles files,
            CheckpointFiles checkpoints,
            ClusterService clusterService,
            TaskLiveness liveness,
            ThreadPool threadPool) {
        this.records = records;
        this.files = files;
        this.checkpoints = checkpoints;
        this.clusterService = clusterService;
        this.liveness = liveness;
        this.threadPool = threadPool;
    }

    /** Returns whether the model is new. */
    boolean put(ModelDefinition definition, Definer definer) throws IOException {
        boolean[] created = new boolean[1];
        records.change(definition.name(), document -> {
            created[0] = document == null || document.definition() == null;
            if (document == null) {
                return new ModelDocument(definition.name(), definition, 0, 1, NumberRanges.NONE, null, definer);
            }
            requireIdle(document);
            return document.withDefinition(definition, definer);
        });
        return created[0];
    }

    void requireIdle(String name) {
        requireIdle(records.require(name));
    }

    private void requireIdle(ModelDocument document) {
        TrainingRecord training = document.training();
        if (training != null && training.running() && alive(document.name(), training)) {
            throw new OpenSearchStatusException(
                    "model [{}] is being trained by task [{}]",
                    RestStatus.CONFLICT,
                    document.name(),
                    training.owner().task());
        }
    }

    /** Whether core has a persistent task for the training, or the task is there that is about to start one. */
    private boolean alive(String model, TrainingRecord training) {
        ClusterState state = clusterService.state();
        TrainingOwner owner = training.owner();
        return TrainingTasks.get(state, model, training.generation()) != null
                || (TaskLiveness.nodeAlive(state, owner) && liveness.alive(owner));
    }

    /**
     * Gives a running training to a node.
     *
     * @param allocation the number of the assignment to the node
     * @return the number of nodes, with this one, that have begun since the last checkpoint
     * @throws OpenSearchStatusException with status 409 if the training has ended or a later assignment has claimed it
     */
    int claim(String name, int generation, long allocation) throws IOException {
        String checkpoint = checkpoints.current(name, generation);
        int[] attempts = new int[1];
        records.change(name, document -> {
            requireOwned(document, name, generation);
            TrainingClaim before = document.training().claim();
            if (before.allocation() > allocation) {
                throw notRunning(name, generation);
            }
            if (before.allocation() == allocation) {
                attempts[0] = before.attempts();
                return null;
            }
            TrainingClaim claim = before.next(allocation, checkpoint);
            attempts[0] = claim.attempts();
            return document.withTraining(document.training().with(claim));
        });
        return attempts[0];
    }

    int begin(String name, TrainingOwner owner) throws IOException {
        int[] generation = new int[1];
        records.change(name, document -> {
            if (document == null || document.definition() == null) {
                throw ModelNames.unknown(name);
            }
            TrainingRecord training = document.training();
            if (training != null && training.running() && training.owner().equals(owner)) {
                // the lock was written already; the answer was lost and core has sent the write again
                generation[0] = training.generation();
                return null;
            }
            requireIdle(document);
            generation[0] = document.lastGeneration() + 1;
            return document.withTraining(TrainingRecord.begin(owner, generation[0]));
        });
        try {
            // a training that died while publishing left chunks behind; nobody else writes generations now
            checkpoints.delete(name, generation[0]);
            files.deleteOrphans(name, generation[0]);
        } catch (Exception e) {
            giveBack(name, generation[0], e);
            throw e;
        }
        return generation[0];
    }

    /** Ends a training that took the lock and cannot begin. */
    private void giveBack(String name, int generation, Exception cause) {
        String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        try {
            end(name, generation, ANY, TrainingOutcome.failed(message), List.of());
        } catch (Exception e) {
            // the lock's owner is a task that ends now, so the next training finds it dead
            cause.addSuppressed(e);
        }
    }

    /**
     * Records the outcome and releases the lock. Fails with 409 if the training has lost it.
     *
     * @param allocation the claim of the node that has trained, or {@link #ANY}
     */
    void end(String name, int generation, long allocation, TrainingOutcome outcome, List<Map<String, Object>> history)
            throws IOException {
        List<Map<String, Object>> kept = history.subList(Math.max(0, history.size() - MAX_HISTORY), history.size());
        records.change(name, document -> {
            requireOwned(document, name, generation);
            if (allocation != ANY && document.training().claim().allocation() != allocation) {
                throw notRunning(name, generation);
            }
            if (outcome.status() != TrainingOutcome.Status.SUCCESS) {
                // the node that trains may not know yet that its training has ended
                files.abandon(name, generation, generation);
            }
            return document.withTraining(document.training().end(outcome, threadPool.absoluteTimeInMillis(), kept));
        });
        try {
            checkpoints.delete(name, generation + 1);
        } catch (RuntimeException e) {
            // the end is recorded; the next training of the model deletes the checkpoint
            logger.debug("the checkpoint of model [{}] stays for now", name, e);
        }
    }

    /** Fails with 409 unless the running training reserved this generation number. */
    static void requireOwned(ModelDocument document, String name, int generation) {
        TrainingRecord training = document == null ? null : document.training();
        if (training == null || !training.running() || training.generation() != generation) {
            throw notRunning(name, generation);
        }
    }

    /** The 409 for a training that has lost its lock. */
    static OpenSearchStatusException notRunning(String name, int generation) {
        return new OpenSearchStatusException(
                "the training of generation [{}] of model [{}] is not running any more",
                RestStatus.CONFLICT,
                generation,
                name);
    }

    /** The outcome of a training whose node or task is gone. */
    static TrainingOutcome lost(TrainingOwner owner) {
        return TrainingOutcome.failed(
                "training stopped: its task [" + owner.task() + "] is gone, with its node or without");
    }

    /** Marks every training as failed that is recorded as running and has no trainer. */
    void repair() throws IOException {
        for (ModelDocument listed : records.documents()) {
            int[] ended = new int[1];
            records.change(listed.name(), document -> {
                ended[0] = 0;
                TrainingRecord training = document == null ? null : document.training();
                if (training == null || !training.running() || alive(document.name(), training)) {
                    return null;
                }
                logger.info(
                        "model [{}]: {}",
                        document.name(),
                        lost(training.owner()).error());
                files.abandon(document.name(), training.generation(), training.generation());
                ended[0] = training.generation();
                return document.withTraining(
                        training.end(lost(training.owner()), threadPool.absoluteTimeInMillis(), training.history()));
            });
            if (ended[0] > 0) {
                checkpoints.delete(listed.name(), ended[0] + 1);
            }
        }
    }
}
