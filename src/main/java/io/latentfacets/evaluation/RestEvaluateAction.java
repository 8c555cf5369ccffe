/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.evaluation;

import static org.opensearch.rest.RestRequest.Method.POST;

import io.latentfacets.rest.WaitingCalls;
import io.latentfacets.strict.StrictMap;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.rest.BaseRestHandler;
import org.opensearch.rest.RestRequest;
import org.opensearch.rest.action.RestCancellableNodeClient;
import org.opensearch.transport.client.node.NodeClient;

/** {@code POST /_plugins/_latent/models/{model}/_evaluate}. A caller who hangs up ends the evaluation. */
public final class RestEvaluateAction extends BaseRestHandler {

    @Override
    public String getName() {
        return "latent_evaluate_action";
    }

    @Override
    public List<Route> routes() {
        return List.of(new Route(POST, "/_plugins/_latent/models/{model}/_evaluate"));
    }

    @Override
    protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client) throws IOException {
        EvaluateRequest evaluate =
                EvaluateRequest.read(request.param("model"), body(request), request.getXContentRegistry());
        return channel -> new RestCancellableNodeClient(client, request.getHttpChannel())
                .execute(EvaluateAction.INSTANCE, evaluate, WaitingCalls.answer(channel));
    }

    private static StrictMap body(RestRequest request) throws IOException {
        if (request.hasContent() == false) {
            return new StrictMap(Map.of(), "");
        }
        try (XContentParser parser = request.contentParser()) {
            return StrictMap.parse(parser);
        }
    }
}
