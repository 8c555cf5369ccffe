/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.summarize;

import io.latentfacets.async.Listeners;
import io.latentfacets.encode.EncoderService;
import io.latentfacets.manage.TransportGetClustersAction;
import io.latentfacets.model.store.ModelRegistry;
import io.latentfacets.model.store.ModelStore;
import io.latentfacets.neighbors.ReadableDocuments;
import io.latentfacets.rest.ChildCalls;
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

/** Loads the active generation and makes a {@linkplain Summaries summary}. The calling thread never blocks. */
public final class TransportSummarizeAction extends HandledTransportAction<SummarizeRequest, SummarizeAction.Response> {

    private final ModelStore store;
    private final ModelRegistry registry;
    private final Summaries summaries;
    private final NodeClient client;
    private final TransportService transport;

    @Inject
    public TransportSummarizeAction(
            TransportService transportService,
            ActionFilters filters,
            ModelStore store,
            ModelRegistry registry,
            EncoderService encoders,
            ReadableDocuments documents,
            CircuitBreakerService breakers,
            NodeClient client) {
        super(SummarizeAction.NAME, transportService, filters, SummarizeRequest::new, ThreadPool.Names.SAME);
        this.store = store;
        this.registry = registry;
        this.summaries = new Summaries(registry, encoders, documents, breakers, transportService.getThreadPool());
        this.client = client;
        this.transport = transportService;
    }

    @Override
    protected void doExecute(Task task, SummarizeRequest request, ActionListener<SummarizeAction.Response> listener) {
        Summaries.Call call = new Summaries.Call(
                request,
                new CallLimits((CancellableTask) task, request.timeout()),
                new ParentTaskAssigningClient(
                        client, new TaskId(transport.getLocalNode().getId(), task.getId())),
                new ChildCalls(transport.getThreadPool().getThreadContext()));
        TransportGetClustersAction.load(
                store,
                registry,
                request.model(),
                request.cluster(),
                Listeners.andThen(listener, (next, generation) -> summaries.find(call, generation, next)));
    }
}
