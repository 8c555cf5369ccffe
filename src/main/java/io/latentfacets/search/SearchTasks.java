/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search;

import java.util.List;
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
 * Tells what runs on behalf of a search, on this node, which task that search has: to be cancelled with it. Core tells
 * a search pipeline's processor and a rewrite nothing of the task, and puts its number on the thread only where
 * {@code task_resource_tracking.enabled} is set. Thread-safe.
 */
public final class SearchTasks implements ActionFilter {
    private static final String KEY = "latent_facets.search_task";

    private final Supplier<ThreadContext> threads;

    /** @param threads asked at each search, so that it may be set after this is made */
    public SearchTasks(Supplier<ThreadContext> threads) {
        this.threads = threads;
    }

    /** The task of the search that this thread works for, the innermost one; null where there is none. */
    public static CancellableTask current(ThreadContext context) {
        return context.getTransient(KEY);
    }

    /** After filters that check permissions, which may change the context. */
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
        ThreadContext context = threads.get();
        // a search within a search has its own: what is put there once cannot be put there again
        ThreadContext.StoredContext before = context.newStoredContext(true, List.of(KEY));
        try {
            context.putTransient(KEY, task);
            chain.proceed(task, action, request, listener);
        } finally {
            before.close();
        }
    }
}
