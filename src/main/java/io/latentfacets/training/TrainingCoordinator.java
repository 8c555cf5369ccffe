/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import io.latentfacets.async.Listeners;
import io.latentfacets.async.Retries;
import io.latentfacets.model.GenerationSummary;
import io.latentfacets.model.LeftDocuments;
import io.latentfacets.model.StoredModel;
import io.latentfacets.model.TrainingOutcome;
import io.latentfacets.model.TrainingOwner;
import io.latentfacets.model.definition.ModelDefinition;
import io.latentfacets.model.store.ModelStore;
import io.latentfacets.stats.LatentStats;
import io.latentfacets.stats.StatName;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.opensearch.ExceptionsHelper;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.cluster.node.DiscoveryNode;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.CheckedConsumer;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.core.tasks.TaskCancelledException;
import org.opensearch.node.NodeClosedException;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.ConnectTransportException;
import org.opensearch.transport.TransportException;
import org.opensearch.transport.TransportRequestOptions;
import org.opensearch.transport.TransportResponseHandler;
import org.opensearch.transport.TransportService;

/**
 * Runs a training that has begun, on the coordinating node. It sends the work to a node, and to another one if that
 * node is lost. It records the end of the training in the store exactly once, on every path. Never blocks. Only one
 * thread at a time uses it.
 */
final class TrainingCoordinator {

    private static final Logger logger = LogManager.getLogger(TrainingCoordinator.class);
    private static final int MAX_ATTEMPTS = 3;
    /** The time that the store gets to recover after a node was lost; one try every {@link #STORE_PAUSE}. */
    private static final TimeValue STORE_PATIENCE = TimeValue.timeValueMinutes(1);

    private static final TimeValue STORE_PAUSE = TimeValue.timeValueSeconds(1);

    /** The services of the coordinating node. */
    record Node(
            TransportService transport,
            ClusterService cluster,
            ThreadPool threadPool,
            ModelStore store,
            LatentStats stats) {}

    private final Node here;
    private final CoordinatorTask task;
    private final TrainRequest request;
    private final ModelDefinition definition;
    private final int generation;
    private final TrainingOwner owner;
    private final ActionListener<TrainResponse> listener;
    private final Set<String> lost = new HashSet<>();
    private int attempt;

    TrainingCoordinator(
            Node here,
            CoordinatorTask task,
            TrainRequest request,
            ModelDefinition definition,
            int generation,
            TrainingOwner owner,
            ActionListener<TrainResponse> listener) {
        this.here = here;
        this.task = task;
        this.request = request;
        this.definition = definition;
        this.generation = generation;
        this.owner = owner;
        this.listener = listener;
    }

    void start() {
        try {
            task.begun().onResponse(generation);
        } catch (RuntimeException e) {
            logger.warn("whoever started the training of model [{}] cannot be told", definition.name(), e);
        }
        attempt();
    }

    private void attempt() {
        try {
            if (task.isCancelled()) {
                throw new TaskCancelledException("training was cancelled: " + task.getReasonCancelled());
            }
            attempt++;
            DiscoveryNode node = TrainingNodes.choose(here.cluster().state().nodes(), lost);
            logger.info(
                    "training generation [{}] of model [{}] on node [{}]",
                    generation,
                    definition.name(),
                    node.getName());
            here.transport()
                    .sendChildRequest(
                            node,
                            TrainAction.NODE_ACTION,
                            new TrainNodeRequest(
                                    definition,
                                    generation,
                                    request.mode(),
                                    request.force(),
                                    request.why(),
                                    node.getId()),
                            task,
                            TransportRequestOptions.EMPTY,
                            handler(node));
        } catch (Exception e) {
            fail(e);
        }
    }

    private TransportResponseHandler<TrainNodeResponse> handler(DiscoveryNode node) {
        return new TransportResponseHandler<>() {
            @Override
            public TrainNodeResponse read(StreamInput in) throws IOException {
                return new TrainNodeResponse(in);
            }

            @Override
            public void handleResponse(TrainNodeResponse response) {
                succeed(response.summary(), response.history(), response.left());
            }

            @Override
            public void handleException(TransportException e) {
                if (isLost(node, e) && !task.isCancelled()) {
                    lose(node, e);
                } else {
                    fail(unwrapped(e));
                }
            }

            @Override
            public String executor() {
                return ThreadPool.Names.GENERIC;
            }
        };
    }

    private boolean isLost(DiscoveryNode node, TransportException e) {
        Throwable cause = ExceptionsHelper.unwrapCause(e);
        return e instanceof ConnectTransportException
                || cause instanceof ConnectTransportException
                || cause instanceof NodeClosedException
                || !here.cluster().state().nodes().nodeExists(node);
    }

