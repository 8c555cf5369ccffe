/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model.store;

import io.latentfacets.async.Retries;
import io.latentfacets.async.WorkThreads;
import io.latentfacets.cluster.Curation;
import io.latentfacets.model.Bound;
import io.latentfacets.model.ClusterEdits;
import io.latentfacets.model.ClusterSuggestions;
import io.latentfacets.model.Definer;
import io.latentfacets.model.Generation;
import io.latentfacets.model.GenerationSummary;
import io.latentfacets.model.StoredModel;
import io.latentfacets.model.TrainingOutcome;
import io.latentfacets.model.TrainingOwner;
import io.latentfacets.model.definition.ModelDefinition;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.opensearch.ExceptionsHelper;
import org.opensearch.ResourceNotFoundException;
import org.opensearch.action.support.clustermanager.AcknowledgedResponse;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.CheckedConsumer;
import org.opensearch.common.CheckedFunction;
import org.opensearch.common.CheckedSupplier;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.common.util.concurrent.AbstractRunnable;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.indices.SystemIndexDescriptor;
import org.opensearch.threadpool.ThreadPool;

/**
 * The models of the cluster: definitions, trainings, generations. The system index holds all of it; the store reads and
 * writes it with the plugin's identity, whoever calls. Thread-safe. Every method returns at once and calls its listener
 * on the generic pool, in the caller's thread context.
 *
 * <p>Common failures: ResourceNotFoundException (404) for an unknown model or generation; OpenSearchStatusException
 * (409) if a training is running or another writer was faster; the platform's 503 while the system index has no
 * primary.
 */
public final class ModelStore {

    private static final Logger logger = LogManager.getLogger(ModelStore.class);

    /**
     * The time for which the store tries to record the end of a training. The index may be unavailable for a while, and
     * a lock that is not released blocks the model until somebody finds its owner dead.
     */
    private static final TimeValue PATIENCE = TimeValue.timeValueMinutes(5);

    private static final TimeValue PAUSE = TimeValue.timeValueSeconds(1);

    private final ThreadPool threadPool;
    private final ModelRecords records;
    private final Retries patient;
    private final TrainingLock trainings;
    private final PointerChanges pointers;
    private final GenerationFiles files;
    private final ModelDeletion deletion;
    private final CheckpointFiles checkpoints;
    private final MinorGenerations minors;

    public ModelStore(SystemClient client, ClusterService clusterService, ThreadPool threadPool) {
        this(client, clusterService, threadPool, TaskLiveness.asking(client));
    }

    public ModelStore(
            SystemClient client, ClusterService clusterService, ThreadPool threadPool, TaskLiveness liveness) {
        SystemIndex index = new SystemIndex(client, clusterService);
        this.threadPool = threadPool;
        this.records = new ModelRecords(index, clusterService);
        this.pointers = new PointerChanges(index, client, clusterService);
        this.files = new GenerationFiles(index, records, pointers);
        this.deletion = new ModelDeletion(index, records, pointers);
        this.checkpoints = new CheckpointFiles(index, records);
        this.minors = new MinorGenerations(records, files);
        this.patient = new Retries(logger, threadPool, PAUSE, PATIENCE);
        this.trainings = new TrainingLock(records, files, checkpoints, clusterService, liveness, threadPool);
    }

    /** The description of the system index for core. */
    public static SystemIndexDescriptor systemIndex() {
        return SystemIndex.DESCRIPTOR;
    }

    /** Gets one model with its generations and its latest training. */
    public void get(String name, ActionListener<StoredModel> listener) {
        fork(listener, () -> records.model(name));
    }

    /** Gets all models, sorted by name. */
    public void list(ActionListener<List<StoredModel>> listener) {
        fork(listener, records::models);
    }

