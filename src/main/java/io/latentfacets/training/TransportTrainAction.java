/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import io.latentfacets.async.Listeners;
import io.latentfacets.attach.ReencodeService;
import io.latentfacets.corpus.SourceAccess;
import io.latentfacets.corpus.SourceIndices;
import io.latentfacets.model.Definer;
import io.latentfacets.model.StoredModel;
import io.latentfacets.model.TrainingOutcome;
import io.latentfacets.model.TrainingOwner;
import io.latentfacets.model.store.ModelStore;
import io.latentfacets.model.store.TrainingTasks;
import io.latentfacets.stats.StatName;
import io.latentfacets.training.progress.WorkerTask;
import java.util.List;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.HandledTransportAction;
import org.opensearch.cluster.metadata.IndexNameExpressionResolver;
import org.opensearch.cluster.node.DiscoveryNode;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.inject.Inject;
import org.opensearch.core.action.ActionListener;
import org.opensearch.ingest.IngestService;
import org.opensearch.persistent.PersistentTasksCustomMetadata.PersistentTask;
import org.opensearch.persistent.PersistentTasksService;
import org.opensearch.tasks.Task;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.TransportService;
import org.opensearch.transport.client.node.NodeClient;

/**
 * Starts trainings. It checks the request, takes the model's training lock and hands the training to core as a
 * persistent task, which {@link TrainingExecutor} runs. {@link TrainingFollower} answers when it has ended. Never
 * blocks.
 */
public final class TransportTrainAction extends HandledTransportAction<TrainRequest, TrainResponse> {

    private static final Logger logger = LogManager.getLogger(TransportTrainAction.class);

    private final ClusterService clusterService;
    private final IndexNameExpressionResolver resolver;
    private final ModelStore store;
    private final SourceAccess access;
    private final TrainingNodes nodes;
    private final TrainingFollower.Node here;

    @Inject
    public TransportTrainAction(
            TransportService transportService,
            ActionFilters filters,
            ClusterService clusterService,
            IndexNameExpressionResolver resolver,
            ThreadPool threadPool,
            SourceAccess access,
            TrainingService trainings,
            PersistentTasksService tasks,
            NodeClient client,
            IngestService ingest) {
        super(TrainAction.NAME, transportService, filters, TrainRequest::new, ThreadPool.Names.SAME);
        this.clusterService = clusterService;
        this.resolver = resolver;
        this.access = access;
        this.store = trainings.services().store();
        this.nodes = trainings.nodes();
        this.here = new TrainingFollower.Node(
                tasks,
                transportService.getTaskManager(),
                clusterService,
                threadPool,
                store,
                trainings.services().stats());
        trainings.reencodeWith(new ReencodeService(client, clusterService, ingest, transportService.getTaskManager()));
    }

    @Override
    protected void doExecute(Task task, TrainRequest request, ActionListener<TrainResponse> listener) {
        Start start = new Start(
                (CoordinatorTask) task, request, Definer.of(here.threadPool().getThreadContext()), listener);
        store.get(request.model(), Listeners.once(start::check, start::refuse));
    }

    /** One request on its way to a training. */
    private final class Start {
        private final CoordinatorTask task;
        private final TrainRequest request;
        private final Definer runner;
        private final ActionListener<TrainResponse> listener;

        private Start(
                CoordinatorTask task, TrainRequest request, Definer runner, ActionListener<TrainResponse> listener) {
            this.task = task;
            this.request = request;
            this.runner = runner;
            this.listener = listener;
        }

        private void refuse(Exception e) {
            task.begun().onFailure(e);
            listener.onFailure(e);
        }

        /** Makes all checks that need no write. */
        private void check(StoredModel stored) {
            Beginning beginning =
                    Beginning.choose(request.mode(), request.start(), stored).with(request.continuity());
            if (request.mode() == TrainMode.CLUSTERS && stored.active() == 0) {
                throw TrainMode.nothingToCluster(request.model());
            }
            SourceIndices.require(
                    "source.index", stored.definition().source().indices(), clusterService.state(), resolver);
            nodes.requireAny(clusterService.state().nodes());
            if (runner != null) {
                runner.requireInjectable();
            }
            access.requireDefinerReads(stored, Listeners.once(done -> lock(beginning), this::refuse));
        }

        /** Takes the model's training lock. */
        private void lock(Beginning beginning) {
            DiscoveryNode local = clusterService.localNode();
            TrainingOwner owner =
                    new TrainingOwner(local.getId(), local.getEphemeralId(), task.getId(), System.currentTimeMillis());
            store.beginTraining(
                    request.model(), owner, Listeners.once(generation -> begin(generation, beginning), this::refuse));
        }

        /** Hands the training to core; gives the lock back if core does not take it. */
        private void begin(int generation, Beginning beginning) {
            TrainingParams params = new TrainingParams(
                    request.model(), generation, request.mode(), request.force(), request.why(), beginning, runner);
            here.tasks()
                    .sendStartRequest(
                            TrainingTasks.id(request.model(), generation),
                            WorkerTask.PERSISTENT,
                            params,
                            Listeners.<PersistentTask<TrainingParams>>either(
                                    started -> follow(generation), e -> giveBack(generation, e)));
        }

        private void follow(int generation) {
            here.stats().increment(StatName.TRAININGS_STARTED);
            try {
                task.begun().onResponse(generation);
            } catch (RuntimeException e) {
                logger.warn("whoever started the training of model [{}] cannot be told", request.model(), e);
            }
            new TrainingFollower(here, request, generation, task, listener).follow();
        }

        private void giveBack(int generation, Exception cause) {
            store.endTraining(
                    request.model(),
                    generation,
                    TrainingOutcome.failed(String.valueOf(cause.getMessage())),
                    List.of(),
                    Listeners.either(done -> refuse(cause), e -> {
                        cause.addSuppressed(e);
                        refuse(cause);
                    }));
        }
    }
}
