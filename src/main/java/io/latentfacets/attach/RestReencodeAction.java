/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.attach;

import static org.opensearch.rest.RestRequest.Method.POST;

import io.latentfacets.rest.RestFlags;
import io.latentfacets.rest.WaitingCalls;
import java.util.List;
import org.opensearch.rest.BaseRestHandler;
import org.opensearch.rest.RestRequest;
import org.opensearch.transport.client.node.NodeClient;

/** {@code POST /_plugins/_latent/models/{model}/_reencode}. */
public final class RestReencodeAction extends BaseRestHandler {

    @Override
    public String getName() {
        return "latent_reencode_action";
    }

    @Override
    public List<Route> routes() {
        return List.of(new Route(POST, "/_plugins/_latent/models/{model}/_reencode"));
    }

    @Override
    protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client) {
        if (request.hasContent()) {
            throw new IllegalArgumentException("[_reencode] takes no body");
        }
        ReencodeAction.Request reencode =
                new ReencodeAction.Request(request.param("model"), RestFlags.flag(request, "wait_for_completion"));
        return channel -> client.execute(ReencodeAction.INSTANCE, reencode, WaitingCalls.answer(channel));
    }
}
