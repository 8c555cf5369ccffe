/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.refresh;

import io.latentfacets.async.Listeners;
import io.latentfacets.model.StoredModel;
import io.latentfacets.model.definition.ModelDefinition;
import io.latentfacets.model.store.ElectedRepair;
import io.latentfacets.model.store.SystemIndex;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.opensearch.action.support.clustermanager.AcknowledgedResponse;
import org.opensearch.cluster.ClusterChangedEvent;
import org.opensearch.cluster.ClusterState;
import org.opensearch.core.action.ActionListener;
import org.opensearch.gateway.GatewayService;
import org.opensearch.persistent.PersistentTasksCustomMetadata.PersistentTask;

/**
 * Makes the persistent tasks match the definitions, on the elected cluster manager: after its election, which includes
 * a restart of the cluster, and after a node has left, because a node may stop between writing a definition and
 * starting its task; and after the system index is gone, with all definitions. Thread-safe; never blocks.
 */
final class RefreshReconciler extends ElectedRepair {

    private static final Logger logger = LogManager.getLogger(RefreshReconciler.class);

    private final RefreshContext context;

    RefreshReconciler(RefreshContext context) {
        super("compare the schedules with the models", context.threadPool());
        this.context = context;
    }

    @Override
    protected boolean isDue(ClusterChangedEvent event) {
        return event.indicesDeleted().stream().anyMatch(index -> index.getName().equals(SystemIndex.NAME));
    }

    /** Whether the definitions can be read, or there are none. */
    @Override
    protected boolean isPossible(ClusterState state) {
        if (state.blocks().hasGlobalBlock(GatewayService.STATE_NOT_RECOVERED_BLOCK)) {
            return false;
        }
        return !state.metadata().hasIndex(SystemIndex.NAME) || readable(state);
    }

    @Override
    protected void repair(ClusterState state, ActionListener<Void> listener) {
        // The tasks come before the definitions: a model's definition is written first, so every one of these tasks has
        // a definition in the list, unless the model is gone.
        Map<String, PersistentTask<?>> before = RefreshTasks.all(state).stream()
                .collect(Collectors.toMap(task -> RefreshTasks.params(task).model(), task -> task));
        if (!state.metadata().hasIndex(SystemIndex.NAME)) {
            apply(changes(before, List.of(), context.now()).iterator(), listener);
        } else {
            context.store()
                    .list(Listeners.andThen(
                            listener,
                            (next, models) ->
                                    apply(changes(before, models, context.now()).iterator(), next)));
        }
    }

    /**
     * What has to change.
     *
     * @param tasks the tasks by model, as they were before the models were read
     * @param nowMillis stands for the time at which a definition without a task was put
     */
    static List<UpdateRefreshAction.Request> changes(
            Map<String, PersistentTask<?>> tasks, List<StoredModel> models, long nowMillis) {
        List<UpdateRefreshAction.Request> changes = new ArrayList<>();
        Map<String, ModelDefinition> wanted = models.stream()
                .map(StoredModel::definition)
                .filter(ModelDefinition::scheduled)
                .collect(Collectors.toMap(ModelDefinition::name, definition -> definition));
        tasks.forEach((model, task) -> {
            if (!wanted.containsKey(model)) {
                changes.add(UpdateRefreshAction.Request.remove(model, task.getAllocationId()));
            }
        });
        wanted.forEach((model, definition) -> {
            RefreshParams params = RefreshParams.of(definition, nowMillis);
            PersistentTask<?> task = tasks.get(model);
            if (task == null || !params.sameSchedule(RefreshTasks.params(task))) {
                changes.add(UpdateRefreshAction.Request.set(params));
            }
        });
        return changes;
    }

    private void apply(Iterator<UpdateRefreshAction.Request> left, ActionListener<Void> listener) {
        if (!left.hasNext()) {
            listener.onResponse(null);
            return;
        }
        UpdateRefreshAction.Request change = left.next();
        logger.info(
                "model [{}]: its schedule is {}, to match its definition",
                change.model,
                change.change == UpdateRefreshAction.Change.SET ? "set up" : "removed");
        ActionListener<AcknowledgedResponse> made = Listeners.andThen(listener, (next, done) -> apply(left, next));
        context.update(change, made);
    }
}
