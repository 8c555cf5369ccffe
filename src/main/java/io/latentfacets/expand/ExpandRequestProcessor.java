/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.expand;

import io.latentfacets.async.Listeners;
import io.latentfacets.encode.TransportEncodeAction;
import io.latentfacets.model.Generation;
import io.latentfacets.search.SearchTasks;
import io.latentfacets.search.SearchedIndices;
import io.latentfacets.terms.NearTerm;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.opensearch.action.ActionRunnable;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.tasks.TaskCancelledException;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.search.pipeline.AbstractProcessor;
import org.opensearch.search.pipeline.PipelineProcessingContext;
import org.opensearch.search.pipeline.SearchRequestProcessor;
import org.opensearch.tasks.CancellableTask;

/**
 * Adds related terms to the query of a search. Does not change a search without a query, one whose indices are not all
 * bound to the model, because the terms are words of the model's documents, and one by a model without an active
 * generation. Works in the pool for encoding; cancelled with the search. Thread-safe.
 */
final class ExpandRequestProcessor extends AbstractProcessor implements SearchRequestProcessor {

    /** The attribute of the pipeline context that holds the {@link ExpandExt}. */
    static final String ADDED = "io.latentfacets.expand.added";

    private final ExpandOptions options;
    private final Supplier<ExpandServices> services;

    ExpandRequestProcessor(
            String tag,
            String description,
            boolean ignoreFailure,
            ExpandOptions options,
            Supplier<ExpandServices> services) {
        super(tag, description, ignoreFailure);
        this.options = options;
        this.services = services;
    }

    @Override
    public String getType() {
        return ExpandProcessors.TYPE;
    }

    @Override
    public SearchRequest processRequest(SearchRequest request) {
        throw new UnsupportedOperationException("[" + getType() + "] is asynchronous");
    }

    @Override
    public void processRequestAsync(
            SearchRequest request, PipelineProcessingContext context, ActionListener<SearchRequest> listener) {
        Listeners.<SearchRequest, SearchRequest>andThen(listener, (next, search) -> {
                    ExpandServices with = services.get();
                    int active = with.generations().active(options.model());
                    boolean serves = search.source() != null
                            && search.source().query() != null
                            && active > 0
                            && with.pins().areBound(options.model(), SearchedIndices.of(search, with.writeables()));
                    if (!serves) {
                        next.onResponse(search);
                        return;
                    }
                    CancellableTask task = SearchTasks.current(with.threadPool().getThreadContext());
                    with.generations()
                            .load(
                                    options.model(),
                                    active,
                                    Listeners.andThen(next, (last, generation) -> with.threadPool()
                                            .executor(TransportEncodeAction.THREAD_POOL)
                                            .execute(ActionRunnable.supply(
                                                    last, () -> expanded(search, context, generation, with, task)))));
                })
                .onResponse(request);
    }

    private SearchRequest expanded(
            SearchRequest search,
            PipelineProcessingContext context,
            Generation generation,
            ExpandServices with,
            CancellableTask task) {
        Runnable check = () -> {
            if (task != null && task.isCancelled()) {
                throw new TaskCancelledException(
                        "the search was cancelled while its query was expanded: " + task.getReasonCancelled());
            }
        };
        QueryExpander expander = new QueryExpander(options, text -> with.finder()
                .related(generation, text, options.terms(), options.maxTerms(), options.minSimilarity(), check));
        QueryBuilder query = expander.expand(search.source().query());
        if (query != search.source().query()) {
            // the caller may own the body and send it twice
            search.source(search.source().shallowCopy().query(query));
            context.setAttribute(ADDED, new ExpandExt(shown(generation, expander.added())));
        }
        return search;
    }

    private static Map<String, Object> shown(Generation generation, List<NearTerm> terms) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("model", generation.model());
        shown.put("generation", generation.number());
        shown.put("terms", terms.stream().map(NearTerm::toMap).toList());
        return shown;
    }
}
