/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.trends;

import io.latentfacets.async.Listeners;
import io.latentfacets.encode.SourceText;
import io.latentfacets.model.Generation;
import io.latentfacets.rest.ChildCalls;
import io.latentfacets.search.ModelIndices;
import io.latentfacets.search.aggregation.ClusterBucket;
import io.latentfacets.search.aggregation.InternalLatentClusters;
import io.latentfacets.text.SourceField;
import io.latentfacets.trends.statistics.Trend;
import io.latentfacets.trends.statistics.TrendTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.opensearch.ExceptionsHelper;
import org.opensearch.ResourceNotFoundException;
import org.opensearch.action.ActionRunnable;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.common.lease.Releasable;
import org.opensearch.common.util.concurrent.ThreadContext;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.transport.client.Client;

/**
 * One call of {@code _trends}: loads the generation, finds the span of time, counts, tests. It searches with the
 * permissions of the caller. Never blocks. For one use, on the call's thread.
 */
final class TrendsCall {
    private final TrendsRequest request;
    private final TrendServices services;
    private final Client client;
    private final ChildCalls children;
    private final Runnable check;
    private final long startNanos = System.nanoTime();

    /**
     * @param client sends the searches as the caller
     * @param context the node's thread context, which holds the caller
     * @param check called often while this node computes; throws to stop
     */
    TrendsCall(TrendsRequest request, TrendServices services, Client client, ThreadContext context, Runnable check) {
        this.request = request;
        this.services = services;
        this.client = client;
        this.check = check;
        this.children = new ChildCalls(context);
    }

    /**
     * Passes the trends to the listener. It fails with status 404 for a model without an active generation or an
     * unknown index, with 400 for a field or a length of time that does not fit the documents, and as searches do.
     */
    void run(ActionListener<TrendsResponse> listener) {
        Listeners.<Void, TrendsResponse>andThen(listener, (answer, begin) -> {
                    if (services.generations().active(request.model()) == 0) {
                        throw inactive();
                    }
                    List<String> names =
                            TrendTarget.names(request, services.generations().bound(request.model()), services.state());
                    // a search says first whether the caller may know anything about the indices
                    client.search(
                            ModelIndices.probe(names),
                            children.listener(Listeners.andThen(answer, (next, seen) -> find(names, next))));
                })
                .onResponse(null);
    }

    private void find(List<String> names, ActionListener<TrendsResponse> listener) {
        TrendTarget target = TrendTarget.of(request, names, services.state(), services.resolver());
        SearchRequest searched = new SearchRequest(names.toArray(String[]::new));
        services.pins()
                .generation(
                        target.latentField(),
                        searched,
                        children.listener(
                                Listeners.andThen(listener, (next, generation) -> findSpan(target, generation, next))));
    }

    private ResourceNotFoundException inactive() {
        return new ResourceNotFoundException(
                "there is no model [{}] with an active generation; [_train] makes one", request.model());
    }

    private void findSpan(TrendTarget target, Generation generation, ActionListener<TrendsResponse> listener) {
        if (generation == null) {
            throw inactive();
        }
        TrendSearches searches =
                new TrendSearches(request, target, generation.clusters().keys(), services);
        ActionListener<SearchResponse> found = Listeners.andThen(listener, (next, response) -> {
            IllegalArgumentException refused = target.refuse(request.field());
            if (refused != null) {
                throw refused;
            }
            count(searches, generation, response, next);
        });
        client.search(searches.span(), children.listener(ActionListener.delegateResponse(found, (to, e) -> {
            IllegalArgumentException refused =
                    ExceptionsHelper.status(e) == RestStatus.BAD_REQUEST ? target.refuse(request.field()) : null;
            to.onFailure(refused == null ? e : refused);
        })));
    }

    private void count(
            TrendSearches searches,
            Generation generation,
            SearchResponse response,
            ActionListener<TrendsResponse> listener) {
        TrendSearches.Span span = TrendSearches.span(response);
        if (span.counted() == 0) {
            listener.onResponse(
                    TrendsResponse.empty(request, generation.number(), span, response, System.nanoTime() - startNanos));
            return;
        }
        Timeline timeline = Timeline.of(request, span.first(), span.last());
        client.search(
                searches.counts(span, timeline),
                children.listener(Listeners.andThen(
                        listener,
                        (next, counts) ->
                                name(searches, generation, test(generation.number(), span, timeline, counts), next))));
    }

    /** Adds the words of intervals if the request asks for them, and may have them. */
    private void name(
            TrendSearches searches,
            Generation generation,
            TrendsResponse answer,
            ActionListener<TrendsResponse> listener) {
        if (request.terms() == 0 || !answer.bound() || answer.shown().isEmpty()) {
            listener.onResponse(answer);
            return;
        }
        TrendTerms terms = new TrendTerms(request, generation, answer.timeline(), answer.shown());
        Set<String> fields = SourceText.fieldsOfSource(
                generation.fields().stream().map(SourceField::name).toList());
        int documents = terms.sample();
        SearchRequest search = searches.samples(answer.timeline(), terms.keys(), documents, fields);
        // before the search, because all texts are on the heap at once when it has answered
        Releasable charged = services.columns().charge(terms.bytes(documents), "latent_trend_sample");
        Listeners.<Void, TrendsResponse>andThen(
                        ActionListener.runBefore(listener, charged::close),
                        (answered, begin) -> client.search(
                                search, children.listener(Listeners.andThen(answered, (next, samples) -> services.pool()
                                        .execute(ActionRunnable.supply(next, () -> named(answer, terms, samples)))))))
                .onResponse(null);
    }

    private TrendsResponse named(TrendsResponse answer, TrendTerms terms, SearchResponse samples) {
        List<ClusterTrend> named = terms.named(samples, services, check);
        return answer.with(named, TrendsResponse.Sampled.of(samples), System.nanoTime() - startNanos);
    }

    private TrendsResponse test(int generation, TrendSearches.Span span, Timeline timeline, SearchResponse response) {
        if (response.getAggregations() == null) { // the indices of a pattern have gone since the first search
            return TrendsResponse.empty(request, generation, span, response, System.nanoTime() - startNanos);
        }
        InternalLatentClusters clusters = TrendSearches.clusters(response);
        long[] all = TrendSearches.all(response, timeline);
        List<long[]> counts = new ArrayList<>();
        for (ClusterBucket bucket : clusters.getBuckets()) {
            counts.add(TrendSearches.of(bucket, timeline));
        }
        List<Trend> trends = TrendTest.of(counts, all, timeline.window(), request.significance());
        List<ClusterTrend> named = new ArrayList<>();
        for (int i = 0; i < trends.size(); i++) {
            named.add(new ClusterTrend(clusters.getBuckets().get(i), trends.get(i), counts.get(i)));
        }
        named.sort(ClusterTrend.STRONGEST_FIRST);
        return new TrendsResponse(
                request,
                clusters.generation(),
                clusters.bound(),
                span.matched(),
                timeline,
                all,
                named,
                response,
                null,
                System.nanoTime() - startNanos);
    }
}
