/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.generations;

import static org.opensearch.rest.RestRequest.Method.DELETE;
import static org.opensearch.rest.RestRequest.Method.GET;
import static org.opensearch.rest.RestRequest.Method.HEAD;

import java.util.List;
import org.opensearch.action.support.clustermanager.AcknowledgedResponse;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.rest.BaseRestHandler;
import org.opensearch.rest.BytesRestResponse;
import org.opensearch.rest.RestRequest;
import org.opensearch.rest.RestResponse;
import org.opensearch.rest.action.RestToXContentListener;
import org.opensearch.transport.client.node.NodeClient;

/** {@code /_plugins/_latent/models/{model}/generations/{generation}}: shows and deletes a generation. */
public final class RestGenerationsAction extends BaseRestHandler {

    private static final String ONE = "/_plugins/_latent/models/{model}/generations/{generation}";

    @Override
    public String getName() {
        return "latent_generations_action";
    }

    @Override
    public List<Route> routes() {
        return List.of(new Route(GET, ONE), new Route(HEAD, ONE), new Route(DELETE, ONE));
    }

    @Override
    protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client) {
        String model = request.param("model");
        int number = number(request.param("generation"));
        GenerationRequest one = new GenerationRequest(model, number);
        if (request.method() != DELETE) {
            return channel -> client.execute(GetGenerationAction.INSTANCE, one, new RestToXContentListener<>(channel));
        }
        return channel -> client.execute(
                DeleteGenerationAction.INSTANCE, one, new RestToXContentListener<AcknowledgedResponse>(channel) {
                    @Override
                    public RestResponse buildResponse(AcknowledgedResponse response, XContentBuilder builder)
                            throws Exception {
                        builder.startObject()
                                .field("acknowledged", response.isAcknowledged())
                                .field("model", model)
                                .field("generation", number)
                                .endObject();
                        return new BytesRestResponse(RestStatus.OK, builder);
                    }
                });
    }

    private static int number(String text) {
        int number;
        try {
            number = Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("[generation] must be a whole number of at least 1: " + text, e);
        }
        if (number < 1) {
            throw new IllegalArgumentException("[generation] must be a whole number of at least 1: " + text);
        }
        return number;
    }
}
