/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.manage;

import static org.opensearch.rest.RestRequest.Method.DELETE;
import static org.opensearch.rest.RestRequest.Method.GET;
import static org.opensearch.rest.RestRequest.Method.HEAD;
import static org.opensearch.rest.RestRequest.Method.POST;
import static org.opensearch.rest.RestRequest.Method.PUT;

import io.latentfacets.model.definition.ModelDefinition;
import io.latentfacets.model.definition.ModelNames;
import io.latentfacets.rest.RestBody;
import io.latentfacets.rest.RestFlags;
import io.latentfacets.strict.StrictMap;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.opensearch.action.support.clustermanager.AcknowledgedResponse;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.core.xcontent.ToXContentObject;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.rest.BaseRestHandler;
import org.opensearch.rest.BytesRestResponse;
import org.opensearch.rest.RestChannel;
import org.opensearch.rest.RestRequest;
import org.opensearch.rest.RestResponse;
import org.opensearch.rest.action.RestBuilderListener;
import org.opensearch.rest.action.RestToXContentListener;
import org.opensearch.transport.client.node.NodeClient;

/** {@code /_plugins/_latent/models[/{model}[/_activate]]}: put, get, delete and activate models. */
public final class RestModelsAction extends BaseRestHandler {

    private static final String ALL = "/_plugins/_latent/models";
    private static final String ONE = ALL + "/{model}";
    private static final String ACTIVATE = ONE + "/_activate";

    private final DefinitionChecks checks;

    public RestModelsAction(DefinitionChecks checks) {
        this.checks = checks;
    }

    @Override
    public String getName() {
        return "latent_models_action";
    }

    @Override
    public List<Route> routes() {
        return List.of(
                new Route(GET, ALL),
                new Route(HEAD, ALL),
                new Route(GET, ONE),
                new Route(HEAD, ONE),
                new Route(PUT, ONE),
                new Route(DELETE, ONE),
                new Route(POST, ACTIVATE));
    }

    @Override
    protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client) throws IOException {
        String model = request.param("model", "*");
        return switch (request.method()) {
            case PUT -> put(model, request, client);
            case DELETE -> delete(model, request, client);
            case POST -> activate(model, request, client);
            default -> get(model, client);
        };
    }

    private RestChannelConsumer put(String model, RestRequest request, NodeClient client) throws IOException {
        ModelNames.validate(model);
        ModelDefinition definition;
        try (XContentParser parser = RestBody.parser(request)) {
            definition = ModelDefinition.parse(model, parser, checks.presets());
        }
        return channel -> client.execute(
                PutModelAction.INSTANCE, new PutModelAction.Request(definition), acknowledged(model, channel));
    }

    private static RestChannelConsumer delete(String model, RestRequest request, NodeClient client) {
        ModelRequest delete = ModelRequest.forced(model, RestFlags.flag(request, "force"));
        return channel -> client.execute(DeleteModelAction.INSTANCE, delete, acknowledged(model, channel));
    }

    private static RestChannelConsumer activate(String model, RestRequest request, NodeClient client)
            throws IOException {
        StrictMap body = RestBody.read(request);
        int generation = body.integer("generation", 1, Integer.MAX_VALUE, 0);
        body.noOtherKeys();
        if (generation == 0) {
            throw new IllegalArgumentException("[generation] must name the generation to activate: nothing");
        }
        ModelRequest activate = ModelRequest.generation(model, generation);
        return channel -> client.execute(
                ActivateModelAction.INSTANCE,
                activate,
                acknowledged(model, Map.of("active_generation", generation), channel));
    }

    private static RestChannelConsumer get(String model, NodeClient client) {
        boolean many = ModelNames.isPattern(model) || model.indexOf(',') >= 0;
        return channel -> client.execute(
                GetModelsAction.INSTANCE,
                ModelRequest.of(model),
                new RestBuilderListener<GetModelsAction.Response>(channel) {
                    @Override
                    public RestResponse buildResponse(GetModelsAction.Response response, XContentBuilder builder)
                            throws Exception {
                        ToXContentObject shown =
                                many ? response : response.models().get(0);
                        return new BytesRestResponse(RestStatus.OK, shown.toXContent(builder, request(channel)));
                    }
                });
    }

    private static RestRequest request(RestChannel channel) {
        return channel.request();
    }

    static RestToXContentListener<AcknowledgedResponse> acknowledged(String model, RestChannel channel) {
        return acknowledged(model, Map.of(), channel);
    }

    /** Answers {@code {"acknowledged": true, "model": …}} with further fields. */
    static RestToXContentListener<AcknowledgedResponse> acknowledged(
            String model, Map<String, Object> more, RestChannel channel) {
        return new RestToXContentListener<>(channel) {
            @Override
            public RestResponse buildResponse(AcknowledgedResponse response, XContentBuilder builder) throws Exception {
                builder.startObject()
                        .field("acknowledged", response.isAcknowledged())
                        .field("model", model);
                for (Map.Entry<String, Object> entry : more.entrySet()) {
                    builder.field(entry.getKey(), entry.getValue());
                }
                return new BytesRestResponse(RestStatus.OK, builder.endObject());
            }
        };
    }
}
