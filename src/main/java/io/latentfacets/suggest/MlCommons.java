/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.suggest;

import io.latentfacets.async.Listeners;
import io.latentfacets.rest.ChildCalls;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.opensearch.ExceptionsHelper;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.OpenSearchTimeoutException;
import org.opensearch.action.ActionType;
import org.opensearch.action.support.ListenerTimeouts;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.common.xcontent.XContentHelper;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.core.common.bytes.BytesReference;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.core.xcontent.ToXContent;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.TransportService;
import org.opensearch.transport.client.Client;

/**
 * A remote model of the plugin ml-commons, asked through its action for predictions as the user who calls, so the
 * security plugin asks whether he may. No class of ml-commons is used: the request writes its bytes, and the response
 * is read as the JSON of its public API.
 */
final class MlCommons implements LanguageModel {

    static final String ACTION = "cluster:admin/opensearch/ml/predict";

    private static final int MOST_BYTES = 1 << 20;

    private final Client client;
    private final ThreadPool threadPool;
    private final ChildCalls children;
    private final TaskId parent;
    private final String mlModel;
    private final TimeValue patience;
    private final ActionType<ActionResponse> action = new ActionType<>(ACTION, in -> {
        throw new IOException("a response of ml-commons does not come from another node");
    });

    /**
     * @param client runs actions of this node as the caller
     * @param children of the call that asks
     * @param parent the task that asks
     * @param mlModel the id of the model in ml-commons
     * @param patience how long one answer may take
     */
    MlCommons(
            Client client,
            ThreadPool threadPool,
            ChildCalls children,
            TaskId parent,
            String mlModel,
            TimeValue patience) {
        this.client = client;
        this.threadPool = threadPool;
        this.children = children;
        this.parent = parent;
        this.mlModel = mlModel;
        this.patience = patience;
    }

    /** Whether this node has the plugin. */
    static boolean isThere(TransportService transport) {
        return transport.getRequestHandler(ACTION) != null;
    }

    @Override
    public void ask(Prompt prompt, ActionListener<String> listener) {
        Map<String, String> parameters = new HashMap<>();
        parameters.put("messages", prompt.messagesJson());
        parameters.put("prompt", prompt.text());
        parameters.put("system_prompt", prompt.rules());
        parameters.put("user_prompt", prompt.data());
        PredictRequest request = new PredictRequest(mlModel, parameters);
        request.setParentTask(parent);
        ActionListener<ActionResponse> read =
                Listeners.andThen(inTime(listener), (next, response) -> next.onResponse(text(response)));
        client.execute(
                action,
                request,
                ListenerTimeouts.wrapWithTimeout(
                        threadPool, children.listener(read), patience, ThreadPool.Names.GENERIC, mlModel));
    }

    private ActionListener<String> inTime(ActionListener<String> listener) {
        return ActionListener.delegateResponse(
                listener,
                (to, e) -> to.onFailure(
                        ExceptionsHelper.unwrapCause(e) instanceof OpenSearchTimeoutException
                                ? new OpenSearchStatusException(
                                        "no answer of [{}] within [answer_timeout] [{}]",
                                        RestStatus.GATEWAY_TIMEOUT,
                                        e,
                                        mlModel,
                                        patience.getStringRep())
                                : e));
    }

    private String text(ActionResponse response) throws IOException {
        if (!(response instanceof ToXContent shown)) {
            throw new IOException("a response that cannot be read: " + response.getClass());
        }
        BytesReference json = org.opensearch.core.xcontent.XContentHelper.toXContent(
                shown, MediaTypeRegistry.JSON, ToXContent.EMPTY_PARAMS, false);
        if (json.length() > MOST_BYTES) {
            throw bad("has " + json.length() + " bytes, and at most " + MOST_BYTES + " are read");
        }
        Map<String, Object> body =
                XContentHelper.convertToMap(json, false, MediaTypeRegistry.JSON).v2();
        String text = ModelAnswer.text(body);
        if (text == null) {
            throw bad("has no text where chats and completions have it");
        }
        return text;
    }

    private OpenSearchStatusException bad(String what) {
        return new OpenSearchStatusException("the answer of [{}] {}", RestStatus.BAD_GATEWAY, mlModel, what);
    }
}
