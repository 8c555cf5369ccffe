/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.generations;

import io.latentfacets.model.store.ModelStore;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.HandledTransportAction;
import org.opensearch.common.inject.Inject;
import org.opensearch.core.action.ActionListener;
import org.opensearch.tasks.Task;
import org.opensearch.transport.TransportService;

/** Reads the record of a generation from the store. */
public final class TransportGetGenerationAction
        extends HandledTransportAction<GenerationRequest, GetGenerationAction.Response> {

    private final ModelStore store;

    @Inject
    public TransportGetGenerationAction(TransportService transportService, ActionFilters filters, ModelStore store) {
        super(GetGenerationAction.NAME, transportService, filters, GenerationRequest::new);
        this.store = store;
    }

    @Override
    protected void doExecute(
            Task task, GenerationRequest request, ActionListener<GetGenerationAction.Response> listener) {
        store.generation(
                request.model(), request.generation(), ActionListener.map(listener, GetGenerationAction.Response::new));
    }
}
