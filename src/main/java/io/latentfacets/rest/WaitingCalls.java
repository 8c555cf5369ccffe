/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.rest;

import org.opensearch.ExceptionsHelper;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.core.tasks.TaskCancelledException;
import org.opensearch.core.xcontent.ToXContentObject;
import org.opensearch.rest.RestChannel;
import org.opensearch.rest.action.RestToXContentListener;

/** Responses to calls that may wait for a task. */
public final class WaitingCalls {

    private WaitingCalls() {}

    /**
     * Returns a listener that sends the response to {@code channel}. If somebody cancels the task, the response is a
     * 409. Core would report a server error, because its exception has no status.
     */
    public static <T extends ToXContentObject> ActionListener<T> answer(RestChannel channel) {
        return ActionListener.delegateResponse(
                new RestToXContentListener<>(channel),
                (to, e) -> to.onFailure(
                        ExceptionsHelper.unwrapCause(e) instanceof TaskCancelledException
                                ? new OpenSearchStatusException(e.getMessage(), RestStatus.CONFLICT, e)
                                : e));
    }
}
