/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.facets;

import io.latentfacets.async.Listeners;
import io.latentfacets.search.SearchTasks;
import io.latentfacets.search.results.InnerSearch;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.core.action.ActionListener;
import org.opensearch.search.pipeline.AbstractProcessor;
import org.opensearch.search.pipeline.PipelineProcessingContext;
import org.opensearch.search.pipeline.SearchResponseProcessor;
import org.opensearch.tasks.CancellableTask;
import org.opensearch.transport.client.Client;

/**
 * Moves the facets that {@link FacetsRequestProcessor} added to a search from its aggregations to {@code ext}. Without
 * that processor, it runs a second search over the documents that the first one matched, with the caller's permissions
 * and its own options. That search is cancelled with the first. Thread-safe.
 */
final class FacetsResponseProcessor extends AbstractProcessor implements SearchResponseProcessor {

    private final Facets facets;
    private final Client client;

    FacetsResponseProcessor(String tag, String description, boolean ignoreFailure, Facets facets, Client client) {
        super(tag, description, ignoreFailure);
        this.facets = facets;
        this.client = client;
    }

    @Override
    public String getType() {
        return FacetProcessors.TYPE;
    }

    @Override
    public SearchResponse processResponse(SearchRequest request, SearchResponse response) {
        throw new UnsupportedOperationException("[" + getType() + "] is asynchronous");
    }

    @Override
    public void processResponseAsync(
            SearchRequest request,
            SearchResponse response,
            PipelineProcessingContext context,
            ActionListener<SearchResponse> listener) {
        Listeners.<SearchResponse, SearchResponse>andThen(listener, (next, found) -> {
                    if (context.getAttribute(FacetsRequestProcessor.READER) instanceof FacetsReader reader) {
                        move(reader, found, found, next);
                    } else if (facets.serves(request)) {
                        search(request, found, next);
                    } else {
                        next.onResponse(found);
                    }
                })
                .onResponse(response);
    }

    private void search(SearchRequest request, SearchResponse response, ActionListener<SearchResponse> listener) {
        SearchRequest inner =
                InnerSearch.of(request, facets.task(client.threadPool().getThreadContext()));
        facets.addTo(
                inner,
                Listeners.andThen(
                        listener,
                        (next, reader) -> client.search(
                                inner, Listeners.andThen(next, (last, found) -> move(reader, found, response, last)))));
    }

    /**
     * @param found the response that contains the facets
     * @param response the response that receives them
     */
    private void move(
            FacetsReader reader,
            SearchResponse found,
            SearchResponse response,
            ActionListener<SearchResponse> listener) {
        if (reader.isIn(found)) {
            CancellableTask task = SearchTasks.current(client.threadPool().getThreadContext());
            reader.read(
                    found, task, ActionListener.map(listener, shown -> reader.without(response, new FacetsExt(shown))));
        } else {
            listener.onResponse(response);
        }
    }
}
