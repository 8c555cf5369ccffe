/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.classify;

import static org.opensearch.rest.RestRequest.Method.DELETE;
import static org.opensearch.rest.RestRequest.Method.GET;
import static org.opensearch.rest.RestRequest.Method.HEAD;
import static org.opensearch.rest.RestRequest.Method.PUT;

import io.latentfacets.model.definition.ClassifierDefinition;
import io.latentfacets.model.store.ClassifierStore;
import io.latentfacets.rest.RestBody;
import io.latentfacets.rest.RestFlags;
import io.latentfacets.rest.WaitingCalls;
import io.latentfacets.strict.StrictMap;
import java.io.IOException;
import java.util.List;
import org.opensearch.action.support.clustermanager.AcknowledgedResponse;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.rest.BaseRestHandler;
import org.opensearch.rest.BytesRestResponse;
import org.opensearch.rest.RestChannel;
import org.opensearch.rest.RestRequest;
import org.opensearch.rest.RestResponse;
import org.opensearch.rest.action.RestActionListener;
import org.opensearch.rest.action.RestToXContentListener;
import org.opensearch.tasks.Task;
import org.opensearch.tasks.TaskListener;
import org.opensearch.transport.client.node.NodeClient;

/**
 * {@code /_plugins/_latent/models/{model}/_classifiers[/{classifier}]}: trains, shows and deletes classifiers. A
 * training answers once it has begun or, with {@code wait_for_completion}, once it has ended.
 */
public final class RestClassifiersAction extends BaseRestHandler {

    private static final String ALL = "/_plugins/_latent/models/{model}/_classifiers";
    private static final String ONE = ALL + "/{classifier}";

    @Override
    public String getName() {
        return "latent_classifiers_action";
    }

    @Override
    public List<Route> routes() {
        return List.of(
                new Route(GET, ALL),
                new Route(HEAD, ALL),
                new Route(GET, ONE),
                new Route(HEAD, ONE),
                new Route(PUT, ONE),
                new Route(DELETE, ONE));
    }

    @Override
    protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client) throws IOException {
        String model = request.param("model");
        String classifier = request.param("classifier");
        return switch (request.method()) {
            case PUT -> train(model, classifier, request, client);
            case DELETE -> delete(model, classifier, client);
            default ->
                channel -> client.execute(
                        GetClassifiersAction.INSTANCE,
                        new ClassifierRequest(model, classifier),
                        new RestToXContentListener<>(channel));
        };
    }

    private static RestChannelConsumer train(String model, String classifier, RestRequest request, NodeClient client)
            throws IOException {
        ClassifierStore.validate(classifier);
        boolean wait = RestFlags.flag(request, "wait_for_completion");
        NamedXContentRegistry queries = request.getXContentRegistry();
        StrictMap body = RestBody.read(request);
        TrainClassifierRequest train =
                TrainClassifierRequest.of(model, classifier, ClassifierDefinition.parse(body, queries), !wait);
        return wait
                ? channel -> client.execute(TrainClassifierAction.INSTANCE, train, WaitingCalls.answer(channel))
                : channel -> start(train, client, channel);
    }

    private static void start(TrainClassifierRequest train, NodeClient client, RestChannel channel) {
        // If the task fails before `begun` fires, pass the failure on. The result itself is read via `_tasks`.
        TaskListener<ClassifierResponse> end = new TaskListener<>() {
            @Override
            public void onResponse(Task ended, ClassifierResponse response) {}

            @Override
            public void onFailure(Task ended, Exception e) {
                ((ClassifierTask) ended).begun().onFailure(e);
            }
        };
        ClassifierTask task = (ClassifierTask) client.executeLocally(TrainClassifierAction.INSTANCE, train, end);
        String id = client.getLocalNodeId() + ":" + task.getId();
        task.begun()
                .whenComplete(
                        begun -> channel.sendResponse(begun(channel, train, id)),
                        new RestActionListener<Void>(channel) {
                            @Override
                            protected void processResponse(Void response) {}
                        }::onFailure);
    }

    private static BytesRestResponse begun(RestChannel channel, TrainClassifierRequest train, String task)
            throws IOException {
        try (XContentBuilder builder = channel.newBuilder()) {
            builder.startObject()
                    .field("model", train.model())
                    .field("classifier", train.classifier())
                    .field("task", task)
                    .endObject();
            return new BytesRestResponse(RestStatus.OK, builder);
        }
    }

    private static RestChannelConsumer delete(String model, String classifier, NodeClient client) {
        return channel -> client.execute(
                DeleteClassifierAction.INSTANCE,
                new ClassifierRequest(model, classifier),
                new RestToXContentListener<AcknowledgedResponse>(channel) {
                    @Override
                    public RestResponse buildResponse(AcknowledgedResponse response, XContentBuilder builder)
                            throws Exception {
                        builder.startObject()
                                .field("acknowledged", response.isAcknowledged())
                                .field("model", model)
                                .field("classifier", classifier)
                                .endObject();
                        return new BytesRestResponse(RestStatus.OK, builder);
                    }
                });
    }
}
