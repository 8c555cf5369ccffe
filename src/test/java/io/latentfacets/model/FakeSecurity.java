/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model;

import java.util.List;
import org.opensearch.OpenSearchSecurityException;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.IndicesRequest;
import org.opensearch.action.fieldcaps.FieldCapabilitiesAction;
import org.opensearch.action.search.SearchAction;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.support.ActionFilter;
import org.opensearch.action.support.ActionFilterChain;
import org.opensearch.action.support.ActionRequestMetadata;
import org.opensearch.common.util.concurrent.ThreadContext;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.index.query.QueryBuilders;
import org.opensearch.tasks.Task;
import org.opensearch.threadpool.ThreadPool;

/**
 * Does what the security plugin does with searches, for tests: a user may read the indices that his roles are named
 * after. The role {@code only:field=value} hides all other documents, and the role {@code not:action} denies an action.
 * Threads without a user may do everything.
 */
public final class FakeSecurity implements ActionFilter {

    private static final String INJECTED = "opendistro_security_injected_roles";
    private static final String DLS = "only:";
    private static final String NOT = "not:";

    private final ThreadPool threadPool;

    public FakeSecurity(ThreadPool threadPool) {
        this.threadPool = threadPool;
    }

    /** Logs a user in on this thread until the result is closed. */
    public static ThreadContext.StoredContext login(ThreadPool threadPool, String name, String... roles) {
        ThreadContext context = threadPool.getThreadContext();
        ThreadContext.StoredContext before = context.stashContext();
        context.putTransient(Definer.USER_INFO, name + "||" + String.join(",", roles) + "|");
        return before;
    }

    @Override
    public int order() {
        return 0;
    }

    @Override
    public <Request extends ActionRequest, Response extends ActionResponse> void apply(
            Task task,
            String action,
            Request request,
            ActionRequestMetadata<Request, Response> metadata,
            ActionListener<Response> listener,
            ActionFilterChain<Request, Response> chain) {
        Definer user = user();
        if (user != null && user.roles().contains(NOT + action)) {
            listener.onFailure(denied(action, user));
            return;
        }
        boolean reads = action.equals(SearchAction.NAME) || action.equals(FieldCapabilitiesAction.NAME);
        if (user != null && reads) {
            for (String index : ((IndicesRequest) request).indices()) {
                if (!user.roles().contains(index)) {
                    listener.onFailure(denied(action, user));
                    return;
                }
            }
            if (request instanceof SearchRequest search) {
                user.roles().stream().filter(role -> role.startsWith(DLS)).forEach(role -> {
                    String[] rule = role.substring(DLS.length()).split("=", -1);
                    search.source(search.source()
                            .shallowCopy()
                            .query(QueryBuilders.boolQuery()
                                    .filter(search.source().query())
                                    .filter(QueryBuilders.termQuery(rule[0], rule[1]))));
                });
            }
        }
        chain.proceed(task, action, request, listener);
    }

    private static OpenSearchSecurityException denied(String action, Definer user) {
        return new OpenSearchSecurityException(
                "no permissions for [" + action + "] and [" + user.name() + "]", RestStatus.FORBIDDEN);
    }

    private Definer user() {
        String injected = threadPool.getThreadContext().getTransient(INJECTED);
        if (injected == null) {
            return Definer.of(threadPool.getThreadContext());
        }
        String[] parts = injected.split("\\|", -1);
        return new Definer(parts[0], List.of(parts[1].split(",")));
    }
}
