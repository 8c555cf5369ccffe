/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.manage;

import io.latentfacets.async.Listeners;
import io.latentfacets.generations.Retention;
import io.latentfacets.model.store.ModelStore;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.HandledTransportAction;
import org.opensearch.action.support.clustermanager.AcknowledgedResponse;
import org.opensearch.common.inject.Inject;
import org.opensearch.core.action.ActionListener;
import org.opensearch.tasks.Task;
import org.opensearch.transport.TransportService;

/** Moves the pointer of a model to a stored generation, then deletes old generations that have lost their place. */
public final class TransportActivateModelAction extends HandledTransportAction<ModelRequest, AcknowledgedResponse> {

    private final ModelStore store;
    private final Retention retention;

    @Inject
    public TransportActivateModelAction(
            TransportService transportService, ActionFilters filters, ModelStore store, Retention retention) {
        super(ActivateModelAction.NAME, transportService, filters, ModelRequest::new);
        this.store = store;
        this.retention = retention;
    }

    @Override
    protected void doExecute(Task task, ModelRequest request, ActionListener<AcknowledgedResponse> listener) {
        store.activate(
                request.model(),
                request.generation(),
                Listeners.andThen(
                        listener,
                        (next, activated) -> retention.afterActivation(
                                request.model(), ActionListener.map(next, done -> activated))));
    }
}
