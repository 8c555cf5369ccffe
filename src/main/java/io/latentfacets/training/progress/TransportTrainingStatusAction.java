/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training.progress;

import io.latentfacets.async.Listeners;
import io.latentfacets.model.ModelNameRequest;
import io.latentfacets.model.ModelState;
import io.latentfacets.model.StoredModel;
import io.latentfacets.model.TrainingOutcome;
import io.latentfacets.model.TrainingRecord;
import io.latentfacets.model.store.ModelStore;
import io.latentfacets.model.store.TrainingTasks;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.opensearch.action.admin.cluster.node.tasks.list.ListTasksAction;
import org.opensearch.action.admin.cluster.node.tasks.list.ListTasksRequest;
import org.opensearch.action.admin.cluster.node.tasks.list.ListTasksResponse;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.HandledTransportAction;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.inject.Inject;
import org.opensearch.core.action.ActionListener;
import org.opensearch.persistent.PersistentTasksCustomMetadata.PersistentTask;
import org.opensearch.tasks.Task;
import org.opensearch.tasks.TaskInfo;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.TransportService;
import org.opensearch.transport.client.Client;

/** Answers from the task of a running training or, if there is none, from the store's record of the latest training. */
public final class TransportTrainingStatusAction
        extends HandledTransportAction<ModelNameRequest, TrainingStatusAction.Response> {

    /** The phase of a model that has never been trained. */
    static final String NO_PHASE = "none";

    private final ModelStore store;
    private final Client client;
    private final ClusterService clusterService;

    @Inject
    public TransportTrainingStatusAction(
            TransportService transportService,
            ActionFilters filters,
            ModelStore store,
            ClusterService clusterService,
            Client client) {
        super(TrainingStatusAction.NAME, transportService, filters, ModelNameRequest::new, ThreadPool.Names.SAME);
        this.store = store;
        this.client = client;
        this.clusterService = clusterService;
    }

    @Override
    protected void doExecute(
            Task task, ModelNameRequest request, ActionListener<TrainingStatusAction.Response> listener) {
        ActionListener<TrainingStatus> answer = ActionListener.map(listener, TrainingStatusAction.Response::new);
        store.get(request.model(), Listeners.andThen(listener, (next, stored) -> withTask(stored, answer)));
    }

    private void withTask(StoredModel stored, ActionListener<TrainingStatus> listener) {
        TrainingRecord training = stored.training();
        if (training == null || !training.running()) {
            listener.onResponse(ended(stored));
            return;
        }
        ListTasksRequest request = new ListTasksRequest();
        request.setActions(WorkerTask.ACTION);
        request.setDetailed(true);
        client.execute(
                ListTasksAction.INSTANCE,
                request,
                Listeners.andThen(
                        listener,
                        (next, tasks) -> next.onResponse(
                                Objects.requireNonNullElseGet(running(tasks, stored), () -> waiting(stored)))));
    }

    private static TrainingStatus running(ListTasksResponse tasks, StoredModel stored) {
        for (TaskInfo task : tasks.getTasks()) {
            if (task.getStatus() instanceof TrainingStatus status
                    && status.model().equals(stored.name())
                    && status.generation() == stored.training().generation()) {
                return status.withState(stored.state().toString());
            }
        }
        return null;
    }

    /**
     * The status of a training that has begun but has no task on a node at this moment: before or between attempts, or
     * just before its end is recorded.
     */
    private TrainingStatus waiting(StoredModel stored) {
        TrainingRecord training = stored.training();
        PersistentTask<?> task = TrainingTasks.get(clusterService.state(), stored.name(), training.generation());
        String reason = task == null ? null : task.getAssignment().getExplanation();
        long elapsed = Math.max(0, System.currentTimeMillis() - training.owner().startedMillis());
        return status(stored, stored.state(), TrainingPhase.WAITING.toString(), 0, elapsed, null, reason);
    }

    private static TrainingStatus ended(StoredModel stored) {
        TrainingRecord training = stored.training();
        if (training == null) {
            return status(stored, stored.state(), NO_PHASE, 0, 0, null, null);
        }
        boolean success = training.outcome().status() == TrainingOutcome.Status.SUCCESS;
        long elapsed = Math.max(0, training.endedMillis() - training.owner().startedMillis());
        return status(
                stored,
                stored.state(),
                success
                        ? TrainingPhase.DONE.toString()
                        : training.outcome().status().key(),
                success || training.outcome().status() == TrainingOutcome.Status.NOT_ACTIVATED ? 100 : 0,
                elapsed,
                training.outcome().error(),
                null);
    }

    private static TrainingStatus status(
            StoredModel stored,
            ModelState state,
            String phase,
            double percent,
            long elapsed,
            String error,
            String waitingFor) {
        TrainingRecord training = stored.training();
        boolean published = training != null && stored.generation(training.generation()) != null;
        return new TrainingStatus(
                stored.name(),
                training == null ? 0 : training.generation(),
                state.toString(),
                phase,
                published ? stored.generation(training.generation()).info().documents() : 0,
                training == null ? 0 : training.history().size(),
                training == null ? 0 : training.history().size(),
                Map.of(),
                percent,
                elapsed,
                percent == 100 ? 0 : -1,
                training == null ? null : training.owner().nodeId(),
                published ? stored.generation(training.generation()).info().device() : null,
                error,
                waitingFor,
                training == null || training.running()
                        ? List.of()
                        : training.outcome().left(),
                training == null ? List.of() : training.history());
    }
}
