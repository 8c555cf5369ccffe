/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.refresh;

import io.latentfacets.async.Listeners;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.HandledTransportAction;
import org.opensearch.action.support.clustermanager.AcknowledgedResponse;
import org.opensearch.common.inject.Inject;
import org.opensearch.core.action.ActionListener;
import org.opensearch.tasks.Task;
import org.opensearch.transport.TransportService;

/** Pauses or resumes the schedule of a model that has one. */
public final class TransportPauseRefreshAction
        extends HandledTransportAction<PauseRefreshAction.Request, AcknowledgedResponse> {

    private static final Logger logger = LogManager.getLogger(TransportPauseRefreshAction.class);

    private final RefreshService schedules;

    @Inject
    public TransportPauseRefreshAction(
            TransportService transportService, ActionFilters filters, RefreshService schedules) {
        super(PauseRefreshAction.NAME, transportService, filters, PauseRefreshAction.Request::new);
        this.schedules = schedules;
    }

    @Override
    protected void doExecute(
            Task task, PauseRefreshAction.Request request, ActionListener<AcknowledgedResponse> listener) {
        RefreshContext context = schedules.context();
        ActionListener<AcknowledgedResponse> done = Listeners.andThen(listener, (next, response) -> {
            logger.info("model [{}]: its schedule is {}", request.model(), request.paused() ? "paused" : "resumed");
            next.onResponse(response);
        });
        context.store().get(request.model(), Listeners.andThen(done, (next, stored) -> {
            if (!stored.definition().scheduled()) {
                throw new IllegalArgumentException("model [" + request.model()
                        + "] has no schedule to pause or resume: its definition must have [refresh.interval],"
                        + " [refresh.on_drift] or [refresh.online]");
            }
            RefreshParams params = RefreshParams.of(stored.definition(), context.now());
            // the change sets up a missing task, so it must not outlive a deletion at the same time
            context.update(
                    UpdateRefreshAction.Request.pause(params, request.paused()),
                    Listeners.andThen(
                            next,
                            (last, response) ->
                                    schedules.confirm(params, ActionListener.map(last, confirmed -> response))));
        }));
    }
}