    /**
     * Stores the definition of a new model, or replaces the definition of an existing one, and binds the model to
     * {@code source.index}, beside what it is bound to already. Generations stay. Fails with 409 while the model
     * trains, or if somebody else binds it at the same time.
     *
     * @param definition the definition
     * @param definer who gives it; null if unknown
     * @param bound what the model is bound to already; the definer may read it
     * @param listener called when the definition and the binding are stored
     */
    public void put(ModelDefinition definition, Definer definer, Bound bound, ActionListener<Void> listener) {
        fork(listener, () -> {
            // a new model never inherits what a deleted one of its name may have left
            Bound kept = trainings.put(definition, definer) ? Bound.NONE : bound;
            ModelDocument document = records.require(definition.name());
            pointers.bind(document, bound, kept.with(definition.source().indices()));
            return null;
        });
    }

    /**
     * Binds a model to more indices. Fails with 404 for an unknown model, and with 409 if somebody else binds it at the
     * same time.
     *
     * @param name the name of the model
     * @param bound what the model is bound to already
     * @param indices the names and patterns to add
     * @param listener called when every node that answers in time knows the binding
     */
    public void bind(String name, Bound bound, List<String> indices, ActionListener<Void> listener) {
        fork(listener, () -> {
            pointers.bind(records.require(name), bound, bound.with(indices));
            return null;
        });
    }

    /**
     * Deletes a model with all its generations. Fails with 409 while the model trains. A new model of the name does not
     * reuse the generation numbers. A deletion that was interrupted is completed.
     */
    public void delete(String name, ActionListener<Void> listener) {
        fork(listener, () -> {
            if (!deletion.deleteRemains(name)) {
                trainings.requireIdle(name);
                deletion.delete(name);
            }
            return null;
        });
    }

    /**
     * Records the start of a training and reserves a generation number for it. Of several concurrent callers, on any
     * nodes, one wins; the others fail with 409 naming the running task. If the recorded training's node or task is
     * gone, the new training replaces it.
     */
    public void beginTraining(String name, TrainingOwner owner, ActionListener<Integer> newGeneration) {
        fork(newGeneration, () -> trainings.begin(name, owner));
    }

    /**
     * Gives a running training to a node, which trains it from now on. Answers with the number of nodes, with this one,
     * that have begun since the last checkpoint. Fails with 409 if the training has ended, or if a later assignment has
     * claimed it.
     *
     * @param allocation the number of the assignment to the node; larger than that of every former one
     */
    public void claimTraining(String name, int generation, long allocation, ActionListener<Integer> listener) {
        fork(listener, () -> trainings.claim(name, generation, allocation));
    }

    /** Records the outcome of a training, whichever node has claimed it. Otherwise like the method below. */
    public void endTraining(
            String name,
            int generation,
            TrainingOutcome outcome,
            List<Map<String, Object>> history,
            ActionListener<Void> listener) {
        endTraining(name, generation, TrainingLock.ANY, outcome, history, listener);
    }

    /**
     * Records the outcome of a training. Retries for some minutes while the system index is unavailable. Fails with 409
     * if the training has ended already, or if another node has claimed it meanwhile.
     *
     * @param name the name of the model
     * @param generation the number that beginTraining reserved
     * @param allocation the claim of the node that has trained
     * @param outcome the outcome of the training
     * @param history one map per epoch; the store keeps the last 1,000
     * @param listener called once the outcome is recorded, or with the last failure
     */
    public void endTraining(
            String name,
            int generation,
            long allocation,
            TrainingOutcome outcome,
            List<Map<String, Object>> history,
            ActionListener<Void> listener) {
        patient.<Void>run(
                "note the end of model [" + name + "]'s training",
                ModelStore::mayPass,
                once -> ActionListener.completeWith(once, () -> {
                    trainings.end(name, generation, allocation, outcome, history);
                    return null;
                }),
                listener);
    }

    /** Whether a write may succeed later: there is no primary, the disk is full, a queue or the breaker is. */
    private static boolean mayPass(Exception failure) {
        RestStatus status = ExceptionsHelper.status(failure);
        return status == RestStatus.TOO_MANY_REQUESTS || status.getStatus() >= 500;
    }

