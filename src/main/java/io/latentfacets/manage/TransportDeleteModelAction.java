/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.manage;

import io.latentfacets.async.Listeners;
import io.latentfacets.async.Retries;
import io.latentfacets.model.StoredModel;
import io.latentfacets.model.TrainingOutcome;
import io.latentfacets.model.store.ModelStore;
import io.latentfacets.model.store.TrainingTasks;
import io.latentfacets.refresh.RefreshService;
import java.util.List;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.opensearch.ExceptionsHelper;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.ResourceNotFoundException;
import org.opensearch.action.admin.cluster.node.tasks.cancel.CancelTasksAction;
import org.opensearch.action.admin.cluster.node.tasks.cancel.CancelTasksRequest;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.HandledTransportAction;
import org.opensearch.action.support.clustermanager.AcknowledgedResponse;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.inject.Inject;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.persistent.PersistentTasksCustomMetadata.PersistentTask;
import org.opensearch.persistent.PersistentTasksService;
import org.opensearch.tasks.Task;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.TransportService;
import org.opensearch.transport.client.Client;

/** Deletes a model that nothing uses. With force it also deletes a model in use, and cancels a running training. */
public final class TransportDeleteModelAction extends HandledTransportAction<ModelRequest, AcknowledgedResponse> {

    private static final int USERS_NAMED = 10;
    private static final Logger logger = LogManager.getLogger(TransportDeleteModelAction.class);
    private static final TimeValue PAUSE = TimeValue.timeValueMillis(500);
    /** The time a cancelled training gets to end; a training checks for cancellation at every batch. */
    private static final TimeValue PATIENCE = TimeValue.timeValueMinutes(1);

    private final ModelStore store;
    private final PersistentTasksService tasks;
    private final RefreshService schedules;
    private final ClusterService clusterService;
    private final Retries patient;
    private final Client client;

    @Inject
    public TransportDeleteModelAction(
            TransportService transportService,
            ActionFilters filters,
            ModelStore store,
            PersistentTasksService tasks,
            RefreshService schedules,
            ClusterService clusterService,
            ThreadPool threadPool,
            Client client) {
        super(DeleteModelAction.NAME, transportService, filters, ModelRequest::new, ThreadPool.Names.GENERIC);
        this.store = store;
        this.tasks = tasks;
        this.schedules = schedules;
        this.clusterService = clusterService;
        this.patient = new Retries(logger, threadPool, PAUSE, PATIENCE);
        this.client = client;
    }

    @Override
    protected void doExecute(Task task, ModelRequest request, ActionListener<AcknowledgedResponse> listener) {
        store.get(
                request.model(),
                Listeners.andThen(
                        // what an interrupted deletion left behind is no model any more; only the store knows of it
                        ActionListener.delegateResponse(listener, (to, e) -> {
                            if (ExceptionsHelper.unwrapCause(e) instanceof ResourceNotFoundException) {
                                delete(request.model(), to);
                            } else {
                                to.onFailure(e);
                            }
                        }),
                        (next, model) -> delete(model, request, next)));
    }

    private void delete(StoredModel model, ModelRequest request, ActionListener<AcknowledgedResponse> listener) {
        if (!request.force()) {
            requireUnused(model.name());
        }
        if (request.force() && trains(model)) {
            cancel(model, listener);
        } else {
            delete(model.name(), listener);
        }
    }

    private void requireUnused(String model) {
        List<String> users = ModelUsers.of(model, clusterService.state(), USERS_NAMED);
        if (!users.isEmpty()) {
            throw new OpenSearchStatusException(
                    "model [{}] is used by {}; delete anyway with [force=true]",
                    RestStatus.CONFLICT,
                    model,
                    String.join(", ", users));
        }
    }

    private static boolean trains(StoredModel model) {
        return model.training() != null && model.training().running();
    }

    private void cancel(StoredModel model, ActionListener<AcknowledgedResponse> listener) {
        CancelTasksRequest request = new CancelTasksRequest();
        request.setTaskId(new TaskId(model.training().owner().task()));
        request.setReason("model [" + model.name() + "] is deleted");
        // the task may have ended already; the deletion only waits until the store has recorded the end
        client.execute(
                CancelTasksAction.INSTANCE,
                request,
                Listeners.either(response -> withdraw(model, listener), failure -> {
                    if (ExceptionsHelper.status(failure) == RestStatus.FORBIDDEN) {
                        // nobody cancels the training, so there is nothing to wait for
                        listener.onFailure(failure);
                    } else {
                        withdraw(model, listener);
                    }
                }));
    }

    /** Takes the training from its node as well: the task of its caller is gone if that one's node is. */
    private void withdraw(StoredModel model, ActionListener<AcknowledgedResponse> listener) {
        String name = model.name();
        int generation = model.training().generation();
        PersistentTask<?> training = TrainingTasks.get(clusterService.state(), name, generation);
        if (training == null) {
            deleteWhenIdle(name, listener);
            return;
        }
        Runnable idle = () -> deleteWhenIdle(name, listener);
        Runnable next = training.isAssigned()
                ? idle
                // no worker records the end of a training that waits for a node
                : () -> store.endTraining(
                        name,
                        generation,
                        TrainingOutcome.cancelled("model [" + name + "] is deleted"),
                        List.of(),
                        Listeners.either(done -> idle.run(), ended -> idle.run()));
        tasks.sendRemoveRequest(training.getId(), Listeners.either(removed -> next.run(), gone -> next.run()));
    }

    private void deleteWhenIdle(String model, ActionListener<AcknowledgedResponse> listener) {
        patient.<AcknowledgedResponse>run(
                "delete model [" + model + "]",
                e -> e instanceof OpenSearchStatusException status && status.status() == RestStatus.CONFLICT,
                once -> delete(model, once),
                listener);
    }

    private void delete(String model, ActionListener<AcknowledgedResponse> listener) {
        ActionListener<Void> removed = ActionListener.map(listener, done -> new AcknowledgedResponse(true));
        store.delete(model, Listeners.andThen(removed, (next, done) -> schedules.follow(model, next)));
    }
}
