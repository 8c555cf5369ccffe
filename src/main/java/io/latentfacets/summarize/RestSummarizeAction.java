/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.summarize;

import static org.opensearch.rest.RestRequest.Method.POST;

import io.latentfacets.rest.RestBody;
import io.latentfacets.rest.WaitingCalls;
import java.io.IOException;
import java.util.List;
import org.opensearch.rest.BaseRestHandler;
import org.opensearch.rest.RestRequest;
import org.opensearch.rest.action.RestCancellableNodeClient;
import org.opensearch.transport.client.node.NodeClient;

/** {@code POST /_plugins/_latent/models/{model}/_summarize}. It is cancelled if the client disconnects. */
public final class RestSummarizeAction extends BaseRestHandler {

    @Override
    public String getName() {
        return "latent_summarize_action";
    }

    @Override
    public List<Route> routes() {
        return List.of(new Route(POST, "/_plugins/_latent/models/{model}/_summarize"));
    }

    @Override
    protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client) throws IOException {
        SummarizeRequest summarize = new SummarizeRequest(request.param("model"), RestBody.read(request));
        return channel -> new RestCancellableNodeClient(client, request.getHttpChannel())
                .execute(SummarizeAction.INSTANCE, summarize, WaitingCalls.answer(channel));
    }
}