    /**
     * Replaces the checkpoint of a running training. Fails with 409 if the training has lost its lock. The end of the
     * training deletes the checkpoint.
     *
     * @param history one map per epoch that has ended
     * @param content writes the checkpoint to a stream, on the generic pool
     */
    public void saveCheckpoint(
            String name,
            int generation,
            List<Map<String, Object>> history,
            CheckedConsumer<OutputStream, IOException> content,
            ActionListener<Void> listener) {
        fork(listener, () -> {
            checkpoints.save(name, generation, history, content);
            return null;
        });
    }

    /**
     * Reads the checkpoint of a running training; null if there is none. Fails with an IOException if it is damaged.
     *
     * @param reader reads the checkpoint from a stream, on the generic pool
     */
    public <T> void readCheckpoint(
            String name,
            int generation,
            CheckedFunction<InputStream, T, IOException> reader,
            ActionListener<StoredCheckpoint<T>> listener) {
        fork(listener, () -> checkpoints.read(name, generation, reader));
    }

    /**
     * Stores a generation: first the chunks, which it reads back to verify them, then the document that makes the
     * generation exist. Fails with 409 unless the number is the one that beginTraining reserved for the running
     * training. If another attempt of the training has stored the generation already, that one stays and its summary is
     * the answer. Does not activate the generation.
     */
    public void publish(Generation generation, ActionListener<GenerationSummary> listener) {
        fork(listener, () -> files.publish(generation));
    }

    /**
     * Makes, stores and activates a minor generation. It has a number of its own and needs no training. Fails with 409
     * if a training runs or begins meanwhile, or if another generation than {@code expected} is active; nothing of it
     * is left then.
     *
     * @param expected the generation that must be active
     * @param make makes the generation with a number, on the generic pool
     */
    public void publishMinor(
            String name, int expected, IntFunction<Generation> make, ActionListener<GenerationSummary> listener) {
        fork(listener, () -> minors.publish(name, expected, make));
    }

    /**
     * Activates a stored generation, whichever is active now. Answers when every node has applied the change, or has
     * not done so in time ({@code acknowledged} is false then).
     */
    public void activate(String name, int generation, ActionListener<AcknowledgedResponse> listener) {
        fork(listener, () -> files.activate(name, UpdatePointerAction.Request.ANY, generation));
    }

    /** Activates a stored generation only if {@code expected} is active now (0: none); fails with 409 otherwise. */
    public void activate(String name, int expected, int generation, ActionListener<AcknowledgedResponse> listener) {
        fork(listener, () -> files.activate(name, expected, generation));
    }

    /**
     * Activates a stored generation like the method above, together with what people have made of clusters. Fails with
     * 409 also if that has changed.
     *
     * @param before what the model has now
     * @param after what it has with the generation
     */
    public void activate(
            String name,
            int expected,
            int generation,
            Curation before,
            Curation after,
            ActionListener<AcknowledgedResponse> listener) {
        fork(listener, () -> files.activate(name, expected, generation, before, after));
    }

    /**
     * Reads a generation from the index and verifies every byte. Fails with an IOException if the archive is damaged.
     */
    public void readGeneration(String name, int generation, ActionListener<Generation> listener) {
        readGeneration(name, generation, document -> {}, listener);
    }

    /**
     * Reads a generation like the method above. Before it reads the archive, it passes the generation's document, which
     * states the heap it needs, to {@code reserve}; that may throw to refuse.
     */
    void readGeneration(
            String name, int generation, Consumer<GenerationDocument> reserve, ActionListener<Generation> listener) {
        fork(listener, () -> {
            GenerationDocument document = files.document(name, generation);
            reserve.accept(document);
            assert WorkThreads.mayWork() : WorkThreads.busy("reading a generation");
            try (InputStream in = files.open(document)) {
                return Generation.readFrom(in);
            }
        });
    }

