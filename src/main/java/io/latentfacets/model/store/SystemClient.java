/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model.store;

import io.latentfacets.model.Definer;
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
 * Runs actions with the plugin's identity, whoever the caller is, or with the rights of a model's definer. It is the
 * only class that switches identity. Its listeners run with the caller's identity. User data never passes through it:
 * for a definer it counts documents and starts the trainings of a schedule, and it counts latents by their encoder.
 * Thread-safe.
 */
public final class SystemClient {

    /**
     * The time limit of {@link #call}; longer than any single request to the system index takes in a healthy cluster.
     */
    private static final TimeValue PATIENCE = TimeValue.timeValueMinutes(2);

    private final Client client;
    private final Supplier<PluginSubject> subject;

    /**
     * A client for the system index.
     *
     * @param client the node's client
     * @param subject supplies the plugin's subject, which core assigns after it has built the components; may return
     *     null before that, and then actions run in a stashed thread context
     */
    public SystemClient(Client client, Supplier<PluginSubject> subject) {
        this.client = client;
        this.subject = subject;
    }

    /** Runs an action as the plugin; the listener runs as the caller. */
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

    /**
     * Runs an action with the rights that a definer had, if the security plugin is there, else with all rights; the
     * listener runs as the caller.
     *
     * @param definer the definer; null if there are no users, or if an administrator's certificate defined the model:
     *     then with all rights
     */
    public <Q extends ActionRequest, R extends ActionResponse> void executeAs(
            Definer definer, ActionType<R> action, Q request, ActionListener<R> listener) {
        ThreadContext context = client.threadPool().getThreadContext();
        ActionListener<R> asCaller = ContextPreservingActionListener.wrapPreservingContext(listener, context);
        try {
            runAs(context, definer, () -> client.execute(action, request, asCaller));
        } catch (RuntimeException e) {
            asCaller.onFailure(e);
        }
    }

    /**
     * Runs work with the rights that a user had, if the security plugin is there, else with all rights. What the work
     * starts on other threads has them too.
     *
     * @param user the user; null for work of the cluster itself, with all rights
     * @throws IllegalArgumentException if no request can be made for the user
     */
    public static void runAs(ThreadContext context, Definer user, Runnable work) {
        try (ThreadContext.StoredContext stashed = context.stashContext()) {
            assert stashed != null;
            if (user != null) {
                user.inject(context);
            }
            work.run();
        }
    }

    /** Runs an action as the plugin and waits for the answer. Not for transport or cluster state threads. */
    public <Q extends ActionRequest, R extends ActionResponse> R call(ActionType<R> action, Q request) {
        PlainActionFuture<R> future = PlainActionFuture.newFuture();
        execute(action, request, future);
        return future.actionGet(PATIENCE);
    }
}
