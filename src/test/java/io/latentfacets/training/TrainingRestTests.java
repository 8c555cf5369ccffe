/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.latentfacets.attach.AttachAction;
import io.latentfacets.attach.RestAttachAction;
import io.latentfacets.attach.RestReencodeAction;
import io.latentfacets.encode.EncodeAction;
import io.latentfacets.encode.RestEncodeAction;
import io.latentfacets.field.DerivedFields;
import io.latentfacets.model.ModelNameRequest;
import io.latentfacets.training.progress.RestTrainingStatusAction;
import io.latentfacets.wire.PinnedFormat;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.Before;
import org.opensearch.action.ActionRequest;
import org.opensearch.common.util.concurrent.ThreadContext;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.core.common.bytes.BytesArray;
import org.opensearch.core.common.io.stream.NamedWriteableRegistry;
import org.opensearch.rest.BaseRestHandler;
import org.opensearch.rest.RestRequest;
import org.opensearch.test.rest.FakeRestChannel;
import org.opensearch.test.rest.FakeRestRequest;
import org.opensearch.test.rest.RestActionTestCase;

/** The requests that the REST handlers of training accept and refuse, and their responses. */
public class TrainingRestTests extends RestActionTestCase {

    private static final String MODEL = "/_plugins/_latent/models/news/";
    private final AtomicReference<ActionRequest> executed = new AtomicReference<>();

    @Before
    public void handlers() {
        for (BaseRestHandler handler : List.of(
                new RestTrainAction(),
                new RestTrainingStatusAction(),
                new RestReencodeAction(),
                new RestAttachAction(),
                new RestEncodeAction())) {
            controller().registerHandler(handler);
        }
        verifyingClient.setExecuteVerifier((action, request) -> {
            executed.set(request);
            return null;
        });
        verifyingClient.setExecuteLocallyVerifier((action, request) -> {
            executed.set(request);
            return null;
        });
    }

    /**
     * Returns status and body of the answer. They mean nothing for a request that reaches the client, which answers
     * null.
     */
    private String send(RestRequest.Method method, String path, String body, Map<String, String> params)
            throws Exception {
        executed.set(null);
        FakeRestRequest.Builder request = new FakeRestRequest.Builder(xContentRegistry())
                .withMethod(method)
                .withPath(path)
                .withParams(new HashMap<>(params));
        if (body != null) {
            request.withContent(new BytesArray(body), XContentType.JSON);
        }
        FakeRestRequest built = request.build();
        FakeRestChannel channel = new FakeRestChannel(built, true, 1);
        ThreadContext context = verifyingClient.threadPool().getThreadContext();
        ThreadContext.StoredContext before = context.stashContext();
        try {
            controller().dispatchRequest(built, channel, context);
        } finally {
            before.close();
        }
        if (channel.capturedResponse() == null) {
            return "";
        }
        return channel.capturedResponse().status() + " "
                + channel.capturedResponse().content().utf8ToString();
    }

    private void refused(String path, String body, Map<String, String> params, String... says) throws Exception {
        String answer = send(RestRequest.Method.POST, path, body, params);
        assertThat(answer, containsString("BAD_REQUEST"));
        for (String part : says) {
            assertThat(answer, containsString(part));
        }
        assertNull("nothing is executed", executed.get());
    }

