/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import io.latentfacets.attach.ReencodeService;
import io.latentfacets.corpus.ResultWindow;
import io.latentfacets.model.GenerationSummary;
import io.latentfacets.training.progress.WorkerTask;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import org.opensearch.action.ActionRunnable;
import org.opensearch.cluster.metadata.IndexNameExpressionResolver;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.CheckedFunction;
import org.opensearch.common.SetOnce;
import org.opensearch.common.settings.Setting;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.common.util.concurrent.OpenSearchExecutors;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.client.Client;
import org.opensearch.transport.client.ParentTaskAssigningClient;
import org.opensearch.transport.client.node.NodeClient;

/** Trains on this node, one training at a time; others wait in a short queue. Thread-safe. */
public final class TrainingService {

    /** The name of the thread pool for trainings. */
    public static final String THREAD_POOL = "latent_train";
    /** The number of trainings that may wait; the pool refuses one more with status 429. */
    public static final int QUEUE_SIZE = 10;

    /**
     * The number of threads that share the work of a training: two, or one where the node may use one processor only.
     * The model does not depend on it.
     */
    public static final Setting<Integer> THREADS = new Setting<>(
            "plugins.latent.training.threads",
            settings -> Integer.toString(Math.min(2, OpenSearchExecutors.allocatedProcessors(settings))),
            value -> Setting.parseInt(value, 1, 64, "plugins.latent.training.threads"),
            Setting.Property.NodeScope);

    /**
     * The least time between two checkpoints of a training. A training that loses its node goes on from the last one. A
     * checkpoint has about four times the bytes of the network.
     */
    public static final Setting<TimeValue> CHECKPOINT_INTERVAL = Setting.timeSetting(
            "plugins.latent.training.checkpoint_interval",
            TimeValue.timeValueMinutes(2),
            TimeValue.timeValueSeconds(1),
            Setting.Property.NodeScope,
            Setting.Property.Dynamic);

    private final TrainingContext services;
    private final NodeClient client;
    private final ClusterService clusterService;
    private final IndexNameExpressionResolver resolver;
    private final ThreadPool threadPool;
    private final TrainingNodes nodes;
    private final SetOnce<ReencodeService> reencoding = new SetOnce<>();
    private volatile TimeValue checkpointInterval;

    /** Also removes the files that trainings left behind before this node restarted. */
    public TrainingService(
            TrainingContext services,
            NodeClient client,
            ClusterService clusterService,
            IndexNameExpressionResolver resolver,
            ThreadPool threadPool) {
        this.services = services;
        this.client = client;
        this.clusterService = clusterService;
        this.resolver = resolver;
        this.threadPool = threadPool;
        this.checkpointInterval = CHECKPOINT_INTERVAL.get(clusterService.getSettings());
        clusterService
                .getClusterSettings()
                .addSettingsUpdateConsumer(CHECKPOINT_INTERVAL, value -> checkpointInterval = value);
        this.nodes = new TrainingNodes(clusterService.getSettings(), clusterService.getClusterSettings());
        services.space().sweep();
    }

    /** Sets what re-encodes the documents on this node. Core builds it later than this service; call once. */
    void reencodeWith(ReencodeService service) {
        reencoding.set(service);
    }

    TrainingNodes nodes() {
        return nodes;
    }

    public TrainingContext services() {
        return services;
    }

    /**
     * Starts a training and returns at once. The listener gets the response when the new generation is active and its
     * re-encoding has ended, or the failure.
     *
     * <p>The training acts with the thread context of the caller.
     */
    void train(TrainingJob job, WorkerTask task, ActionListener<TrainingResult> listener) {
        run(job, task, TrainingWorker::run, listener);
    }

    /**
     * Goes on with a training whose former node was lost after the generation had become active: encodes the documents
     * that do not have its latents yet. As {@link #train} otherwise.
     */
    void reencode(
            TrainingJob job, GenerationSummary published, WorkerTask task, ActionListener<TrainingResult> listener) {
        run(job, task, worker -> worker.reencode(published), listener);
    }

    private void run(
            TrainingJob job,
            WorkerTask task,
            CheckedFunction<TrainingWorker, TrainingResult, IOException> work,
            ActionListener<TrainingResult> listener) {
        TaskId taskId = new TaskId(clusterService.localNode().getId(), task.getId());
        Client asChild = new ParentTaskAssigningClient(client, taskId);
        ExecutorService executor = threadPool.executor(THREAD_POOL);
        task.awaitThread(() -> listener.onFailure(task.cancellation()));
        executor.execute(new ActionRunnable<>(listener) {
            @Override
            protected void doRun() throws IOException {
                if (task.begin()) {
                    int window = ResultWindow.of(job.definition().source().indices(), clusterService.state(), resolver);
                    listener.onResponse(work.apply(new TrainingWorker(
                            services, job, task, taskId, asChild, window, checkpointInterval, reencoding.get())));
                }
            }

            @Override
            public void onRejection(Exception e) {
                if (task.begin()) {
                    listener.onFailure(e);
                }
            }
        });
    }
}
