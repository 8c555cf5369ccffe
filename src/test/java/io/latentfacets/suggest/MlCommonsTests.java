/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.suggest;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.latentfacets.rest.ChildCalls;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.opensearch.ExceptionsHelper;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.ActionType;
import org.opensearch.action.support.PlainActionFuture;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.common.util.concurrent.ThreadContext;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.core.xcontent.ToXContentObject;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.test.OpenSearchTestCase;
import org.opensearch.test.client.NoOpNodeClient;

/** The plugin ml-commons as a client sees it: an action that answers from a thread of its own. */
public class MlCommonsTests extends OpenSearchTestCase {
    private static final String USER = "_user";
    private static final Prompt PROMPT = new Prompt("Name it.", "The cluster as JSON:\n{}", true);

    /** A response of a class that the plugin does not know. */
    private static final class Foreign extends ActionResponse implements ToXContentObject {
        private final Map<String, Object> data;

        private Foreign(Map<String, Object> data) {
            this.data = data;
        }

        @Override
        public void writeTo(StreamOutput out) {
            throw new AssertionError("it is rendered, and not written");
        }

        @Override
        public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
            return builder.startObject()
                    .startArray("inference_results")
                    .startObject()
                    .startArray("output")
                    .startObject()
                    .field("name", "response")
                    .field("dataAsMap", data)
                    .endObject()
                    .endArray()
                    .endObject()
                    .endArray()
                    .endObject();
        }
    }

    private final AtomicReference<String> asked = new AtomicReference<>();

    /** @param response null for none */
    private NoOpNodeClient client(Foreign response) {
        return new NoOpNodeClient(getTestName()) {
            @Override
            @SuppressWarnings("unchecked") // as core does: types of actions end at their names
            public <Q extends ActionRequest, R extends ActionResponse> void doExecute(
                    ActionType<R> action, Q request, ActionListener<R> listener) {
                ThreadContext context = threadPool().getThreadContext();
                asked.set(action.name() + " for " + request.getParentTask() + " as " + context.getHeader(USER));
                if (response != null) {
                    threadPool().generic().execute(() -> {
                        try (ThreadContext.StoredContext own = context.stashContext()) {
                            assertNotNull(own);
                            listener.onResponse((R) response);
                        }
                    });
                }
            }
        };
    }

    private String ask(NoOpNodeClient client, TimeValue patience) {
        ThreadContext context = client.threadPool().getThreadContext();
        try (ThreadContext.StoredContext before = context.newStoredContext(false)) {
            assertNotNull(before);
            context.putHeader(USER, "kim");
            PlainActionFuture<String> answer = PlainActionFuture.newFuture();
            new MlCommons(client, client.threadPool(), new ChildCalls(context), new TaskId("node", 7), "llm", patience)
                    .ask(PROMPT, ActionListener.map(answer, text -> text + " for " + context.getHeader(USER)));
            return answer.actionGet(20, TimeUnit.SECONDS);
        }
    }

    public void testItIsAskedAsTheCaller() {
        try (NoOpNodeClient client = client(new Foreign(Map.of("response", "Oil")))) {
            assertThat(
                    "the user goes on as himself", ask(client, TimeValue.timeValueSeconds(20)), equalTo("Oil for kim"));
            assertThat(asked.get(), equalTo("cluster:admin/opensearch/ml/predict for node:7 as kim"));
        }
    }

    public void testNoAnswerInTime() {
        try (NoOpNodeClient client = client(null)) {
            Exception e = expectThrows(Exception.class, () -> ask(client, TimeValue.timeValueMillis(50)));
            assertThat(ExceptionsHelper.status(e), equalTo(RestStatus.GATEWAY_TIMEOUT));
            assertThat(e.getMessage(), containsString("no answer of [llm] within [answer_timeout] [50ms]"));
        }
    }

    public void testAnAnswerThatCannotBeRead() {
        for (Map<String, Object> data :
                List.<Map<String, Object>>of(Map.of("x", 1), Map.of("response", "x".repeat(2_000_000)))) {
            try (NoOpNodeClient client = client(new Foreign(data))) {
                Exception e = expectThrows(Exception.class, () -> ask(client, TimeValue.timeValueSeconds(20)));
                assertThat(ExceptionsHelper.status(e), equalTo(RestStatus.BAD_GATEWAY));
                assertThat(e.getMessage(), containsString("the answer of [llm] has "));
            }
        }
    }
}
