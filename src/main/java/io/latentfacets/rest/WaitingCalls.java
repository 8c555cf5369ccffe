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

/** Answers to calls that may have waited for a task. */
public final class WaitingCalls {

    private WaitingCalls() {}

    /**
     * Sends the response to {@code channel}. That somebody cancelled the task meanwhile is a 409 and no fault of the
     * server, as which core would report its exception, which has no status of its own.
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
