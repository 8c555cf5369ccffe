/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.classify;

import io.latentfacets.async.Listeners;
import io.latentfacets.model.EncoderId;
import io.latentfacets.model.Generations;
import io.latentfacets.model.StoredClassifier;
import io.latentfacets.model.store.ClassifierPointer;
import io.latentfacets.model.store.ClassifierStore;
import io.latentfacets.model.store.SystemClient;
import io.latentfacets.training.TrainingNodes;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.opensearch.ExceptionsHelper;
import org.opensearch.cluster.ClusterChangedEvent;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.ClusterStateListener;
import org.opensearch.cluster.node.DiscoveryNode;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.threadpool.ThreadPool;

/**
 * Trains classifiers again, by their own definition and with the rights of their definer, when the active generation of
 * their model has another encoder. The first node by name that may train does it, one classifier at a time; if it
 * leaves, the next one does. A classifier that cannot be trained keeps the reason, and is not tried again until the
 * encoder changes again or somebody trains it. It does not wait for the re-encoding of documents: a training encodes
 * those without a latent of the encoder itself. Thread-safe; never blocks.
 */
public final class Retraining implements ClusterStateListener {

    private static final Logger logger = LogManager.getLogger(Retraining.class);

    private static final TimeValue RETRY = TimeValue.timeValueSeconds(15);
    /** The number of tries after failures that may pass, such as a full queue or a missing shard. */
    private static final int TRIES = 4;

    private final Generations generations;
    private final ClassifierStore store;
    private final SystemClient client;
    private final ThreadPool threadPool;
    private final AtomicBoolean running = new AtomicBoolean();
    private final AtomicInteger failures = new AtomicInteger();
    private volatile ClusterState state;

    /** @param generations knows the cluster states before this listener gets them */
    public Retraining(Generations generations, ClassifierStore store, SystemClient client, ThreadPool threadPool) {
        this.generations = generations;
        this.store = store;
        this.client = client;
        this.threadPool = threadPool;
    }

    private record Due(String model, ClassifierPointer pointer, EncoderId encoder) {}

    @Override
    public void clusterChanged(ClusterChangedEvent event) {
        state = event.state();
        if (event.metadataChanged() || event.nodesChanged()) {
            runIfDue();
        }
    }

    private void runIfDue() {
        ClusterState now = state;
        if (!chosen(now) || due(now).isEmpty() || !running.compareAndSet(false, true)) {
            return;
        }
        // what changed while somebody else was running
        Due first = due(state).orElse(null);
        if (first == null) {
            running.set(false);
            return;
        }
        train(first);
    }

    private static boolean chosen(ClusterState state) {
        return TrainingNodes.candidates(state.nodes().getNodes().values()).stream()
                .min(Comparator.comparing(DiscoveryNode::getName).thenComparing(DiscoveryNode::getId))
                .map(node -> node.getId().equals(state.nodes().getLocalNodeId()))
                .orElse(false);
    }

    private Optional<Due> due(ClusterState now) {
        for (String model : generations.models()) {
            EncoderId encoder = TransportGetClassifiersAction.activeEncoder(generations, model);
            for (ClassifierPointer pointer : ClassifierPointer.of(now, model).values()) {
                boolean fits =
                        pointer.encoder().equals(encoder) || pointer.tried().equals(encoder);
                if (!encoder.isNone() && !fits) {
                    return Optional.of(new Due(model, pointer, encoder));
                }
            }
        }
        return Optional.empty();
    }

    private void train(Due due) {
        String name = due.pointer().name();
        ActionListener<Void> end = Listeners.either(done -> ended(), e -> later(due, e));
        store.get(
                due.model(),
                name,
                Listeners.<StoredClassifier>once(
                        stored -> client.executeAs(
                                stored.definer(),
                                TrainClassifierAction.INSTANCE,
                                TrainClassifierRequest.again(due.model(), name),
                                Listeners.either(trained -> end.onResponse(null), e -> failed(due, e, end))),
                        end::onFailure));
    }

    private void failed(Due due, Exception e, ActionListener<Void> end) {
        RestStatus status = ExceptionsHelper.status(e);
        boolean mayPass = status == RestStatus.TOO_MANY_REQUESTS || status.getStatus() >= 500;
        if (mayPass && failures.incrementAndGet() < TRIES) {
            end.onFailure(e);
            return;
        }
        logger.warn(
                "classifier [{}] of model [{}] could not be trained for the new encoder: {}",
                due.pointer().name(),
                due.model(),
                e.getMessage());
        store.noteFailure(due.model(), due.pointer().name(), due.encoder(), String.valueOf(e.getMessage()), end);
    }

    private void ended() {
        failures.set(0);
        running.set(false);
        runIfDue();
    }

    private void later(Due due, Exception e) {
        logger.warn(
                "classifier [{}] of model [{}] is not trained yet: {}",
                due.pointer().name(),
                due.model(),
                e.getMessage());
        threadPool.scheduleUnlessShuttingDown(RETRY, ThreadPool.Names.GENERIC, () -> {
            running.set(false);
            runIfDue();
        });
    }
}
