/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.manage;

import io.latentfacets.async.Listeners;
import io.latentfacets.model.ClusterEdits;
import io.latentfacets.model.Generation;
import io.latentfacets.model.GenerationSummary;
import io.latentfacets.model.StoredModel;
import io.latentfacets.model.store.ModelRegistry;
import io.latentfacets.model.store.ModelStore;
import io.latentfacets.model.store.StoredArchive;
import java.io.IOException;
import java.io.InputStream;
import org.opensearch.ResourceNotFoundException;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.HandledTransportAction;
import org.opensearch.common.inject.Inject;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.common.breaker.CircuitBreaker;
import org.opensearch.core.indices.breaker.CircuitBreakerService;
import org.opensearch.tasks.Task;
import org.opensearch.transport.TransportService;

/**
 * Returns a generation's archive with the model's definition. The response reads the archive from the index while it is
 * being written, a chunk at a time, and verifies every byte. The text of the response is in memory until it is sent, in
 * the pages that the server reuses; this charges it to the circuit breaker until it is written, so that many exports at
 * a time do not fill the heap.
 */
public final class TransportExportModelAction extends HandledTransportAction<ModelRequest, ExportModelAction.Response> {

    /** The bytes that a response takes per byte of the archive: 4/3 as base64; as bytes, an array and a copy of it. */
    private static final int BYTES_PER_BYTE = 2;

    /** What an export takes besides: a chunk as the index returns it, and its parts, in bytes. */
    private static final long BYTES_OF_A_CHUNK = 8 << 20;

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
        long bytes = summary == null ? 0 : BYTES_PER_BYTE * summary.bytes() + BYTES_OF_A_CHUNK;
        breaker.addEstimateBytesAndMaybeBreak(bytes, "export of " + model.name());
        ActionListener<ExportModelAction.Response> released =
                ActionListener.runAfter(listener, () -> breaker.addWithoutBreaking(-bytes));
        store.archive(
                model.name(),
                number,
                Listeners.andThen(released, (next, archive) -> next.onResponse(response(model, archive))));
    }

    private ExportModelAction.Response response(StoredModel model, StoredArchive archive) throws IOException {
        ClusterEdits edits = registry.edits(model.name());
        if (!edits.byKey().isEmpty()) {
            try (InputStream in = archive.open()) {
                edits = edits.of(Generation.readClusters(in), archive.encoder().toString());
            }
        }
        return new ExportModelAction.Response(
                model.definition(), archive.generation(), edits, archive.bytes(), archive::open);
    }
}
