/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.rest;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.opensearch.common.util.concurrent.ThreadContext;
import org.opensearch.core.action.ActionListener;

/**
 * The child requests of one call. The call's response takes only the warnings from the children's response headers.
 *
 * <p>Core passes response headers from a child request up to its parent. With {@code task_resource_tracking}, which is
 * on by default, every search adds a {@code TASK_RESOURCE_USAGE} header. A request that reads many pages, such as an
 * update-by-query, would return one header per page. HTTP clients refuse such a response: Python's {@code http.client}
 * accepts 100 headers, Node.js 16 kB.
 *
 * <p>Children run in the call's thread context, and so as the call's user; this class never changes what a child sees.
 * Create one instance per call, on the call's thread. Thread-safe afterwards.
 */
public final class ChildCalls {

    private static final String WARNING = "Warning";

    private final ThreadContext context;
    private final Supplier<ThreadContext.StoredContext> ofCall;
    private final Set<String> warnings = ConcurrentHashMap.newKeySet();

    /** @param context the node's thread context; listeners later run with its current content */
    public ChildCalls(ThreadContext context) {
        this.context = context;
        // false: do not take over the response headers of the thread that answers
        this.ofCall = context.newRestorableContext(false);
    }

    /**
     * Wraps the listener of a child request. The wrapper passes on the response or failure in the thread context that
     * this object was created in, and adds the warnings of all children that have ended so far to its response headers.
     * The calling thread gets its own context back.
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
