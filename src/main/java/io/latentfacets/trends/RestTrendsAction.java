/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.trends;

import static org.opensearch.rest.RestRequest.Method.GET;
import static org.opensearch.rest.RestRequest.Method.POST;

import io.latentfacets.rest.RestBody;
import io.latentfacets.strict.StrictMap;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.opensearch.core.tasks.TaskCancelledException;
import org.opensearch.rest.BaseRestHandler;
import org.opensearch.rest.RestRequest;
import org.opensearch.rest.action.RestCancellableNodeClient;
import org.opensearch.rest.action.RestStatusToXContentListener;
import org.opensearch.transport.client.node.NodeClient;

/**
 * {@code GET|POST /_plugins/_latent/models/{model}/_trends}: how the shares of clusters change over a date field. It
 * searches with the caller's permissions, and is cancelled if the client disconnects. The URL takes every option but
 * the query, and goes before the body.
 */
public final class RestTrendsAction extends BaseRestHandler {
    private static final String PATH = "/_plugins/_latent/models/{model}/_trends";

    private final Supplier<TrendServices> services;

    /** @param services supplies the services at each call */
    public RestTrendsAction(Supplier<TrendServices> services) {
        this.services = Objects.requireNonNull(services);
    }

    @Override
    public String getName() {
        return "latent_trends_action";
    }

    @Override
    public List<Route> routes() {
        return List.of(new Route(GET, PATH), new Route(POST, PATH));
    }

    @Override
    protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client) throws IOException {
        String model = request.param("model");
        StrictMap body = RestBody.read(request).with(TrendsRequest.ofParams(request::hasParam, request::param));
        // parsed after core has refused parameters that nobody knows: a misspelt one explains more than a missing one
        return channel -> new TrendsCall(
                        TrendsRequest.parse(model, body),
                        services.get(),
                        new RestCancellableNodeClient(client, request.getHttpChannel()),
                        client.threadPool().getThreadContext(),
                        () -> {
                            if (!request.getHttpChannel().isOpen()) {
                                throw new TaskCancelledException("the client of [_trends] has gone");
                            }
                        })
                .run(new RestStatusToXContentListener<>(channel));
    }
}
