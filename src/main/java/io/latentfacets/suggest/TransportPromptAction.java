/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.suggest;

import io.latentfacets.async.Listeners;
import io.latentfacets.encode.EncoderService;
import io.latentfacets.manage.TransportGetClustersAction;
import io.latentfacets.model.Generation;
import io.latentfacets.model.store.ModelRegistry;
import io.latentfacets.model.store.ModelStore;
import io.latentfacets.neighbors.ReadableDocuments;
import io.latentfacets.rest.ChildCalls;
import io.latentfacets.summarize.CallLimits;
import io.latentfacets.summarize.Summaries;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

/** Reads sentences of the cluster as the caller, and writes the prompt. The calling thread never blocks. */
public final class TransportPromptAction extends HandledTransportAction<PromptRequest, PromptAction.Response> {

    private final ModelStore store;
    private final ModelRegistry registry;
    private final ClusterSentences sentences;
    private final NodeClient client;
    private final TransportService transport;

    @Inject
    public TransportPromptAction(
            TransportService transportService,
            ActionFilters filters,
            ModelStore store,
            ModelRegistry registry,
            EncoderService encoders,
            ReadableDocuments documents,
            CircuitBreakerService breakers,
            NodeClient client) {
        super(PromptAction.NAME, transportService, filters, PromptRequest::new, ThreadPool.Names.SAME);
        this.store = store;
        this.registry = registry;
        this.sentences = new ClusterSentences(
                new Summaries(registry, encoders, documents, breakers, transportService.getThreadPool()));
        this.client = client;
        this.transport = transportService;
    }

    @Override
    protected void doExecute(Task task, PromptRequest request, ActionListener<PromptAction.Response> listener) {
        CallLimits limits = new CallLimits((CancellableTask) task, request.timeout());
        TaskId parent = new TaskId(transport.getLocalNode().getId(), task.getId());
        ChildCalls children = new ChildCalls(transport.getThreadPool().getThreadContext());
        TransportGetClustersAction.load(
                store,
                registry,
                request.model(),
                request.key(),
                Listeners.andThen(
                        listener,
                        (next, generation) -> sentences.find(
                                new ClusterSentences.Call(
                                        generation,
                                        request.options(),
                                        new ParentTaskAssigningClient(client, parent),
                                        children),
                                request.key(),
                                limits,
                                ActionListener.map(next, found -> response(request, generation, found)))));
    }

    private PromptAction.Response response(PromptRequest request, Generation generation, ClusterSentences.Found found) {
        PromptWriter writer =
                new PromptWriter(generation.clusters(), registry.edits(request.model()), request.options());
        String key = writer.ownKey(request.key());
        Map<String, String> suggested = new HashMap<>();
        registry.suggestions(request.model()).byKey().forEach((of, label) -> suggested.put(of, label.label()));
        return new PromptAction.Response(
                generation.model(),
                generation.number(),
                key,
                writer.label(key),
                found.documents(),
                found.sentences().size(),
                notes(request.options(), found),
                writer.write(key, found.sentences(), suggested, List.of()));
    }

    private static List<String> notes(PromptOptions options, ClusterSentences.Found found) {
        if (options.indices().isEmpty()) {
            return List.of("[index] is not given, so the prompt has terms and no sentences");
        }
        if (found.timedOut()) {
            return List.of("a search has run out of time, so sentences may be missing");
        }
        return options.sentences() > 0 && found.sentences().isEmpty()
                ? List.of(
                        "of the cluster's documents in [index] that the caller may read, none has a sentence to quote")
                : List.of();
    }
}
