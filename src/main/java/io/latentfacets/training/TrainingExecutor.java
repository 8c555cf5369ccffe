/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import io.latentfacets.training.progress.WorkerTask;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.lifecycle.Lifecycle;
import org.opensearch.core.ParseField;
import org.opensearch.core.common.io.stream.NamedWriteableRegistry;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.persistent.AllocatedPersistentTask;
import org.opensearch.persistent.PersistentTaskParams;
import org.opensearch.persistent.PersistentTaskState;
import org.opensearch.persistent.PersistentTasksCustomMetadata.Assignment;
import org.opensearch.persistent.PersistentTasksCustomMetadata.PersistentTask;
import org.opensearch.persistent.PersistentTasksExecutor;
import org.opensearch.threadpool.ThreadPool;

/**
 * Runs trainings as core's persistent tasks: the elected cluster manager assigns each to a node, and to another one if
 * that node leaves; the tasks survive a restart of the cluster. Thread-safe.
 */
public final class TrainingExecutor extends PersistentTasksExecutor<TrainingParams> {

    private final TrainingService trainings;
    private final ClusterService clusterService;
    private final ThreadPool threadPool;

    public TrainingExecutor(TrainingService trainings, ClusterService clusterService, ThreadPool threadPool) {
        super(WorkerTask.PERSISTENT, ThreadPool.Names.GENERIC);
        this.trainings = trainings;
        this.clusterService = clusterService;
        this.threadPool = threadPool;
    }

    /** What core needs to read the tasks from the cluster state. */
    public static List<NamedWriteableRegistry.Entry> namedWriteables() {
        return List.of(new NamedWriteableRegistry.Entry(
                PersistentTaskParams.class, WorkerTask.PERSISTENT, TrainingParams::read));
    }

    /** What core needs to read the tasks from disk. */
    public static List<NamedXContentRegistry.Entry> namedXContents() {
        return List.of(new NamedXContentRegistry.Entry(
                PersistentTaskParams.class, new ParseField(WorkerTask.PERSISTENT), TrainingParams::fromXContent));
    }

    /** Whether a node is stopping. What fails on it then says nothing about the work: another node goes on with it. */
    public static boolean stopping(ClusterService clusterService) {
        return clusterService.lifecycleState() != Lifecycle.State.STARTED;
    }

    @Override
    public Assignment getAssignment(TrainingParams params, ClusterState state) {
        return trainings.nodes().assign(state);
    }

    @Override
    protected AllocatedPersistentTask createTask(
            long id,
            String type,
            String action,
            TaskId parent,
            PersistentTask<TrainingParams> task,
            Map<String, String> headers) {
        TrainingParams params = task.getParams();
        return new WorkerTask(
                id,
                type,
                action,
                parent,
                headers,
                params.model(),
                params.generation(),
                clusterService.localNode().getId(),
                new WorkerTask.Conditions() {
                    @Override
                    public Optional<String> pause() {
                        return trainings.nodes().pause();
                    }

                    @Override
                    public boolean stopping() {
                        return TrainingExecutor.stopping(clusterService);
                    }
                });
    }

    @Override
    protected void nodeOperation(AllocatedPersistentTask task, TrainingParams params, PersistentTaskState state) {
        new TrainingAttempt(trainings, clusterService, threadPool, (WorkerTask) task, params).start();
    }
}
