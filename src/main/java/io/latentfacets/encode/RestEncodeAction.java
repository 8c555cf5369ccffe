/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.encode;

import static org.opensearch.rest.RestRequest.Method.POST;

import io.latentfacets.rest.RestBody;
import java.io.IOException;
import java.util.List;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.core.xcontent.ToXContent;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.rest.BaseRestHandler;
import org.opensearch.rest.BytesRestResponse;
import org.opensearch.rest.RestRequest;
import org.opensearch.rest.RestResponse;
import org.opensearch.rest.action.RestBuilderListener;
import org.opensearch.rest.action.RestCancellableNodeClient;
import org.opensearch.transport.client.node.NodeClient;

/** {@code POST /_plugins/_latent/models/{model}/_encode}. The work ends when the client disconnects. */
public final class RestEncodeAction extends BaseRestHandler {

    @Override
    public String getName() {
        return "latent_encode_action";
    }

    @Override
    public List<Route> routes() {
        return List.of(new Route(POST, "/_plugins/_latent/models/{model}/_encode"));
    }

    @Override
    protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client) throws IOException {
        EncodeAction.Request encode = new EncodeAction.Request(request.param("model"));
        encode.parse(RestBody.read(request));
        return channel -> new RestCancellableNodeClient(client, request.getHttpChannel())
                .execute(EncodeAction.INSTANCE, encode, new RestBuilderListener<>(channel) {
                    @Override
                    public RestResponse buildResponse(EncodeAction.Response response, XContentBuilder builder)
                            throws Exception {
                        response.toXContent(builder, ToXContent.EMPTY_PARAMS);
                        builder.close();
                        return new BytesRestResponse(RestStatus.OK, builder);
                    }
                });
    }
}
