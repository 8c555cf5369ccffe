/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import io.latentfacets.attach.ReencodeService;
import io.latentfacets.corpus.SourceAccess;
import io.latentfacets.corpus.SourceIndices;
import io.latentfacets.model.StoredModel;
import io.latentfacets.model.TrainingOwner;
import io.latentfacets.model.store.ModelStore;
import io.latentfacets.stats.StatName;
import java.util.Set;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.ChannelActionListener;
import org.opensearch.action.support.HandledTransportAction;
import org.opensearch.cluster.metadata.IndexNameExpressionResolver;
import org.opensearch.cluster.node.DiscoveryNode;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.inject.Inject;
import org.opensearch.core.action.ActionListener;
import org.opensearch.ingest.IngestService;
import org.opensearch.tasks.Task;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.TransportService;
import org.opensearch.transport.client.node.NodeClient;

/**
 * Starts trainings. On the coordinating node it checks the request, takes the model's training lock and hands over to
 * {@link TrainingCoordinator}. On the chosen node it hands the work to {@link TrainingService}. Never blocks.
 */
public final class TransportTrainAction extends HandledTransportAction<TrainRequest, TrainResponse> {

    private final ClusterService clusterService;
    private final IndexNameExpressionResolver resolver;
    private final ModelStore store;
    private final SourceAccess access;
    private final TrainingCoordinator.Node here;

    @Inject
    public TransportTrainAction(
            TransportService transportService,
            ActionFilters filters,
            ClusterService clusterService,
            IndexNameExpressionResolver resolver,
            ThreadPool threadPool,
            SourceAccess access,
            TrainingService trainings,
            NodeClient client,
            IngestService ingest) {
        super(TrainAction.NAME, transportService, filters, TrainRequest::new, ThreadPool.Names.SAME);
        this.clusterService = clusterService;
        this.resolver = resolver;
        this.access = access;
        this.store = trainings.services().store();
        this.here = new TrainingCoordinator.Node(
                transportService,
                clusterService,
                threadPool,
                store,
                trainings.services().stats());
        ReencodeService reencoding =
                new ReencodeService(client, clusterService, ingest, transportService.getTaskManager());
        transportService.registerRequestHandler(
                TrainAction.NODE_ACTION,
                ThreadPool.Names.SAME,
                TrainNodeRequest::new,
                (request, channel, task) -> trainings.train(
                        request,
                        (WorkerTask) task,
                        reencoding,
                        new ChannelActionListener<>(channel, TrainAction.NODE_ACTION, request)));
    }

    @Override
    protected void doExecute(Task task, TrainRequest request, ActionListener<TrainResponse> listener) {
        CoordinatorTask training = (CoordinatorTask) task;
        store.get(
                request.model(),
                TrainingCoordinator.listener(
                        stored -> begin(training, request, stored, listener), e -> refuse(training, e, listener)));
    }

    private static void refuse(CoordinatorTask task, Exception e, ActionListener<TrainResponse> listener) {
        task.begun().onFailure(e);
        listener.onFailure(e);
    }

    /** Makes all checks that need no write. */
    private void begin(
            CoordinatorTask task, TrainRequest request, StoredModel stored, ActionListener<TrainResponse> listener) {
        if (request.mode() == TrainMode.CLUSTERS && stored.active() == 0) {
            throw TrainMode.nothingToCluster(request.model());
        }
        SourceIndices.require("source.index", stored.definition().source().indices(), clusterService.state(), resolver);
        TrainingNodes.choose(clusterService.state().nodes(), Set.of());
        access.requireDefinerReads(
                stored,
                TrainingCoordinator.listener(
                        done -> lock(task, request, stored, listener), e -> refuse(task, e, listener)));
    }

    /** Takes the model's training lock and begins. */
    private void lock(
            CoordinatorTask task, TrainRequest request, StoredModel stored, ActionListener<TrainResponse> listener) {
        DiscoveryNode local = clusterService.localNode();
        TrainingOwner owner =
                new TrainingOwner(local.getId(), local.getEphemeralId(), task.getId(), System.currentTimeMillis());
        store.beginTraining(
                request.model(),
                owner,
                TrainingCoordinator.listener(
                        generation -> {
                            here.stats().increment(StatName.TRAININGS_STARTED);
                            new TrainingCoordinator(
                                            here, task, request, stored.definition(), generation, owner, listener)
                                    .start();
                        },
                        e -> refuse(task, e, listener)));
    }
}
