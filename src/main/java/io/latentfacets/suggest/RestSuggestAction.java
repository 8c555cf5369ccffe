/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.suggest;

import static org.opensearch.rest.RestRequest.Method.GET;
import static org.opensearch.rest.RestRequest.Method.POST;

import io.latentfacets.async.Listeners;
import io.latentfacets.rest.RestBody;
import io.latentfacets.rest.RestFlags;
import io.latentfacets.rest.WaitingCalls;
import io.latentfacets.strict.StrictMap;
import java.io.IOException;
import java.util.List;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.rest.BaseRestHandler;
import org.opensearch.rest.BytesRestResponse;
import org.opensearch.rest.RestChannel;
import org.opensearch.rest.RestRequest;
import org.opensearch.rest.action.RestCancellableNodeClient;
import org.opensearch.tasks.Task;
import org.opensearch.transport.client.node.NodeClient;

/**
 * {@code GET|POST …/clusters/{key}/_prompt}, {@code POST …/clusters/_suggest_labels}, {@code …/clusters/_accept_labels}
 * and {@code …/clusters/_dismiss_labels}. Cancelled if the client disconnects, except for {@code _suggest_labels} with
 * {@code wait_for_completion=false}.
 */
public final class RestSuggestAction extends BaseRestHandler {

    private static final String ALL = "/_plugins/_latent/models/{model}/clusters";
    private static final String PROMPT = ALL + "/{key}/_prompt";
    private static final String SUGGEST = ALL + "/_suggest_labels";
    private static final String ACCEPT = ALL + "/_accept_labels";
    private static final String DISMISS = ALL + "/_dismiss_labels";

    @Override
    public String getName() {
        return "latent_suggest_action";
    }

    @Override
    public List<Route> routes() {
        return List.of(
                new Route(GET, PROMPT),
                new Route(POST, PROMPT),
                new Route(POST, SUGGEST),
                new Route(POST, ACCEPT),
                new Route(POST, DISMISS));
    }

    @Override
    protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client) throws IOException {
        String model = request.param("model");
        StrictMap body = RestBody.read(request);
        if (request.path().endsWith("/_prompt")) {
            PromptRequest prompt = PromptRequest.of(model, request.param("key"), body);
            return channel -> new RestCancellableNodeClient(client, request.getHttpChannel())
                    .execute(PromptAction.INSTANCE, prompt, WaitingCalls.answer(channel));
        }
        if (request.path().endsWith("/_suggest_labels")) {
            SuggestRequest suggest = SuggestRequest.of(model, body);
            if (!RestFlags.flag(request, "wait_for_completion", true)) {
                return channel -> start(suggest.storeResult(), client, channel);
            }
            return channel -> new RestCancellableNodeClient(client, request.getHttpChannel())
                    .execute(SuggestAction.INSTANCE, suggest, WaitingCalls.answer(channel));
        }
        SettleRequest settle = SettleRequest.of(request.path().endsWith("/_accept_labels"), model, body);
        return channel -> new RestCancellableNodeClient(client, request.getHttpChannel())
                .execute(SettleAction.INSTANCE, settle, WaitingCalls.answer(channel));
    }

    /** Starts a task that outlives the connection, and whose result {@code GET _tasks} keeps, failures too. */
    private static void start(SuggestRequest suggest, NodeClient client, RestChannel channel) throws IOException {
        Task task = client.executeLocally(SuggestAction.INSTANCE, suggest, Listeners.either(end -> {}, e -> {}));
        try (XContentBuilder builder = channel.newBuilder()) {
            builder.startObject()
                    .field("model", suggest.model())
                    .field("task", new TaskId(client.getLocalNodeId(), task.getId()).toString())
                    .endObject();
            channel.sendResponse(new BytesRestResponse(RestStatus.OK, builder));
        }
    }
}
