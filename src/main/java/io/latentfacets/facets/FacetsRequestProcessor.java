/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.facets;

import io.latentfacets.async.Listeners;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.core.action.ActionListener;
import org.opensearch.search.pipeline.AbstractProcessor;
import org.opensearch.search.pipeline.PipelineProcessingContext;
import org.opensearch.search.pipeline.SearchRequestProcessor;

/**
 * Adds facets to a search; {@link FacetsResponseProcessor} finds them in its response. Does not change a search whose
 * indices do not have the field. Thread-safe.
 */
final class FacetsRequestProcessor extends AbstractProcessor implements SearchRequestProcessor {

    /** The attribute of the pipeline context that holds the {@link FacetsReader}. */
    static final String READER = "io.latentfacets.facets.reader";

    private final Facets facets;

    FacetsRequestProcessor(String tag, String description, boolean ignoreFailure, Facets facets) {
        super(tag, description, ignoreFailure);
        this.facets = facets;
    }

    @Override
    public String getType() {
        return FacetProcessors.TYPE;
    }

    @Override
    public SearchRequest processRequest(SearchRequest request) {
        throw new UnsupportedOperationException("[" + getType() + "] is asynchronous");
    }

    @Override
    public void processRequestAsync(
            SearchRequest request, PipelineProcessingContext context, ActionListener<SearchRequest> listener) {
        Listeners.<SearchRequest, SearchRequest>andThen(listener, (next, search) -> {
                    if (facets.serves(search)) {
                        facets.addTo(search, Listeners.andThen(next, (last, reader) -> {
                            context.setAttribute(READER, reader);
                            last.onResponse(search);
                        }));
                    } else {
                        next.onResponse(search);
                    }
                })
                .onResponse(request);
    }
}