    private void lose(DiscoveryNode node, Exception cause) {
        logger.warn(
                "node [{}] was lost while it trained generation [{}] of model [{}]",
                node.getName(),
                generation,
                definition.name());
        lost.add(node.getId());
        resume(cause);
    }

    /**
     * Continues after a node was lost. The node may have published the generation before; then it is not trained again.
     * The store may have been on that node too, so reading it is tried until it has recovered.
     */
    private void resume(Exception cause) {
        new Retries(logger, here.threadPool(), STORE_PAUSE, STORE_PATIENCE)
                .<StoredModel>run(
                        "read model [" + definition.name() + "] after its training node was lost",
                        e -> ExceptionsHelper.status(e).getStatus() >= 500 && !task.isCancelled(),
                        once -> here.store().get(definition.name(), once),
                        listener(stored -> resume(stored, cause), this::fail));
    }

    private void resume(StoredModel stored, Exception cause) {
        GenerationSummary published = stored.generation(generation);
        if (published != null) {
            activate(published);
        } else if (attempt < MAX_ATTEMPTS) {
            attempt();
        } else {
            fail(new IllegalStateException("lost [" + attempt + "] nodes, one after the other, that trained", cause));
        }
    }

    private void activate(GenerationSummary published) {
        if (published.rejected()) {
            reject(published, List.of());
            return;
        }
        here.store()
                .activate(
                        definition.name(),
                        generation,
                        listener(done -> succeed(published, List.of(), List.of()), this::fail));
    }

    /** Ends a training whose generation is worse than the active one: the generation stays, without being activated. */
    private void reject(GenerationSummary summary, List<Map<String, Object>> history) {
        here.stats().increment(StatName.TRAININGS_SUCCEEDED);
        String reason = summary.decision().reason();
        Exception told = new OpenSearchStatusException(reason, RestStatus.CONFLICT);
        end(TrainingOutcome.notActivated(reason), history, () -> answer(told));
    }

    private void answer(Exception e) {
        if (request.storeTaskResult()) {
            here.transport().getTaskManager().storeResult(task, e, listener);
        } else {
            listener.onFailure(e);
        }
    }

    private void succeed(GenerationSummary summary, List<Map<String, Object>> history, List<LeftDocuments> left) {
        if (summary.rejected()) {
            reject(summary, history);
            return;
        }
        here.stats().increment(StatName.TRAININGS_SUCCEEDED);
        TrainResponse response = new TrainResponse(owner.task(), summary);
        end(TrainingOutcome.success(left), history, () -> {
            if (request.storeTaskResult()) {
                here.transport().getTaskManager().storeResult(task, response, listener);
            } else {
                listener.onResponse(response);
            }
        });
    }

    private void fail(Exception e) {
        boolean cancelled = task.isCancelled() || ExceptionsHelper.unwrapCause(e) instanceof TaskCancelledException;
        here.stats().increment(cancelled ? StatName.TRAININGS_CANCELLED : StatName.TRAININGS_FAILED);
        String message = e.getMessage() == null ? e.toString() : e.getMessage();
        if (cancelled || ExceptionsHelper.status(e).getStatus() < 500) {
            logger.info("training of model [{}] ended without a generation: {}", definition.name(), message);
        } else {
            logger.warn("training of model [{}] failed", definition.name(), e);
        }
        TrainingOutcome outcome = cancelled ? TrainingOutcome.cancelled(message) : TrainingOutcome.failed(message);
        end(outcome, List.of(), () -> answer(e));
    }

    /** Records the end in the store, then answers, even if recording failed. */
    private void end(TrainingOutcome outcome, List<Map<String, Object>> history, Runnable answer) {
        here.store()
                .endTraining(
                        definition.name(),
                        generation,
                        outcome,
                        history,
                        ActionListener.notifyOnce(ActionListener.runAfter(
                                Listeners.either(
                                        done -> {},
                                        e -> logger.warn(
                                                "cannot note the end of the training of model [{}]: {}",
                                                definition.name(),
                                                e.getMessage())),
                                answer)));
    }

    /** The exception of the node that trained, without its transport wrapper. */
    private static Exception unwrapped(TransportException e) {
        return ExceptionsHelper.unwrapCause(e) instanceof Exception cause ? cause : e;
    }

    /**
     * A listener that runs once. If {@code onResponse} throws, its exception goes to {@code onFailure}. So
     * {@code onResponse} must not throw after it has handed the result on.
     */
    static <T> ActionListener<T> listener(CheckedConsumer<T, Exception> onResponse, Consumer<Exception> onFailure) {
        return ActionListener.notifyOnce(ActionListener.wrap(onResponse, onFailure));
    }
}
