/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.rest;

import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.sameInstance;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.opensearch.action.support.GroupedActionListener;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.util.concurrent.ThreadContext;
import org.opensearch.core.action.ActionListener;
import org.opensearch.tasks.Task;
import org.opensearch.tasks.TaskResourceTrackingService;
import org.opensearch.test.OpenSearchTestCase;

/** The thread context of a call's response does not contain the response headers of the call's children. */
public class ChildCallsTests extends OpenSearchTestCase {

    private static final String USAGE = TaskResourceTrackingService.TASK_RESOURCE_USAGE;

    /** The name under which a security plugin keeps its user, as a request header and as a transient. */
    private static final String USER = "user";

    private static final Object SUBJECT = new Object();

    private final ThreadContext context = new ThreadContext(Settings.EMPTY);

    /** A snapshot of the thread context. */
    private record Seen(
            Map<String, String> request, Object subject, Object persistent, Map<String, List<String>> response) {}

    private Seen look() {
        return new Seen(
                context.getHeaders(),
                context.getTransient(USER),
                context.getPersistent("tenant"),
                context.getResponseHeaders());
    }

    /** Receives the answer and records the thread context of the call. */
    private final class Answer<T> implements ActionListener<T> {
        private final List<Seen> seen = new ArrayList<>();
        private T response;
        private Exception failure;

        @Override
        public void onResponse(T answer) {
            seen.add(look());
            response = answer;
        }

        @Override
        public void onFailure(Exception e) {
            seen.add(look());
            failure = e;
        }
    }

    /** Sets up the thread context of a user's request whose response already has one header. */
    private void requestArrives() {
        context.putHeader(Map.of(USER, "ada", Task.X_OPAQUE_ID, "request-1"));
        context.putTransient(USER, SUBJECT);
        context.putPersistent("tenant", "north");
        context.addResponseHeader("X-Own", "of the call");
    }

    private void assertOfCall(Seen seen, String... warnings) {
        assertThat(seen.request(), equalTo(Map.of(USER, "ada", Task.X_OPAQUE_ID, "request-1")));
        assertThat(seen.subject(), sameInstance(SUBJECT));
        assertThat(seen.persistent(), equalTo("north"));
        assertThat(
                seen.response().keySet(), equalTo(warnings.length == 0 ? Set.of("X-Own") : Set.of("X-Own", "Warning")));
        assertThat(seen.response().get("X-Own"), equalTo(List.of("of the call")));
        assertThat(seen.response().getOrDefault("Warning", List.of()), containsInAnyOrder(warnings));
    }

    /** Ends a child in a context to which many requests have added headers. */
    private void childEnds(Runnable end, String... warnings) {
        try (ThreadContext.StoredContext ofThread = context.stashContext()) {
            assertNotNull(ofThread);
            context.putHeader("of", "the thread");
            for (int page = 0; page < 300; page++) {
                context.addResponseHeader(USAGE, "{\"page\":" + page + "}");
            }
            for (String warning : warnings) {
                context.addResponseHeader("Warning", warning);
            }
            Seen before = look();
            end.run();
            assertThat("the thread has its own context back", look(), equalTo(before));
        }
    }

    public void testAnAnswerHasTheContextOfTheCallAndTheWarningsOfTheChild() {
        requestArrives();
        Answer<String> answer = new Answer<>();
        ActionListener<String> listener = new ChildCalls(context).listener(answer);

        childEnds(() -> listener.onResponse("done"), "this is deprecated", "so is that");

        assertThat(answer.response, equalTo("done"));
        assertOfCall(answer.seen.get(0), "this is deprecated", "so is that");
    }

    public void testAFailureComesInTheContextOfTheCallToo() {
        requestArrives();
        Answer<String> answer = new Answer<>();
        ActionListener<String> listener = new ChildCalls(context).listener(answer);
        Exception failure = new IllegalStateException("no");

        childEnds(() -> listener.onFailure(failure), "this is deprecated");

        assertThat(answer.failure, sameInstance(failure));
        assertOfCall(answer.seen.get(0), "this is deprecated");
    }

    public void testAThreadHasItsContextBackAfterAnAnswerThatCannotBeTaken() {
        requestArrives();
        ActionListener<String> listener = new ChildCalls(context).listener(new ActionListener<>() {
            @Override
            public void onResponse(String response) {
                throw new IllegalStateException("cannot take it");
            }

            @Override
            public void onFailure(Exception e) {
                throw new AssertionError("nothing failed", e);
            }
        });

        childEnds(() -> expectThrows(IllegalStateException.class, () -> listener.onResponse("done")));
    }

    public void testTheLastOfSeveralChildrenBringsTheWarningsOfAll() {
        requestArrives();
        Answer<List<String>> answer = new Answer<>();
        ChildCalls children = new ChildCalls(context);
        ActionListener<String> listener =
                children.listener(new GroupedActionListener<>(ActionListener.map(answer, List::copyOf), 3));

        childEnds(() -> listener.onResponse("one"), "this is deprecated");
        childEnds(() -> listener.onResponse("two"), "this is deprecated", "so is that");
        listener.onResponse("three");

        assertThat(answer.response, containsInAnyOrder("one", "two", "three"));
        assertThat(answer.seen.size(), equalTo(1));
        assertOfCall(answer.seen.get(0), "this is deprecated", "so is that");
    }
}
