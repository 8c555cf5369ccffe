/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.refresh;

import io.latentfacets.training.TrainingNodes;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.opensearch.cluster.ClusterChangedEvent;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.ClusterStateListener;
import org.opensearch.cluster.node.DiscoveryNode;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.persistent.AllocatedPersistentTask;
import org.opensearch.persistent.PersistentTaskState;
import org.opensearch.persistent.PersistentTasksCustomMetadata;
import org.opensearch.persistent.PersistentTasksCustomMetadata.Assignment;
import org.opensearch.persistent.PersistentTasksCustomMetadata.PersistentTask;
import org.opensearch.persistent.PersistentTasksExecutor;
import org.opensearch.threadpool.ThreadPool;

/**
 * Tells core where a schedule may run, and runs those that core assigns to this node. As listener it wakes them up when
 * somebody pauses or resumes. Thread-safe.
 */
final class RefreshExecutor extends PersistentTasksExecutor<RefreshParams> implements ClusterStateListener {

    private final BiFunction<RefreshTask, String, RefreshRunner> runners;
    private final Map<Long, RefreshRunner> running = new ConcurrentHashMap<>();

    /** @param runners makes the runner of a task that core has assigned to this node, and of its model */
    RefreshExecutor(BiFunction<RefreshTask, String, RefreshRunner> runners) {
        super(RefreshParams.NAME, ThreadPool.Names.GENERIC);
        this.runners = runners;
    }

    /** The node that may train and has the fewest schedules. */
    @Override
    public Assignment getAssignment(RefreshParams params, ClusterState state) {
        Set<DiscoveryNode> candidates = TrainingNodes.candidates(
                        state.nodes().getNodes().values())
                .stream()
                .collect(Collectors.toSet());
        DiscoveryNode node = selectLeastLoadedNode(state, candidates::contains);
        return node == null
                ? new Assignment(null, "no node may train: the cluster has neither an [ml] node nor a data node")
                : new Assignment(node.getId(), "may train, and has the fewest schedules");
    }

    @Override
    protected AllocatedPersistentTask createTask(
            long id,
            String type,
            String action,
            TaskId parent,
            PersistentTask<RefreshParams> assigned,
            Map<String, String> headers) {
        return new RefreshTask(id, type, action, getDescription(assigned), parent, headers);
    }

    @Override
    protected String getDescription(PersistentTask<RefreshParams> assigned) {
        return "refresh latent model [" + assigned.getParams().model() + "]";
    }

    @Override
    protected void nodeOperation(AllocatedPersistentTask task, RefreshParams params, PersistentTaskState state) {
        RefreshTask own = (RefreshTask) task;
        RefreshRunner runner = runners.apply(own, params.model());
        running.put(own.getAllocationId(), runner);
        own.onCancellation(() -> {
            running.remove(own.getAllocationId());
            runner.stop();
        });
        runner.wake();
    }

    @Override
    public void clusterChanged(ClusterChangedEvent event) {
        if (!running.isEmpty() && event.changedCustomMetadataSet().contains(PersistentTasksCustomMetadata.TYPE)) {
            running.values().forEach(RefreshRunner::wake);
        }
    }
}
