/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.manage;

import io.latentfacets.async.Listeners;
import io.latentfacets.model.ClusterEdits;
import io.latentfacets.model.Generation;
import io.latentfacets.model.GenerationSummary;
import io.latentfacets.model.StoredModel;
import io.latentfacets.model.store.ModelRegistry;
import io.latentfacets.model.store.ModelStore;
import java.io.IOException;
import org.opensearch.ResourceNotFoundException;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.HandledTransportAction;
import org.opensearch.common.inject.Inject;
import org.opensearch.common.io.stream.BytesStreamOutput;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.common.breaker.CircuitBreaker;
import org.opensearch.core.indices.breaker.CircuitBreakerService;
import org.opensearch.tasks.Task;
import org.opensearch.transport.TransportService;

/**
 * Reads a generation from the store, verifies every byte, and returns it with the model's definition. It charges the
 * circuit breaker until the response is written, so that many exports at a time do not fill the heap.
 */
public final class TransportExportModelAction extends HandledTransportAction<ModelRequest, ExportModelAction.Response> {

    /** The bytes that an export takes per byte of the archive: the generation, the archive, its base64, its JSON. */
    private static final int BYTES_PER_BYTE = 6;

    private static final String BREAKER = "latent";

    private final ModelStore store;
    private final ModelRegistry registry;
    private final CircuitBreakerService breakers;

    @Inject
    public TransportExportModelAction(
            TransportService transportService,
            ActionFilters filters,
            ModelStore store,
            ModelRegistry registry,
            CircuitBreakerService breakers) {
        super(ExportModelAction.NAME, transportService, filters, ModelRequest::new);
        this.store = store;
        this.registry = registry;
        this.breakers = breakers;
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
        GenerationSummary summary = model.generation(number);
        CircuitBreaker breaker = breakers.getBreaker(BREAKER);
        long bytes = summary == null ? 0 : BYTES_PER_BYTE * summary.bytes();
        breaker.addEstimateBytesAndMaybeBreak(bytes, "export of " + model.name());
        ActionListener<ExportModelAction.Response> released =
                ActionListener.runAfter(listener, () -> breaker.addWithoutBreaking(-bytes));
        store.readGeneration(
                model.name(),
                number,
                Listeners.andThen(released, (next, generation) -> next.onResponse(response(model, generation))));
    }

    private ExportModelAction.Response response(StoredModel model, Generation generation) throws IOException {
        BytesStreamOutput archive = new BytesStreamOutput();
        generation.writeTo(archive);
        ClusterEdits edits = registry.edits(model.name()).of(generation.clusters());
        return new ExportModelAction.Response(model.definition(), generation.number(), edits, archive.bytes());
    }
}
