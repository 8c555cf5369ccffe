/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.refresh;

import static org.opensearch.rest.RestRequest.Method.GET;
import static org.opensearch.rest.RestRequest.Method.HEAD;
import static org.opensearch.rest.RestRequest.Method.POST;

import io.latentfacets.model.ModelNameRequest;
import io.latentfacets.rest.RestBody;
import java.io.IOException;
import java.util.List;
import org.opensearch.action.support.clustermanager.AcknowledgedResponse;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.rest.BaseRestHandler;
import org.opensearch.rest.BytesRestResponse;
import org.opensearch.rest.RestRequest;
import org.opensearch.rest.RestResponse;
import org.opensearch.rest.action.RestBuilderListener;
import org.opensearch.rest.action.RestToXContentListener;
import org.opensearch.transport.client.node.NodeClient;

/** {@code /_plugins/_latent/models/{model}/_refresh[/_pause|/_resume]}: shows, pauses and resumes a schedule. */
public final class RestRefreshAction extends BaseRestHandler {

    private static final String PATH = "/_plugins/_latent/models/{model}/_refresh";
    private static final String PAUSE = PATH + "/_pause";
    private static final String RESUME = PATH + "/_resume";

    @Override
    public String getName() {
        return "latent_refresh_action";
    }

    @Override
    public List<Route> routes() {
        return List.of(new Route(GET, PATH), new Route(HEAD, PATH), new Route(POST, PAUSE), new Route(POST, RESUME));
    }

    @Override
    protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client) throws IOException {
        String model = request.param("model");
        if (request.method() != POST) {
            return channel -> client.execute(
                    GetRefreshAction.INSTANCE, new ModelNameRequest(model), new RestToXContentListener<>(channel));
        }
        RestBody.read(request).noOtherKeys();
        boolean pause = request.path().endsWith("/_pause");
        return channel -> client.execute(
                PauseRefreshAction.INSTANCE,
                new PauseRefreshAction.Request(model, pause),
                new RestBuilderListener<AcknowledgedResponse>(channel) {
                    @Override
                    public RestResponse buildResponse(AcknowledgedResponse response, XContentBuilder builder)
                            throws Exception {
                        builder.startObject()
                                .field("acknowledged", response.isAcknowledged())
                                .field("model", model)
                                .field("paused", pause)
                                .endObject();
                        return new BytesRestResponse(RestStatus.OK, builder);
                    }
                });
    }
}
