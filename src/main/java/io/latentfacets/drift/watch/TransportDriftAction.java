/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.drift.watch;

import io.latentfacets.async.Listeners;
import io.latentfacets.drift.DriftReport;
import io.latentfacets.model.store.ModelStore;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.HandledTransportAction;
import org.opensearch.common.inject.Inject;
import org.opensearch.core.action.ActionListener;
import org.opensearch.tasks.Task;
import org.opensearch.transport.TransportService;
import org.opensearch.transport.client.node.NodeClient;

/** Reports on a model, with the examples that the caller may read. */
public final class TransportDriftAction extends HandledTransportAction<DriftAction.Request, DriftAction.Response> {

    private final ModelStore store;
    private final DriftService service;
    private final ReadableExamples examples;

    @Inject
    public TransportDriftAction(
            TransportService transportService,
            ActionFilters filters,
            ModelStore store,
            DriftService service,
            NodeClient client) {
        super(DriftAction.NAME, transportService, filters, DriftAction.Request::new);
        this.store = store;
        this.service = service;
        this.examples = new ReadableExamples(client);
    }

    @Override
    protected void doExecute(Task task, DriftAction.Request request, ActionListener<DriftAction.Response> listener) {
        store.get(
                request.model,
                Listeners.andThen(
                        listener,
                        (next, model) -> service.report(
                                request.model,
                                Listeners.andThen(
                                        next,
                                        (to, report) -> examples.leave(
                                                model.definition(),
                                                report,
                                                ActionListener.map(
                                                        to,
                                                        shown -> response(request.model, model.active(), shown)))))));
    }

    private static DriftAction.Response response(String model, int generation, DriftReport report) {
        return new DriftAction.Response(model, generation, report);
    }
}