    public void testBadRequestsNameWhatIsWrong() throws Exception {
        refused(
                MODEL + "_train",
                "{\"mode\":\"half\"}",
                Map.of(),
                "[mode] must be one of [full, clusters, auto]: \\\"half\\\"");
        refused(MODEL + "_train", "{\"model\":\"x\"}", Map.of(), "unknown key [model]");
        refused(MODEL + "_train", "{\"force\":\"maybe\"}", Map.of(), "[force]");
        refused(MODEL + "_train", null, Map.of("wait", "true"), "unrecognized parameter: [wait]");
        refused(
                MODEL + "_train",
                null,
                Map.of("wait_for_completion", "maybe"),
                "[wait_for_completion] must be true or false: \\\"maybe\\\"");
        refused(MODEL + "_reencode", "{}", Map.of(), "takes no body");
        refused(MODEL + "_attach", null, Map.of(), "[index] is required");
        refused(MODEL + "_attach", "{\"index\":\"y\",\"indices\":\"x\"}", Map.of(), "unknown key [indices]");
        refused(
                MODEL + "_attach",
                "{\"index\":{}}",
                Map.of(),
                "[index] must be a list of 1 to 1000 non-empty strings: {}");
        refused(
                MODEL + "_attach",
                "{\"index\":\"a\",\"by\":\"hand\"}",
                Map.of(),
                "[by] must be [pipeline] or [mapping]");
        refused(MODEL + "_attach", "{\"index\":\"a\",\"cluster_field\":7}", Map.of(), "[cluster_field]");
        refused(
                MODEL + "_attach",
                "{\"index\":\"a\",\"cluster_field\":\"x\",\"knn_field\":\"x.y\"}",
                Map.of(),
                "[knn_field] must be a field of its own, apart from [x]");
        refused(MODEL + "_encode", "{\"docs\":[1]}", Map.of(), "[docs] must be a list of objects: [1]");
        refused(MODEL + "_encode", "{\"docs\":[],\"text\":\"x\"}", Map.of(), "unknown key [text]");
        refused(MODEL + "_encode", null, Map.of(), "[docs] is required");
    }

    public void testRequestsArriveAsTheyWereSent() throws Exception {
        send(RestRequest.Method.POST, MODEL + "_attach", "{\"index\":\"a\"}", Map.of());
        AttachAction.Request attach = (AttachAction.Request) executed.get();
        assertThat(attach.model(), equalTo("news"));
        assertThat(attach.indices(), equalTo(List.of("a")));
        assertFalse(attach.waitForCompletion());
        send(
                RestRequest.Method.POST,
                MODEL + "_attach",
                "{\"index\":[\"a\",\"b\"]}",
                Map.of("wait_for_completion", "true"));
        assertThat(((AttachAction.Request) executed.get()).indices(), equalTo(List.of("a", "b")));
        assertTrue(((AttachAction.Request) executed.get()).waitForCompletion());
        send(
                RestRequest.Method.POST,
                MODEL + "_attach",
                "{\"index\":\"a\",\"by\":\"mapping\",\"cluster_field\":\"topic\",\"knn_field\":\"numbers\"}",
                Map.of());
        assertTrue(((AttachAction.Request) executed.get()).byMapping());
        assertThat(((AttachAction.Request) executed.get()).derived(), equalTo(new DerivedFields("topic", "numbers")));
        PinnedFormat.check(
                "attach.AttachAction.Request",
                (AttachAction.Request) executed.get(),
                AttachAction.Request::new,
                new NamedWriteableRegistry(List.of()));
        send(RestRequest.Method.POST, MODEL + "_encode", "{\"docs\":[{\"a\":{\"b\":1}}],\"explain\":true}", Map.of());
        assertThat(((EncodeAction.Request) executed.get()).docs(), equalTo(List.of(Map.of("a", Map.of("b", 1)))));
        assertTrue(((EncodeAction.Request) executed.get()).explain());
        send(RestRequest.Method.POST, MODEL + "_train", "{\"mode\":\"full\"}", Map.of("wait_for_completion", "true"));
        assertThat(((TrainRequest) executed.get()).mode(), equalTo(TrainMode.FULL));
        assertFalse(((TrainRequest) executed.get()).storeTaskResult());
        send(RestRequest.Method.GET, MODEL + "_training", null, Map.of());
        assertThat(((ModelNameRequest) executed.get()).model(), equalTo("news"));
    }

    public void testRequestsWithoutWhatTheyNeedAreInvalid() {
        assertThat(
                new AttachAction.Request("m", false).validate().getMessage(),
                containsString("[index] must name at least one index"));
        assertThat(
                new EncodeAction.Request("m").validate().getMessage(), containsString("[docs] must have 1 to [1000]"));
    }
}
