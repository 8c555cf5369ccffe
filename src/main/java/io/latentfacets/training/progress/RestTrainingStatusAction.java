/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training.progress;

import static org.opensearch.rest.RestRequest.Method.GET;
import static org.opensearch.rest.RestRequest.Method.HEAD;

import io.latentfacets.model.ModelNameRequest;
import java.util.List;
import org.opensearch.rest.BaseRestHandler;
import org.opensearch.rest.RestRequest;
import org.opensearch.rest.action.RestToXContentListener;
import org.opensearch.transport.client.node.NodeClient;

/** {@code GET /_plugins/_latent/models/{model}/_training}. */
public final class RestTrainingStatusAction extends BaseRestHandler {

    private static final String PATH = "/_plugins/_latent/models/{model}/_training";

    @Override
    public String getName() {
        return "latent_training_status_action";
    }

    @Override
    public List<Route> routes() {
        return List.of(new Route(GET, PATH), new Route(HEAD, PATH));
    }

    @Override
    protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client) {
        ModelNameRequest status = new ModelNameRequest(request.param("model"));
        return channel -> client.execute(TrainingStatusAction.INSTANCE, status, new RestToXContentListener<>(channel));
    }
}
