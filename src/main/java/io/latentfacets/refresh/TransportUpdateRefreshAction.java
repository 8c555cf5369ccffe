/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.refresh;

import io.latentfacets.model.store.TransportStateChange;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.metadata.IndexNameExpressionResolver;
import org.opensearch.cluster.metadata.Metadata;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.Priority;
import org.opensearch.common.inject.Inject;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.persistent.PersistentTasksCustomMetadata;
import org.opensearch.persistent.PersistentTasksCustomMetadata.PersistentTask;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.TransportService;

/**
 * Changes the persistent tasks of schedules on the elected cluster manager; acknowledged when every node has applied
 * the change. Core's services then assign, start and stop the tasks.
 */
public final class TransportUpdateRefreshAction extends TransportStateChange<UpdateRefreshAction.Request> {

    @Inject
    public TransportUpdateRefreshAction(
            TransportService transportService,
            ClusterService clusterService,
            ThreadPool threadPool,
            ActionFilters actionFilters,
            IndexNameExpressionResolver resolver) {
        super(
                UpdateRefreshAction.NAME,
                Priority.NORMAL,
                transportService,
                clusterService,
                threadPool,
                actionFilters,
                UpdateRefreshAction.Request::new,
                resolver);
    }

    @Override
    protected String source(UpdateRefreshAction.Request request) {
        return "latent-facets-refresh-" + request.change + "[" + request.model + "]";
    }

    @Override
    protected ClusterState changed(UpdateRefreshAction.Request request, ClusterState current) {
        return apply(request, current);
    }

    /**
     * Computes the changed state; returns the same object if nothing changes.
     *
     * @throws OpenSearchStatusException 409 if the task is not the one that the change is for
     */
    static ClusterState apply(UpdateRefreshAction.Request request, ClusterState current) {
        PersistentTasksCustomMetadata before = current.metadata().custom(PersistentTasksCustomMetadata.TYPE);
        PersistentTask<?> task = RefreshTasks.of(current, request.model);
        PersistentTasksCustomMetadata.Builder tasks = PersistentTasksCustomMetadata.builder(before);
        String id = RefreshTasks.id(request.model);
        switch (request.change) {
            case SET -> set(tasks, task, request.params);
            case REMOVE -> {
                if (task != null && isMeant(request, task)) {
                    tasks.removeTask(id);
                }
            }
            case PAUSE, RESUME -> {
                if (task == null) {
                    set(tasks, null, request.params);
                }
                RefreshState state = task == null ? RefreshState.NEW : RefreshState.of(task.getState());
                boolean paused = request.change == UpdateRefreshAction.Change.PAUSE;
                if (task == null || state.paused() != paused) {
                    tasks.updateTaskState(id, state.withPaused(paused));
                }
            }
            case BEGIN -> {
                RefreshState state = required(request, task);
                if (state.paused()) {
                    throw new OpenSearchStatusException(
                            "the schedule of model [{}] is paused", RestStatus.CONFLICT, request.model);
                }
                tasks.updateTaskState(id, state.withRunning(request.run));
            }
            case END -> {
                RefreshState state = required(request, task);
                // the answer to a former try may have been lost with the cluster manager
                if (state.running() != null || !request.run.equals(state.last())) {
                    tasks.updateTaskState(id, state.withEnded(request.run));
                }
            }
            case FORGET -> {
                RefreshState state = required(request, task);
                if (request.run.equals(state.running())) {
                    tasks.updateTaskState(id, state.withRunning(null));
                }
            }
            case STEP -> {
                RefreshState state = required(request, task);
                if (!request.step.equals(state.online())) {
                    tasks.updateTaskState(id, state.withStep(request.step));
                }
            }
            case RESTART -> {
                required(request, task);
                tasks.reassignTask(id, PersistentTasksCustomMetadata.INITIAL_ASSIGNMENT);
            }
        }
        if (!tasks.isChanged()) {
            return current;
        }
        return ClusterState.builder(current)
                .metadata(Metadata.builder(current.metadata())
                        .putCustom(PersistentTasksCustomMetadata.TYPE, tasks.build()))
                .build();
    }

    /** Creates a task, or gives it other parameters: core restarts it where it is, under a new allocation. */
    private static void set(PersistentTasksCustomMetadata.Builder tasks, PersistentTask<?> task, RefreshParams params) {
        String id = RefreshTasks.id(params.model());
        if (task == null) {
            tasks.addTask(id, RefreshParams.NAME, params, PersistentTasksCustomMetadata.INITIAL_ASSIGNMENT);
            return;
        }
        RefreshParams changed = params.replacing(RefreshTasks.params(task));
        if (!changed.equals(task.getParams())) {
            tasks.removeTask(id).addTask(id, RefreshParams.NAME, changed, task.getAssignment());
            tasks.updateTaskState(id, RefreshState.of(task.getState()));
        }
    }

    private static boolean isMeant(UpdateRefreshAction.Request request, PersistentTask<?> task) {
        return request.allocation == UpdateRefreshAction.Request.ANY || request.allocation == task.getAllocationId();
    }

    /** The state of the task, if it is the one that the request is for. */
    private static RefreshState required(UpdateRefreshAction.Request request, PersistentTask<?> task) {
        if (task == null || !isMeant(request, task)) {
            throw new OpenSearchStatusException(
                    "the schedule of model [{}] was removed or given to another node",
                    RestStatus.CONFLICT,
                    request.model);
        }
        return RefreshState.of(task.getState());
    }
}
