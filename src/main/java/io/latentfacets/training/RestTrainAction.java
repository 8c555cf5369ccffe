/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import static org.opensearch.rest.RestRequest.Method.POST;

import io.latentfacets.rest.RestBody;
import io.latentfacets.rest.RestFlags;
import io.latentfacets.rest.WaitingCalls;
import java.io.IOException;
import java.util.List;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.rest.BaseRestHandler;
import org.opensearch.rest.BytesRestResponse;
import org.opensearch.rest.RestChannel;
import org.opensearch.rest.RestRequest;
import org.opensearch.rest.action.RestActionListener;
import org.opensearch.tasks.Task;
import org.opensearch.tasks.TaskListener;
import org.opensearch.transport.client.node.NodeClient;

/**
 * {@code POST /_plugins/_latent/models/{model}/_train}. Answers once the training has begun or, with
 * {@code wait_for_completion}, once it has ended.
 */
public final class RestTrainAction extends BaseRestHandler {

    @Override
    public String getName() {
        return "latent_train_action";
    }

    @Override
    public List<Route> routes() {
        return List.of(new Route(POST, "/_plugins/_latent/models/{model}/_train"));
    }

    @Override
    protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client) throws IOException {
        TrainRequest train = new TrainRequest(request.param("model"));
        boolean wait = RestFlags.flag(request, "wait_for_completion");
        train.parse(RestBody.read(request));
        if (wait) {
            return channel -> client.executeLocally(TrainAction.INSTANCE, train, WaitingCalls.answer(channel));
        }
        train.storeTaskResult(true);
        return channel -> start(train, client, channel);
    }

    private static void start(TrainRequest train, NodeClient client, RestChannel channel) {
        // If the task fails before `begun` fires, pass the failure on. The result itself is read via `_tasks`.
        TaskListener<TrainResponse> end = new TaskListener<>() {
            @Override
            public void onResponse(Task ended, TrainResponse response) {}

            @Override
            public void onFailure(Task ended, Exception e) {
                ((CoordinatorTask) ended).begun().onFailure(e);
            }
        };
        CoordinatorTask task = (CoordinatorTask) client.executeLocally(TrainAction.INSTANCE, train, end);
        String id = client.getLocalNodeId() + ":" + task.getId();
        task.begun()
                .whenComplete(
                        generation -> channel.sendResponse(begun(channel, train.model(), id, generation)),
                        new FailureToChannel(channel)::onFailure);
    }

    private static BytesRestResponse begun(RestChannel channel, String model, String task, int generation)
            throws IOException {
        try (XContentBuilder builder = channel.newBuilder()) {
            builder.startObject()
                    .field("model", model)
                    .field("task", task)
                    .field("generation", generation)
                    .endObject();
            return new BytesRestResponse(RestStatus.OK, builder);
        }
    }

    /** Sends an error the way core does. */
    private static final class FailureToChannel extends RestActionListener<Void> {
        private FailureToChannel(RestChannel channel) {
            super(channel);
        }

        @Override
        protected void processResponse(Void response) {}
    }
}
