/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.refresh;

import io.latentfacets.async.Listeners;
import io.latentfacets.model.ModelNameRequest;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.HandledTransportAction;
import org.opensearch.common.inject.Inject;
import org.opensearch.core.action.ActionListener;
import org.opensearch.tasks.Task;
import org.opensearch.transport.TransportService;

/** Reads the definition from the store and the schedule from the cluster state. */
public final class TransportGetRefreshAction
        extends HandledTransportAction<ModelNameRequest, GetRefreshAction.Response> {

    private final RefreshService schedules;

    @Inject
    public TransportGetRefreshAction(
            TransportService transportService, ActionFilters filters, RefreshService schedules) {
        super(GetRefreshAction.NAME, transportService, filters, ModelNameRequest::new);
        this.schedules = schedules;
    }

    @Override
    protected void doExecute(Task task, ModelNameRequest request, ActionListener<GetRefreshAction.Response> listener) {
        schedules
                .context()
                .store()
                .get(
                        request.model(),
                        Listeners.andThen(
                                listener,
                                (next, stored) ->
                                        next.onResponse(new GetRefreshAction.Response(schedules.status(stored)))));
    }
}
