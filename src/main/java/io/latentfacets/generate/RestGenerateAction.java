/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.generate;

import static org.opensearch.rest.RestRequest.Method.POST;

import io.latentfacets.rest.RestBody;
import io.latentfacets.rest.WaitingCalls;
import java.io.IOException;
import java.util.List;
import org.opensearch.rest.BaseRestHandler;
import org.opensearch.rest.RestRequest;
import org.opensearch.rest.action.RestCancellableNodeClient;
import org.opensearch.transport.client.node.NodeClient;

/** {@code POST /_plugins/_latent/models/{model}/_generate}. It is cancelled if the client disconnects. */
public final class RestGenerateAction extends BaseRestHandler {

    @Override
    public String getName() {
        return "latent_generate_action";
    }

    @Override
    public List<Route> routes() {
        return List.of(new Route(POST, "/_plugins/_latent/models/{model}/_generate"));
    }

    @Override
    protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client) throws IOException {
        GenerateRequest generate = new GenerateRequest(request.param("model"), RestBody.read(request));
        return channel -> new RestCancellableNodeClient(client, request.getHttpChannel())
                .execute(GenerateAction.INSTANCE, generate, WaitingCalls.answer(channel));
    }
}
