/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.evaluation;

import io.latentfacets.async.Listeners;
import io.latentfacets.corpus.ResultWindow;
import io.latentfacets.corpus.SourceIndices;
import io.latentfacets.encode.EncoderService;
import io.latentfacets.model.Generation;
import io.latentfacets.model.StoredModel;
import io.latentfacets.model.store.ModelRegistry;
import io.latentfacets.model.store.ModelStore;
import java.util.List;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.action.ActionRunnable;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.HandledTransportAction;
import org.opensearch.cluster.metadata.IndexNameExpressionResolver;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.inject.Inject;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.indices.breaker.CircuitBreakerService;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.tasks.CancellableTask;
import org.opensearch.tasks.Task;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.TransportService;
import org.opensearch.transport.client.ParentTaskAssigningClient;
import org.opensearch.transport.client.node.NodeClient;

/**
 * Loads the generation, then evaluates it on this node, on the thread pool for evaluations, with the rights of the
 * caller. The calling thread never blocks.
 */
public final class TransportEvaluateAction extends HandledTransportAction<EvaluateRequest, EvaluateAction.Response> {

    /**
     * The name of the thread pool for evaluations. They block on searches, so no other work must share their threads.
     */
    public static final String THREAD_POOL = "latent_evaluate";
    /** The number of evaluations that may wait; the pool refuses one more with status 429. */
    public static final int QUEUE_SIZE = 10;

    private static final String BREAKER = "latent";

    private final ModelStore store;
    private final ModelRegistry registry;
    private final EncoderService encoders;
    private final CircuitBreakerService breakers;
    private final ClusterService clusterService;
    private final IndexNameExpressionResolver resolver;
    private final NamedXContentRegistry queries;
    private final NodeClient client;
    private final ThreadPool threadPool;

    @Inject
    public TransportEvaluateAction(
            TransportService transportService,
            ActionFilters filters,
            ModelStore store,
            ModelRegistry registry,
            EncoderService encoders,
            CircuitBreakerService breakers,
            ClusterService clusterService,
            IndexNameExpressionResolver resolver,
            NamedXContentRegistry queries,
            NodeClient client,
            ThreadPool threadPool) {
        super(EvaluateAction.NAME, transportService, filters, EvaluateRequest::new, ThreadPool.Names.SAME);
        this.store = store;
        this.registry = registry;
        this.encoders = encoders;
        this.breakers = breakers;
        this.clusterService = clusterService;
        this.resolver = resolver;
        this.queries = queries;
        this.client = client;
        this.threadPool = threadPool;
    }

    @Override
    protected void doExecute(Task task, EvaluateRequest request, ActionListener<EvaluateAction.Response> listener) {
        store.get(
                request.model(),
                Listeners.andThen(listener, (next, stored) -> load(stored, request, (CancellableTask) task, next)));
    }

    private void load(
            StoredModel stored,
            EvaluateRequest request,
            CancellableTask task,
            ActionListener<EvaluateAction.Response> listener) {
        int generation = request.generation() > 0 ? request.generation() : stored.active();
        if (generation == 0) {
            throw new OpenSearchStatusException(
                    "model [{}] has no active generation to evaluate; [_train] makes one",
                    RestStatus.CONFLICT,
                    request.model());
        }
        boolean own = !request.indices().isEmpty();
        List<String> indices =
                own ? request.indices() : stored.definition().source().indices();
        SourceIndices.require(own ? "index" : "source.index", indices, clusterService.state(), resolver);
        registry.load(request.model(), generation, Listeners.andThen(listener, (next, learned) -> {
            // measured as people see it
            Generation seen = learned.curated(registry.edits(request.model()).curation());
            fork(stored, seen, indices, request, task, next);
        }));
    }

    private void fork(
            StoredModel stored,
            Generation generation,
            List<String> indices,
            EvaluateRequest request,
            CancellableTask task,
            ActionListener<EvaluateAction.Response> listener) {
        TaskId parent = new TaskId(clusterService.localNode().getId(), task.getId());
        Evaluation evaluation = new Evaluation(
                new ParentTaskAssigningClient(client, parent),
                encoders,
                breakers.getBreaker(BREAKER),
                generation,
                registry.edits(request.model()),
                task);
        threadPool
                .executor(THREAD_POOL)
                .execute(ActionRunnable.supply(
                        listener,
                        () -> evaluation.run(
                                indices,
                                request.query() != null
                                        ? request.query()
                                        : stored.definition().source().queryBuilder(queries),
                                ResultWindow.of(indices, clusterService.state(), resolver),
                                LatentFields.of(clusterService.state(), request.model()),
                                request.labelField(),
                                request.maxDocuments())));
    }
}
