/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.manage;

import io.latentfacets.async.Listeners;
import io.latentfacets.model.Generation;
import io.latentfacets.model.StoredModel;
import io.latentfacets.model.store.ModelStore;
import java.io.IOException;
import org.opensearch.ResourceNotFoundException;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.HandledTransportAction;
import org.opensearch.common.inject.Inject;
import org.opensearch.common.io.stream.BytesStreamOutput;
import org.opensearch.core.action.ActionListener;
import org.opensearch.tasks.Task;
import org.opensearch.transport.TransportService;

/** Reads a generation from the store, verifies every byte, and returns it with the model's definition. */
public final class TransportExportModelAction extends HandledTransportAction<ModelRequest, ExportModelAction.Response> {

    private final ModelStore store;

    @Inject
    public TransportExportModelAction(TransportService transportService, ActionFilters filters, ModelStore store) {
        super(ExportModelAction.NAME, transportService, filters, ModelRequest::new);
        this.store = store;
    }

    @Override
    protected void doExecute(Task task, ModelRequest request, ActionListener<ExportModelAction.Response> listener) {
        store.get(request.model(), Listeners.andThen(listener, (next, model) -> export(model, request, next)));
    }

    private void export(StoredModel model, ModelRequest request, ActionListener<ExportModelAction.Response> listener) {
        int number = request.generation() == 0 ? model.active() : request.generation();
        if (number == 0) {
            throw new ResourceNotFoundException("model [{}] has no active generation yet", model.name());
        }
        store.readGeneration(
                model.name(),
                number,
                Listeners.andThen(listener, (next, generation) -> next.onResponse(response(model, generation))));
    }

    private static ExportModelAction.Response response(StoredModel model, Generation generation) throws IOException {
        BytesStreamOutput archive = new BytesStreamOutput();
        generation.writeTo(archive);
        return new ExportModelAction.Response(model.definition(), generation.number(), archive.bytes());
    }
}
