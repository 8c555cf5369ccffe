/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.drift.watch;

import static org.opensearch.rest.RestRequest.Method.GET;
import static org.opensearch.rest.RestRequest.Method.HEAD;

import java.util.List;
import org.opensearch.rest.BaseRestHandler;
import org.opensearch.rest.RestRequest;
import org.opensearch.rest.action.RestToXContentListener;
import org.opensearch.transport.client.node.NodeClient;

/** {@code GET /_plugins/_latent/models/{model}/_drift}. */
public final class RestDriftAction extends BaseRestHandler {

    private static final String PATH = "/_plugins/_latent/models/{model}/_drift";

    @Override
    public String getName() {
        return "latent_drift_action";
    }

    @Override
    public List<Route> routes() {
        return List.of(new Route(GET, PATH), new Route(HEAD, PATH));
    }

    @Override
    protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client) {
        DriftAction.Request drift = new DriftAction.Request(request.param("model"));
        return channel -> client.execute(DriftAction.INSTANCE, drift, new RestToXContentListener<>(channel));
    }
}
