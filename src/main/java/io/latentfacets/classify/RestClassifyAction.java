/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.classify;

import static org.opensearch.rest.RestRequest.Method.POST;

import io.latentfacets.rest.RestBody;
import io.latentfacets.rest.WaitingCalls;
import java.io.IOException;
import java.util.List;
import org.opensearch.rest.BaseRestHandler;
import org.opensearch.rest.RestRequest;
import org.opensearch.rest.action.RestCancellableNodeClient;
import org.opensearch.transport.client.node.NodeClient;

/**
 * {@code POST /_plugins/_latent/models/{model}/_classifiers/{classifier}/_classify}. The work ends when the client
 * disconnects.
 */
public final class RestClassifyAction extends BaseRestHandler {

    @Override
    public String getName() {
        return "latent_classify_action";
    }

    @Override
    public List<Route> routes() {
        return List.of(new Route(POST, "/_plugins/_latent/models/{model}/_classifiers/{classifier}/_classify"));
    }

    @Override
    protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client) throws IOException {
        ClassifyAction.Request classify =
                new ClassifyAction.Request(request.param("model"), request.param("classifier"), RestBody.read(request));
        return channel -> new RestCancellableNodeClient(client, request.getHttpChannel())
                .execute(ClassifyAction.INSTANCE, classify, WaitingCalls.answer(channel));
    }
}
