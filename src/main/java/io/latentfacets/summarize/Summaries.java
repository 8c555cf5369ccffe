/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.summarize;

import io.latentfacets.async.Listeners;
import io.latentfacets.encode.EncoderService;
import io.latentfacets.encode.SentenceRanker;
import io.latentfacets.encode.TransportEncodeAction;
import io.latentfacets.model.Generation;
import io.latentfacets.model.store.ModelRegistry;
import io.latentfacets.neighbors.ReadableDocuments;
import io.latentfacets.rest.ChildCalls;
import io.latentfacets.search.ModelIndices;
import java.util.List;
import org.opensearch.action.ActionRunnable;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.common.lease.Releasable;
import org.opensearch.common.lease.Releasables;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.common.breaker.CircuitBreaker;
import org.opensearch.core.indices.breaker.CircuitBreakerService;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.client.Client;

/**
 * Reads documents with the rights of the caller, and summarises them in the thread pool for encoding. Thread-safe. The
 * calling thread never blocks.
 */
public final class Summaries {

    private static final String BREAKER = "latent";

    private final ModelRegistry registry;
    private final EncoderService encoders;
    private final ReadableDocuments documents;
    private final CircuitBreakerService breakers;
    private final ThreadPool threadPool;

    public Summaries(
            ModelRegistry registry,
            EncoderService encoders,
            ReadableDocuments documents,
            CircuitBreakerService breakers,
            ThreadPool threadPool) {
        this.registry = registry;
        this.encoders = encoders;
        this.documents = documents;
        this.breakers = breakers;
        this.threadPool = threadPool;
    }

    /**
     * What one summary goes by.
     *
     * @param limits end the work
     * @param client searches as the caller, for the caller's task
     * @param children of the call that wants the summary
     */
    public record Call(SummarizeRequest request, CallLimits limits, Client client, ChildCalls children) {}

    /**
     * Makes a summary.
     *
     * @param generation the active generation as people see its clusters; it has the cluster of the request
     */
    public void find(Call call, Generation generation, ActionListener<SummarizeAction.Response> listener) {
        SummarizeRequest request = call.request();
        ReadableDocuments.Scope scope = new ReadableDocuments.Scope(
                generation,
                documents.names(request.indices(), request.model(), registry.bound(request.model())),
                call.limits().ofSearches());
        ActionListener<SearchResponse> found = call.children()
                .listener(Listeners.andThen(listener, (next, response) -> fork(call, generation, response, next)));
        if (request.cluster() == null) {
            call.client()
                    .search(
                            request.query() == null
                                    ? documents.withIds(scope, request.ids())
                                    : documents.matching(scope, request.query(), request.maxDocuments()),
                            found);
            return;
        }
        // a search says first whether the caller may know anything about the indices
        call.client()
                .search(
                        ModelIndices.probe(scope.names()),
                        call.children().listener(Listeners.andThen(found, (next, seen) -> call.client()
                                .search(ofCluster(request, scope), next))));
    }

    private SearchRequest ofCluster(SummarizeRequest request, ReadableDocuments.Scope scope) {
        return documents.near(
                scope,
                documents.latentField(scope, request.latentField()),
                scope.generation().clusters().centroid(request.cluster()),
                request.cluster(),
                request.maxDocuments());
    }

    private void fork(
            Call call, Generation generation, SearchResponse found, ActionListener<SummarizeAction.Response> listener) {
        List<SentenceRanker.Document> read = ReadableDocuments.of(found);
        if (!call.request().ids().isEmpty()) {
            read = ReadableDocuments.inOrder("ids", call.request().ids(), read);
        }
        List<SentenceRanker.Document> sources = read;
        threadPool.executor(TransportEncodeAction.THREAD_POOL).execute(ActionRunnable.supply(listener, () -> {
            SummarizeAction.Summary summary = summary(call, generation, sources);
            return new SummarizeAction.Response(
                    generation.model(), generation.number(), call.limits().tookMillis(), found.isTimedOut(), summary);
        }));
    }

    private SummarizeAction.Summary summary(Call call, Generation generation, List<SentenceRanker.Document> sources) {
        SummarizeRequest request = call.request();
        Summarizer summarizer = new Summarizer(encoders, generation, call.limits()::check);
        CircuitBreaker breaker = breakers.getBreaker(BREAKER);
        long bytes = Summarizer.bytes(sources.size(), generation.weights().latentDims());
        breaker.addEstimateBytesAndMaybeBreak(bytes, "summary by " + generation.model());
        Releasable held = null;
        try {
            held = encoders.hold(generation); // otherwise each step would open the encoder of an inactive generation
            float[] target = request.cluster() == null
                    ? Summarizer.mean(summarizer.latents(sources))
                    : generation.clusters().centroid(request.cluster());
            if (target == null) {
                return new SummarizeAction.Summary(sources.size(), List.of(), null);
            }
            return summarizer.summary(sources, target, request.options());
        } finally {
            Releasables.close(held);
            breaker.addWithoutBreaking(-bytes);
        }
    }
}
