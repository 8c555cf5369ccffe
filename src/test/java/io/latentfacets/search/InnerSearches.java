/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.support.ActionFilter;
import org.opensearch.action.support.ActionFilterChain;
import org.opensearch.action.support.ActionRequestMetadata;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.tasks.Task;

/** Holds inner searches until a test releases them, so that the test can act in the meantime. Thread-safe. */
public final class InnerSearches implements ActionFilter {

    /** The point at which inner searches stop. */
    public enum Stop {
        NOWHERE,
        BEFORE,
        AFTER
    }

    /**
     * A stopped search.
     *
     * @param goOn resumes the search on the calling thread
     */
    public record Stopped(Task task, Runnable goOn) {}

    private final BlockingQueue<Stopped> stopped = new LinkedBlockingQueue<>();
    private volatile Stop where = Stop.NOWHERE;

    public void stop(Stop next) {
        where = next;
        stopped.clear();
    }

    /** Waits for the next stopped search; null if there is none within 30 seconds. */
    public Stopped next() throws InterruptedException {
        return stopped.poll(30, TimeUnit.SECONDS);
    }

    @Override
    public int order() {
        return 0;
    }

    @Override
    public <Request extends ActionRequest, Response extends ActionResponse> void apply(
            Task task,
            String action,
            Request request,
            ActionRequestMetadata<Request, Response> metadata,
            ActionListener<Response> listener,
            ActionFilterChain<Request, Response> chain) {
        boolean inner = request instanceof SearchRequest search && "_none".equals(search.pipeline());
        switch (inner ? where : Stop.NOWHERE) {
            case BEFORE -> stopped.add(new Stopped(task, () -> chain.proceed(task, action, request, listener)));
            case AFTER ->
                chain.proceed(
                        task,
                        action,
                        request,
                        ActionListener.delegateFailure(
                                listener,
                                (to, response) -> stopped.add(new Stopped(task, () -> to.onResponse(response)))));
            case NOWHERE -> chain.proceed(task, action, request, listener);
        }
    }
}
