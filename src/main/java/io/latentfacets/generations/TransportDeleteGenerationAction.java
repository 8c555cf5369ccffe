/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.generations;

import io.latentfacets.model.store.ModelStore;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.HandledTransportAction;
import org.opensearch.action.support.clustermanager.AcknowledgedResponse;
import org.opensearch.common.inject.Inject;
import org.opensearch.core.action.ActionListener;
import org.opensearch.tasks.Task;
import org.opensearch.transport.TransportService;

/** Deletes a generation from the store. */
public final class TransportDeleteGenerationAction
        extends HandledTransportAction<GenerationRequest, AcknowledgedResponse> {

    private final ModelStore store;

    @Inject
    public TransportDeleteGenerationAction(TransportService transportService, ActionFilters filters, ModelStore store) {
        super(DeleteGenerationAction.NAME, transportService, filters, GenerationRequest::new);
        this.store = store;
    }

    @Override
    protected void doExecute(Task task, GenerationRequest request, ActionListener<AcknowledgedResponse> listener) {
        store.deleteGeneration(
                request.model(),
                request.generation(),
                ActionListener.map(listener, done -> new AcknowledgedResponse(true)));
    }
}