    /** Finds the archive of a generation, without reading it. Fails with 404 for an unknown model or generation. */
    public void archive(String name, int generation, ActionListener<StoredArchive> listener) {
        fork(listener, () -> new StoredArchive(files, files.document(name, generation)));
    }

    /** Gets one generation with its provenance. Fails with 404 for an unknown model or generation. */
    public void generation(String name, int generation, ActionListener<StoredGeneration> listener) {
        fork(listener, () -> {
            records.require(name);
            return StoredGeneration.of(files.document(name, generation));
        });
    }

    /**
     * Deletes a generation that is not active, while the model does not train. Documents keep latents of its encoder;
     * if no other generation has that encoder, they are unassigned from now on. Fails with 404 for an unknown model or
     * generation, and with 409 for the active one and while the model trains.
     */
    public void deleteGeneration(String name, int generation, ActionListener<Void> listener) {
        fork(listener, () -> {
            trainings.requireIdle(name);
            files.deleteGeneration(name, generation);
            return null;
        });
    }

    /**
     * {@link #deleteGeneration} at the end of a training, which still has the model's lock. Its own generation is
     * published, and it needs no other any more.
     */
    public void deleteOldGeneration(String name, int generation, ActionListener<Void> listener) {
        fork(listener, () -> {
            files.deleteGeneration(name, generation);
            return null;
        });
    }

    /** Changes the label and visibility of a cluster for all generations. Fails with 404 for an unknown model. */
    public void editCluster(
            String name, String key, ClusterEdits.Edit edit, ActionListener<AcknowledgedResponse> listener) {
        fork(listener, () -> pointers.edit(records.require(name), key, edit));
    }

    /**
     * Replaces what people have merged and split. Fails with 404 for an unknown model, and with 409 if the present
     * curation is not the expected one, or another generation is active than the one whose clusters were looked at.
     */
    public void curate(
            String name,
            int generation,
            Curation before,
            Curation after,
            ActionListener<AcknowledgedResponse> listener) {
        fork(listener, () -> pointers.curate(records.require(name), generation, before, after));
    }

    /**
     * Replaces the labels that wait for somebody to accept them. Fails with 404 for an unknown model, and with 409 if
     * they, or the edits, are not what was expected.
     *
     * @param accept whether those that no longer wait become the labels of their clusters
     */
    public void suggest(
            String name,
            boolean accept,
            ClusterEdits edits,
            ClusterSuggestions before,
            ClusterSuggestions after,
            ActionListener<AcknowledgedResponse> listener) {
        fork(listener, () -> pointers.suggest(records.require(name), accept, edits, before, after));
    }

    /**
     * Takes over edits of clusters, all at once, and then what was merged and split, in the place of what the model
     * had. Fails with 404 for an unknown model, and with 409 if somebody else merges or splits at the same time.
     */
    public void editClusters(String name, ClusterEdits edits, ActionListener<Void> listener) {
        fork(listener, () -> {
            ModelDocument document = records.require(name);
            if (!edits.byKey().isEmpty()) {
                pointers.edit(document, edits);
            }
            if (!edits.curation().isNone()) {
                pointers.curate(document, edits.curation());
            }
            return null;
        });
    }

    /**
     * Repairs what a crash left behind: marks trainings without a trainer as failed and removes what is left of deleted
     * models. The elected cluster manager calls it.
     */
    void repair(ActionListener<Void> listener) {
        fork(listener, () -> {
            trainings.repair();
            deletion.removeStray();
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
                // the listener was already called with the result: a second call would contradict the first
                logger.error("a listener of the model store threw an exception", e);
            }
        });
    }

    /** The 404 for an unknown generation. */
    static ResourceNotFoundException noGeneration(String name, int generation) {
        return new ResourceNotFoundException("model [{}] has no generation [{}]", name, generation);
    }
}
