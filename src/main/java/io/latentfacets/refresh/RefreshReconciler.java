/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.refresh;

import io.latentfacets.async.Listeners;
import io.latentfacets.model.StoredModel;
import io.latentfacets.model.definition.ModelDefinition;
import io.latentfacets.model.store.SystemIndex;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.opensearch.action.support.clustermanager.AcknowledgedResponse;
import org.opensearch.cluster.ClusterChangedEvent;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.ClusterStateListener;
import org.opensearch.cluster.routing.IndexRoutingTable;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.core.action.ActionListener;
import org.opensearch.gateway.GatewayService;
import org.opensearch.persistent.PersistentTasksCustomMetadata.PersistentTask;
import org.opensearch.threadpool.ThreadPool;

/**
 * Makes the persistent tasks match the definitions, on the elected cluster manager: after its election, which includes
 * a restart of the cluster, and after a node has left, because a node may stop between writing a definition and
 * starting its task; and after the system index is gone, with all definitions. Thread-safe; never blocks.
 */
final class RefreshReconciler implements ClusterStateListener {

    private static final Logger logger = LogManager.getLogger(RefreshReconciler.class);
    private static final TimeValue RETRY = TimeValue.timeValueSeconds(15);

    private final RefreshContext context;
    private final AtomicBoolean due = new AtomicBoolean();
    private final AtomicBoolean running = new AtomicBoolean();
    private volatile ClusterState applied;

    RefreshReconciler(RefreshContext context) {
        this.context = context;
    }

    @Override
    public void clusterChanged(ClusterChangedEvent event) {
        applied = event.state();
        boolean elected = event.localNodeClusterManager()
                && !event.previousState().nodes().isLocalNodeElectedClusterManager();
        boolean deleted = event.indicesDeleted().stream()
                .anyMatch(index -> index.getName().equals(SystemIndex.NAME));
        if (elected || event.nodesRemoved() || deleted) {
            due.set(true);
        }
        runIfDue();
    }

    private void runIfDue() {
        ClusterState state = applied;
        if (!due.get() || !state.nodes().isLocalNodeElectedClusterManager() || !readable(state)) {
            return;
        }
        if (!running.compareAndSet(false, true)) {
            return;
        }
        due.set(false);
        // The tasks come before the definitions: a model's definition is written first, so every one of these tasks has
        // a definition in the list, unless the model is gone.
        Map<String, PersistentTask<?>> before = RefreshTasks.all(state).stream()
                .collect(Collectors.toMap(task -> RefreshTasks.params(task).model(), task -> task));
        ActionListener<Void> end = Listeners.either(done -> finished(), failure -> {
            logger.warn("cannot compare the schedules with the models yet: {}", failure.getMessage());
            due.set(true);
            running.set(false);
            context.threadPool().scheduleUnlessShuttingDown(RETRY, ThreadPool.Names.GENERIC, this::runIfDue);
        });
        if (!state.metadata().hasIndex(SystemIndex.NAME)) {
            apply(changes(before, List.of(), context.now()).iterator(), end);
        } else {
            context.store()
                    .list(Listeners.andThen(
                            end,
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

    private void finished() {
        running.set(false);
        runIfDue();
    }

    /** Whether the definitions can be read, or there are none. */
    private static boolean readable(ClusterState state) {
        if (state.blocks().hasGlobalBlock(GatewayService.STATE_NOT_RECOVERED_BLOCK)) {
            return false;
        }
        if (!state.metadata().hasIndex(SystemIndex.NAME)) {
            return true;
        }
        IndexRoutingTable routing = state.routingTable().index(SystemIndex.NAME);
        return routing != null && routing.allPrimaryShardsActive();
    }
}
