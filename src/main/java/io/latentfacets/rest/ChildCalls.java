/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.rest;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.opensearch.common.util.concurrent.ThreadContext;
import org.opensearch.core.action.ActionListener;

/**
 * The requests that one call of ours sends, and what the call's answer takes over of their response headers: warnings,
 * and nothing else.
 *
 * <p>Core hands response headers up from request to request. With {@code task_resource_tracking}, which is on by
 * default, every search leaves a {@code TASK_RESOURCE_USAGE} there. A request that reads many pages, such as an
 * update-by-query, would so give the answer a header for every page, and HTTP clients refuse such an answer: Python's
 * {@code http.client} takes 100 headers, Node.js 16 kB.
 *
 * <p>Children are sent in the thread context of the call, and so as its caller; this class never changes what a child
 * sees. Create one for each call, on the call's thread. Thread-safe afterwards.
 */
public final class ChildCalls {

    private static final String WARNING = "Warning";

    private final ThreadContext context;
    private final Supplier<ThreadContext.StoredContext> ofCall;
    private final Set<String> warnings = ConcurrentHashMap.newKeySet();

    /** @param context the node's; its present content is what the listeners will see */
    public ChildCalls(ThreadContext context) {
        this.context = context;
        // false: the response headers of the thread that answers stay behind
        this.ofCall = context.newRestorableContext(false);
    }

    /**
     * The listener to send a child with. It passes on answer or failure in the thread context that this was created in,
     * to whose response headers the warnings of all children that have ended so far are added. The thread that calls it
     * gets its own context back.
     */
    public <T> ActionListener<T> listener(ActionListener<T> listener) {
        return new ActionListener<>() {
            @Override
            public void onResponse(T response) {
                inContextOfCall(() -> listener.onResponse(response));
            }

            @Override
            public void onFailure(Exception e) {
                inContextOfCall(() -> listener.onFailure(e));
            }
        };
    }

    private void inContextOfCall(Runnable answer) {
        warnings.addAll(context.getResponseHeaders().getOrDefault(WARNING, List.of()));
        try (ThreadContext.StoredContext ofThread = ofCall.get()) {
            assert ofThread != null;
            warnings.forEach(warning -> context.addResponseHeader(WARNING, warning));
            answer.run();
        }
    }
}
