/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model.store;

import java.util.function.Supplier;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.ActionType;
import org.opensearch.action.support.ContextPreservingActionListener;
import org.opensearch.action.support.PlainActionFuture;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.common.util.concurrent.ThreadContext;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.identity.PluginSubject;
import org.opensearch.transport.client.Client;

/**
 * The one place where identity is switched: what goes through here runs as the plugin, whoever asked for it; its
 * listeners run as the one who asked. User data never goes through here. Thread-safe.
 */
public final class SystemClient {

    /** Longer than any single request to the system index takes in a cluster that works. */
    private static final TimeValue PATIENCE = TimeValue.timeValueMinutes(2);

    private final Client client;
    private final Supplier<PluginSubject> subject;

    /**
     * @param client the node's client
     * @param subject the plugin's subject, which core assigns after the components are built; may give null until then,
     *     and the thread context is then merely stashed
     */
    public SystemClient(Client client, Supplier<PluginSubject> subject) {
        this.client = client;
        this.subject = subject;
    }

    /** Runs an action as the plugin. */
    public <Q extends ActionRequest, R extends ActionResponse> void execute(
            ActionType<R> action, Q request, ActionListener<R> listener) {
        ThreadContext context = client.threadPool().getThreadContext();
        ActionListener<R> asCaller = ContextPreservingActionListener.wrapPreservingContext(listener, context);
        PluginSubject plugin = subject.get();
        try {
            if (plugin == null) {
                try (ThreadContext.StoredContext stashed = context.stashContext()) {
                    assert stashed != null;
                    client.execute(action, request, asCaller);
                }
            } else {
                plugin.runAs(() -> client.execute(action, request, asCaller));
            }
        } catch (Exception e) {
            listener.onFailure(e);
        }
    }

    /** Runs an action as the plugin and waits for it; not for transport or cluster state threads. */
    public <Q extends ActionRequest, R extends ActionResponse> R call(ActionType<R> action, Q request) {
        PlainActionFuture<R> future = PlainActionFuture.newFuture();
        execute(action, request, future);
        return future.actionGet(PATIENCE);
    }
}
