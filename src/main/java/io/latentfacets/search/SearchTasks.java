/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search;

import io.latentfacets.async.Transients;
import java.util.function.Supplier;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.support.ActionFilter;
import org.opensearch.action.support.ActionFilterChain;
import org.opensearch.action.support.ActionRequestMetadata;
import org.opensearch.common.util.concurrent.ThreadContext;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.tasks.CancellableTask;
import org.opensearch.tasks.Task;

/**
 * Records the task of each search on this node in the thread context, so that work for the search can be cancelled with
 * it. Core passes the task neither to a search pipeline's processor nor to a rewrite. It puts the task's number on the
 * thread only if {@code task_resource_tracking.enabled} is set. Thread-safe.
 */
public final class SearchTasks implements ActionFilter {
    private static final String KEY = "latent_facets.search_task";

    private final Supplier<ThreadContext> threads;

    /** @param threads supplies the thread context at each search, so that the caller may set it after construction */
    public SearchTasks(Supplier<ThreadContext> threads) {
        this.threads = threads;
    }

    /** The task of the innermost search for which this thread works; null for none. */
    public static CancellableTask current(ThreadContext context) {
        return context.getTransient(KEY);
    }

    /** Runs after filters that check permissions, because those may change the context. */
    @Override
    public int order() {
        return Integer.MAX_VALUE;
    }

    @Override
    public <Request extends ActionRequest, Response extends ActionResponse> void apply(
            Task task,
            String action,
            Request request,
            ActionRequestMetadata<Request, Response> metadata,
            ActionListener<Response> listener,
            ActionFilterChain<Request, Response> chain) {
        if (!(request instanceof SearchRequest) || !(task instanceof CancellableTask)) {
            chain.proceed(task, action, request, listener);
            return;
        }
        // a search within a search has its own task
        Transients.with(threads.get(), KEY, task, () -> chain.proceed(task, action, request, listener));
    }
}
