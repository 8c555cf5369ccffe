/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model.store;

import io.latentfacets.async.Retries;
import io.latentfacets.model.ClusterEdits;
import io.latentfacets.model.Generation;
import io.latentfacets.model.GenerationSummary;
import io.latentfacets.model.StoredModel;
import io.latentfacets.model.TrainingOutcome;
import io.latentfacets.model.TrainingOwner;
import io.latentfacets.model.definition.ModelDefinition;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.opensearch.ExceptionsHelper;
import org.opensearch.ResourceNotFoundException;
import org.opensearch.action.support.clustermanager.AcknowledgedResponse;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.CheckedSupplier;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.common.util.concurrent.AbstractRunnable;
import org.opensearch.core.action.ActionListener;
import org.opensearch.indices.SystemIndexDescriptor;
import org.opensearch.threadpool.ThreadPool;

/**
 * The models of the cluster: definitions, trainings, generations. All of it is in the system index, read and written as
 * the plugin, whoever calls. Thread-safe; every method returns at once and calls its listener on the generic pool, in
 * the caller's thread context.
 *
 * <p>Common failures: ResourceNotFoundException (404) for an unknown model or generation, OpenSearchStatusException
 * (409) where a training is in the way or somebody else was faster, the platform's 503 while the system index has no
 * primary.
 */
public final class ModelStore {

    private static final Logger logger = LogManager.getLogger(ModelStore.class);

    /** The index may be away for a while; a lock that is not given back would wait for somebody to find it dead. */
    private static final TimeValue PATIENCE = TimeValue.timeValueMinutes(5);

    private static final TimeValue PAUSE = TimeValue.timeValueSeconds(1);

    private final ThreadPool threadPool;
    private final ModelRecords records;
    private final Retries patient;
    private final TrainingLock trainings;
    private final GenerationFiles files;

    public ModelStore(SystemClient client, ClusterService clusterService, ThreadPool threadPool) {
        this(client, clusterService, threadPool, TaskLiveness.asking(client));
    }

    public ModelStore(
            SystemClient client, ClusterService clusterService, ThreadPool threadPool, TaskLiveness liveness) {
        SystemIndex index = new SystemIndex(client, clusterService);
        this.threadPool = threadPool;
        this.records = new ModelRecords(index, clusterService);
        this.files = new GenerationFiles(index, records, client, clusterService);
        this.patient = new Retries(logger, threadPool, PAUSE, PATIENCE);
        this.trainings = new TrainingLock(records, files, clusterService, liveness, threadPool);
    }

    /** What core must know of the index that the models are kept in. */
    public static SystemIndexDescriptor systemIndex() {
        return SystemIndex.DESCRIPTOR;
    }

    /** One model with its generations and its latest training. */
    public void get(String name, ActionListener<StoredModel> listener) {
        fork(listener, () -> records.model(name));
    }

    /** All models, by name. */
    public void list(ActionListener<List<StoredModel>> listener) {
        fork(listener, records::models);
    }

    /** Stores a definition, new or in place of the model's former one; generations stay. 409 while it trains. */
    public void put(ModelDefinition definition, ActionListener<Void> listener) {
        fork(listener, () -> {
            trainings.put(definition);
            return null;
        });
    }

    /** Deletes a model with all its generations. 409 while it trains. Its generation numbers are not used again. */
    public void delete(String name, ActionListener<Void> listener) {
        fork(listener, () -> {
            trainings.requireIdle(name);
            files.deleteModel(name);
            return null;
        });
    }

    /**
     * Notes that a training begins and sets a generation number aside for it. Of many callers at once, on any nodes,
     * one wins; the others get 409 naming the running task. A training whose node or task is gone is noted as failed
     * first.
     */
    public void beginTraining(String name, TrainingOwner owner, ActionListener<Integer> newGeneration) {
        fork(newGeneration, () -> trainings.begin(name, owner));
    }

    /**
     * Notes how a training ended; to be called exactly once for each beginTraining that succeeded, whatever happened.
     * Tries again for some minutes while the system index is not available. 409 if the training had been given up for
     * dead meanwhile.
     *
     * @param generation what beginTraining gave
     * @param history one map an epoch; at most the last 1,000 are kept
     */
    public void endTraining(
            String name,
            int generation,
            TrainingOutcome outcome,
            List<Map<String, Object>> history,
            ActionListener<Void> listener) {
        patient.<Void>run(
                "note the end of model [" + name + "]'s training",
                e -> ExceptionsHelper.status(e).getStatus() >= 500,
                once -> ActionListener.completeWith(once, () -> {
                    trainings.end(name, generation, outcome, history);
                    return null;
                }),
                listener);
    }

    /**
     * Stores a generation: chunks, verified by reading them back, then the one document that makes it exist. Its number
     * must be the one that beginTraining set aside for the training still running, else 409. Does not activate.
     */
    public void publish(Generation generation, ActionListener<GenerationSummary> listener) {
        fork(listener, () -> files.publish(generation));
    }

    /** Makes a stored generation the active one, whichever is active now; returns when every node knows. */
    public void activate(String name, int generation, ActionListener<AcknowledgedResponse> listener) {
        fork(listener, () -> files.activate(name, UpdatePointerAction.Request.ANY, generation));
    }

    /** The same, only if {@code expected} is the active one now (0: none), else 409. */
    public void activate(String name, int expected, int generation, ActionListener<AcknowledgedResponse> listener) {
        fork(listener, () -> files.activate(name, expected, generation));
    }

    /** Reads a generation from the index, every byte verified; IOException if it is damaged. */
    public void readGeneration(String name, int generation, ActionListener<Generation> listener) {
        readGeneration(name, generation, document -> {}, listener);
    }

    /**
     * The same; {@code reserve} is told what the generation is, with the heap that it takes, before its archive is read
     * and may throw to refuse.
     */
    void readGeneration(
            String name, int generation, Consumer<GenerationDocument> reserve, ActionListener<Generation> listener) {
        fork(listener, () -> {
            GenerationDocument document = files.document(name, generation);
            reserve.accept(document);
            try (InputStream in = files.open(document)) {
                return Generation.readFrom(in);
            }
        });
    }

    /** Changes a cluster's label and visibility for all generations; 404 for an unknown model. */
    public void editCluster(
            String name, String key, ClusterEdits.Edit edit, ActionListener<AcknowledgedResponse> listener) {
        fork(listener, () -> {
            records.require(name);
            return files.update(UpdatePointerAction.Request.editCluster(name, key, edit));
        });
    }

    /**
     * Puts right what a crash left behind: trainings without a trainer become failed ones, pointers without a model go.
     * Called where the cluster manager is.
     */
    void repair(ActionListener<Void> listener) {
        fork(listener, () -> {
            trainings.repair();
            files.removeStrayPointers();
            return null;
        });
    }

    private <T> void fork(ActionListener<T> listener, CheckedSupplier<T, Exception> work) {
        threadPool.generic().execute(new AbstractRunnable() {
            @Override
            protected void doRun() {
                ActionListener.completeWith(listener, work);
            }

            @Override
            public void onRejection(Exception e) {
                listener.onFailure(e);
            }

            @Override
            public void onFailure(Exception e) {
                // the listener knows by now how the work ended: a second call would contradict the first
                logger.error("a listener of the model store threw an exception", e);
            }
        });
    }

    /** The 404 of a generation. */
    static ResourceNotFoundException noGeneration(String name, int generation) {
        return new ResourceNotFoundException("model [{}] has no generation [{}]", name, generation);
    }
}
