/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.generate;

import io.latentfacets.async.Listeners;
import io.latentfacets.encode.EncoderService;
import io.latentfacets.encode.TransportEncodeAction;
import io.latentfacets.manage.TransportGetClustersAction;
import io.latentfacets.model.Generation;
import io.latentfacets.model.store.ModelRegistry;
import io.latentfacets.model.store.ModelStore;
import io.latentfacets.neighbors.ReadableDocuments;
import io.latentfacets.rest.ChildCalls;
import io.latentfacets.summarize.CallLimits;
import io.latentfacets.summarize.Summarizer;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.HandledTransportAction;
import org.opensearch.common.inject.Inject;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.indices.breaker.CircuitBreakerService;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.tasks.CancellableTask;
import org.opensearch.tasks.Task;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.TransportService;
import org.opensearch.transport.client.ParentTaskAssigningClient;
import org.opensearch.transport.client.node.NodeClient;

/** Loads the active generation and runs a {@link GenerateCall} with the rights of the caller. Never blocks. */
public final class TransportGenerateAction extends HandledTransportAction<GenerateRequest, GenerateAction.Response> {

    private static final String BREAKER = "latent";

    private final ModelStore store;
    private final ModelRegistry registry;
    private final EncoderService encoders;
    private final ReadableDocuments documents;
    private final CircuitBreakerService breakers;
    private final NodeClient client;
    private final TransportService transport;

    @Inject
    public TransportGenerateAction(
            TransportService transportService,
            ActionFilters filters,
            ModelStore store,
            ModelRegistry registry,
            EncoderService encoders,
            ReadableDocuments documents,
            CircuitBreakerService breakers,
            NodeClient client) {
        super(GenerateAction.NAME, transportService, filters, GenerateRequest::new, ThreadPool.Names.SAME);
        this.store = store;
        this.registry = registry;
        this.encoders = encoders;
        this.documents = documents;
        this.breakers = breakers;
        this.client = client;
        this.transport = transportService;
    }

    @Override
    protected void doExecute(Task task, GenerateRequest request, ActionListener<GenerateAction.Response> listener) {
        CallLimits limits = new CallLimits((CancellableTask) task, request.timeout());
        TaskId parent = new TaskId(transport.getLocalNode().getId(), task.getId());
        ChildCalls children = new ChildCalls(transport.getThreadPool().getThreadContext());
        TransportGetClustersAction.load(
                store,
                registry,
                request.model(),
                request.cluster(),
                Listeners.andThen(listener, (next, generation) -> call(
                                request, generation, limits, children, new ParentTaskAssigningClient(client, parent))
                        .run(next)));
    }

    private GenerateCall call(
            GenerateRequest request,
            Generation generation,
            CallLimits limits,
            ChildCalls children,
            ParentTaskAssigningClient asCaller) {
        ReadableDocuments.Scope scope = new ReadableDocuments.Scope(
                generation,
                documents.names(request.indices(), request.model(), registry.bound(request.model())),
                limits.ofSearches());
        SampleText text = new SampleText(encoders, generation, breakers.getBreaker(BREAKER), limits::check);
        return new GenerateCall(
                request,
                documents,
                scope,
                new GenerateCall.Tools(
                        asCaller,
                        children,
                        transport.getThreadPool().executor(TransportEncodeAction.THREAD_POOL),
                        new Summarizer(encoders, generation, limits::check),
                        new SampleMaker(request, generation, registry.edits(request.model()), text),
                        limits));
    }
}
