/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.manage;

import java.security.Principal;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.opensearch.OpenSearchSecurityException;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.IndicesRequest;
import org.opensearch.action.RealtimeRequest;
import org.opensearch.action.bulk.BulkAction;
import org.opensearch.action.support.ActionFilter;
import org.opensearch.action.support.ActionFilterChain;
import org.opensearch.action.support.ActionRequestMetadata;
import org.opensearch.common.CheckedRunnable;
import org.opensearch.common.util.concurrent.ThreadContext;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.identity.NamedPrincipal;
import org.opensearch.identity.PluginSubject;
import org.opensearch.tasks.Task;
import org.opensearch.threadpool.ThreadPool;

/**
 * The identity of a plugin as the security plugin grants it to one that asks for nothing more, for tests in one JVM:
 * actions on the plugin's own system index, {@code _bulk}, and internal actions. Reads by id of the system index lose
 * their real time, whoever asks. SecurityIT runs the real one. Thread-safe.
 */
public final class SecuredSubject implements PluginSubject, ActionFilter {

    private static final String MARK = "latent.test.plugin";
    /** Actions that the security plugin counts among those on the cluster, though their names begin with indices. */
    private static final List<String> CLUSTER = List.of(
            "cluster:",
            "indices:admin/template/",
            "indices:admin/index_template/",
            "indices:data/read/scroll",
            "indices:data/read/mget",
            "indices:data/read/msearch",
            "indices:data/read/mtv",
            "indices:data/write/reindex");

    private final ThreadPool threadPool;
    private final String systemIndex;
    private final AtomicReference<String> failing;
    private final AtomicReference<BiConsumer<String, ActionRequest>> before;

    /**
     * A subject.
     *
     * @param systemIndex the plugin's own index
     * @param failing holds the name of an action that fails when the plugin runs it, or null
     */
    public SecuredSubject(ThreadPool threadPool, String systemIndex, AtomicReference<String> failing) {
        this(threadPool, systemIndex, failing, new AtomicReference<>());
    }

    /**
     * A subject.
     *
     * @param systemIndex the plugin's own index
     * @param failing holds the name of an action that fails when the plugin runs it, or null
     * @param before holds what is called before each action that the plugin runs, on the plugin's thread, or null
     */
    public SecuredSubject(
            ThreadPool threadPool,
            String systemIndex,
            AtomicReference<String> failing,
            AtomicReference<BiConsumer<String, ActionRequest>> before) {
        this.threadPool = threadPool;
        this.systemIndex = systemIndex;
        this.failing = failing;
        this.before = before;
    }

    @Override
    public Principal getPrincipal() {
        return new NamedPrincipal("plugin:test");
    }

    @Override
    public <E extends Exception> void runAs(CheckedRunnable<E> work) throws E {
        ThreadContext context = threadPool.getThreadContext();
        try (ThreadContext.StoredContext stashed = context.stashContext()) {
            assert stashed != null;
            context.putTransient(MARK, true);
            work.run();
        }
    }

    @Override
    public int order() {
        return Integer.MIN_VALUE;
    }

    @Override
    public <Q extends ActionRequest, R extends ActionResponse> void apply(
            Task task,
            String action,
            Q request,
            ActionRequestMetadata<Q, R> metadata,
            ActionListener<R> listener,
            ActionFilterChain<Q, R> chain) {
        boolean plugin = threadPool.getThreadContext().getTransient(MARK) != null;
        BiConsumer<String, ActionRequest> called = before.get();
        if (plugin && called != null) {
            called.accept(action, request);
        }
        if (plugin && action.equals(failing.get())) {
            listener.onFailure(new IllegalStateException("[" + action + "] fails in this test"));
            return;
        }
        if (plugin && !allowed(action, request)) {
            listener.onFailure(new OpenSearchSecurityException(
                    "no permissions for [" + action + "] and User [name=plugin:test]", RestStatus.FORBIDDEN));
            return;
        }
        if (request instanceof RealtimeRequest realtime && isOurs(request)) {
            realtime.realtime(false);
        }
        chain.proceed(task, action, request, listener);
    }

    private boolean allowed(String action, ActionRequest request) {
        if (action.equals(BulkAction.NAME) || action.startsWith("internal:")) {
            return true;
        }
        return CLUSTER.stream().noneMatch(action::startsWith) && isOurs(request);
    }

    private boolean isOurs(ActionRequest request) {
        return request instanceof IndicesRequest indices
                && indices.indices() != null
                && indices.indices().length > 0
                && Arrays.stream(indices.indices()).allMatch(systemIndex::equals);
    }
}
