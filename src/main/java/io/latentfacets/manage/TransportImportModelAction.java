/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.manage;

import io.latentfacets.async.Listeners;
import io.latentfacets.async.WorkThreads;
import io.latentfacets.model.ClusterEdits;
import io.latentfacets.model.Generation;
import io.latentfacets.model.TrainingOutcome;
import io.latentfacets.model.TrainingOwner;
import io.latentfacets.model.definition.ModelDefinition;
import io.latentfacets.model.store.ModelStore;
import java.io.IOException;
import java.util.List;
import org.opensearch.ResourceNotFoundException;
import org.opensearch.action.ActionRunnable;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.HandledTransportAction;
import org.opensearch.cluster.node.DiscoveryNode;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.inject.Inject;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.common.breaker.CircuitBreaker;
import org.opensearch.core.indices.breaker.CircuitBreakerService;
import org.opensearch.tasks.Task;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.TransportService;

/**
 * An import uses the training lock and the publish path of a training; only the generation comes from an archive. It
 * works on the generic pool, and charges the circuit breaker for the archive's parts before it reads them.
 */
public final class TransportImportModelAction
        extends HandledTransportAction<ImportModelAction.Request, ImportModelAction.Response> {

    /**
     * The bytes that an import takes per byte of its archive: the section being read and the network's copy of it, the
     * weights, and a vocabulary, which takes four times its bytes.
     */
    private static final int BYTES_PER_BYTE = 6;

    private static final String BREAKER = "latent";

    private final ModelStore store;
    private final Definitions definitions;
    private final ClusterService clusterService;
    private final CircuitBreakerService breakers;
    private final ThreadPool threadPool;

    @Inject
    public TransportImportModelAction(
            TransportService transportService,
            ActionFilters filters,
            ModelStore store,
            Definitions definitions,
            ClusterService clusterService,
            CircuitBreakerService breakers,
            ThreadPool threadPool) {
        super(
                ImportModelAction.NAME,
                transportService,
                filters,
                ImportModelAction.Request::new,
                ThreadPool.Names.GENERIC);
        this.store = store;
        this.definitions = definitions;
        this.clusterService = clusterService;
        this.breakers = breakers;
        this.threadPool = threadPool;
    }

    @Override
    protected void doExecute(
            Task task, ImportModelAction.Request request, ActionListener<ImportModelAction.Response> listener) {
        threadPool.generic().execute(ActionRunnable.wrap(listener, next -> charged(task, request, next)));
    }

    private void charged(
            Task task, ImportModelAction.Request request, ActionListener<ImportModelAction.Response> listener) {
        CircuitBreaker breaker = breakers.getBreaker(BREAKER);
        long bytes = BYTES_PER_BYTE * request.bytes();
        breaker.addEstimateBytesAndMaybeBreak(
                bytes, "import of " + request.definition().name());
        ActionListener<ImportModelAction.Response> released =
                ActionListener.runBefore(listener, () -> breaker.addWithoutBreaking(-bytes));
        Listeners.<Void, ImportModelAction.Response>andThen(released, (next, nothing) -> read(task, request, next))
                .onResponse(null);
    }

    private void read(
            Task task, ImportModelAction.Request request, ActionListener<ImportModelAction.Response> listener) {
        assert WorkThreads.mayWork() : WorkThreads.busy("reading an archive");
        Generation archived;
        try {
            archived = Generation.readFrom(request.archive());
        } catch (IOException e) {
            throw new IllegalArgumentException("[archive] must be what _export gave: " + e.getMessage(), e);
        }
        definitions.check(request.definition());
        String model = request.definition().name();
        ActionListener<Boolean> known = Listeners.andThen(listener, (next, there) -> {
            if (there) {
                begin(model, archived, request.edits(), task, next);
            } else {
                create(request, archived, task, next);
            }
        });
        store.get(model, ActionListener.delegateResponse(ActionListener.map(known, stored -> true), (next, failure) -> {
            if (failure instanceof ResourceNotFoundException) {
                known.onResponse(false);
            } else {
                known.onFailure(failure);
            }
        }));
    }

    private void create(
            ImportModelAction.Request request,
            Generation archived,
            Task task,
            ActionListener<ImportModelAction.Response> listener) {
        ModelDefinition definition = request.definition();
        definitions.put(
                definition,
                Listeners.andThen(
                        listener, (next, done) -> begin(definition.name(), archived, request.edits(), task, next)));
    }

    private void begin(
            String model,
            Generation archived,
            ClusterEdits edits,
            Task task,
            ActionListener<ImportModelAction.Response> listener) {
        DiscoveryNode node = clusterService.localNode();
        TrainingOwner owner =
                new TrainingOwner(node.getId(), node.getEphemeralId(), task.getId(), System.currentTimeMillis());
        store.beginTraining(
                model,
                owner,
                Listeners.andThen(listener, (next, number) -> publish(archived.as(model, number), edits, next)));
    }

    private void publish(
            Generation generation, ClusterEdits edits, ActionListener<ImportModelAction.Response> listener) {
        ActionListener<ImportModelAction.Response> ended = Listeners.either(
                response -> end(generation, TrainingOutcome.SUCCESS, ActionListener.map(listener, done -> response)),
                failure -> end(
                        generation,
                        TrainingOutcome.failed("import failed: " + failure.getMessage()),
                        Listeners.either(done -> listener.onFailure(failure), second -> {
                            failure.addSuppressed(second);
                            listener.onFailure(failure);
                        })));
        store.publish(
                generation,
                Listeners.andThen(
                        ended,
                        (next, summary) -> store.editClusters(
                                generation.model(),
                                edits.of(
                                        generation.clusters(),
                                        generation.encoder().toString()),
                                Listeners.andThen(next, (last, edited) -> activate(generation, last)))));
    }

    private void activate(Generation generation, ActionListener<ImportModelAction.Response> listener) {
        store.activate(
                generation.model(),
                generation.number(),
                ActionListener.map(
                        listener, done -> new ImportModelAction.Response(generation.model(), generation.number())));
    }

    private void end(Generation generation, TrainingOutcome outcome, ActionListener<Void> listener) {
        store.endTraining(generation.model(), generation.number(), outcome, List.of(), listener);
    }
}
