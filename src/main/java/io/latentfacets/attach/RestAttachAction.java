/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.attach;

import static org.opensearch.rest.RestRequest.Method.POST;

import io.latentfacets.rest.RestBody;
import io.latentfacets.rest.RestFlags;
import io.latentfacets.rest.WaitingCalls;
import java.io.IOException;
import java.util.List;
import org.opensearch.rest.BaseRestHandler;
import org.opensearch.rest.RestRequest;
import org.opensearch.transport.client.node.NodeClient;

/** {@code POST /_plugins/_latent/models/{model}/_attach}. */
public final class RestAttachAction extends BaseRestHandler {

    @Override
    public String getName() {
        return "latent_attach_action";
    }

    @Override
    public List<Route> routes() {
        return List.of(new Route(POST, "/_plugins/_latent/models/{model}/_attach"));
    }

    @Override
    protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client) throws IOException {
        AttachAction.Request attach =
                new AttachAction.Request(request.param("model"), RestFlags.flag(request, "wait_for_completion"));
        attach.parse(RestBody.read(request));
        return channel -> client.execute(AttachAction.INSTANCE, attach, WaitingCalls.answer(channel));
    }
}
