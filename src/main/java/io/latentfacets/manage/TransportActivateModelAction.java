/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.manage;

import io.latentfacets.model.store.ModelStore;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.HandledTransportAction;
import org.opensearch.action.support.clustermanager.AcknowledgedResponse;
import org.opensearch.common.inject.Inject;
import org.opensearch.core.action.ActionListener;
import org.opensearch.tasks.Task;
import org.opensearch.transport.TransportService;

/** Moves the pointer of a model to a stored generation. */
public final class TransportActivateModelAction extends HandledTransportAction<ModelRequest, AcknowledgedResponse> {

    private final ModelStore store;

    @Inject
    public TransportActivateModelAction(TransportService transportService, ActionFilters filters, ModelStore store) {
        super(ActivateModelAction.NAME, transportService, filters, ModelRequest::new);
        this.store = store;
    }

    @Override
    protected void doExecute(Task task, ModelRequest request, ActionListener<AcknowledgedResponse> listener) {
        store.activate(request.model(), request.generation(), listener);
    }
}
