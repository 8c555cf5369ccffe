/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.encode;

import io.latentfacets.async.Listeners;
import io.latentfacets.model.ClusterEdits;
import io.latentfacets.model.Generation;
import io.latentfacets.model.store.ModelRegistry;
import io.latentfacets.model.store.ModelStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.action.ActionRunnable;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.HandledTransportAction;
import org.opensearch.common.inject.Inject;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.core.tasks.TaskCancelledException;
import org.opensearch.tasks.CancellableTask;
import org.opensearch.tasks.Task;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.TransportService;

/** Encodes documents on the node that receives the request, in a thread pool for encoding. */
public final class TransportEncodeAction extends HandledTransportAction<EncodeAction.Request, EncodeAction.Response> {

    /** The name of the thread pool for encoding that is not part of indexing. */
    public static final String THREAD_POOL = "latent_encode";
    /** The number of requests that may wait; the node refuses further ones with status 429. */
    public static final int QUEUE_SIZE = 200;

    private final ModelRegistry models;
    private final ModelStore store;
    private final EncoderService encoders;
    private final ThreadPool threadPool;

    @Inject
    public TransportEncodeAction(
            TransportService transportService,
            ActionFilters filters,
            ModelRegistry models,
            ModelStore store,
            EncoderService encoders,
            ThreadPool threadPool) {
        super(EncodeAction.NAME, transportService, filters, EncodeAction.Request::new, ThreadPool.Names.SAME);
        this.models = models;
        this.store = store;
        this.encoders = encoders;
        this.threadPool = threadPool;
    }

    @Override
    protected void doExecute(Task task, EncodeAction.Request request, ActionListener<EncodeAction.Response> listener) {
        int active = models.active(request.model());
        if (active == 0) {
            // The store fails with 404 for an unknown model. A model that is not trained is a conflict.
            store.get(request.model(), Listeners.andThen(listener, (next, stored) -> {
                throw new OpenSearchStatusException(
                        "model [{}] has no active generation to encode with; [_train] makes one",
                        RestStatus.CONFLICT,
                        request.model());
            }));
            return;
        }
        models.load(
                request.model(),
                active,
                Listeners.andThen(
                        listener, (next, generation) -> fork(generation, request, (CancellableTask) task, next)));
    }

    private void fork(
            Generation generation,
            EncodeAction.Request request,
            CancellableTask task,
            ActionListener<EncodeAction.Response> listener) {
        threadPool.executor(THREAD_POOL).execute(ActionRunnable.supply(listener, () -> {
            ClusterEdits edits = models.edits(request.model());
            DocumentExplainer explainer = new DocumentExplainer(generation.curated(edits.curation()), edits, encoders);
            Runnable check = () -> {
                if (task.isCancelled()) {
                    throw new TaskCancelledException("encoding was cancelled: " + task.getReasonCancelled());
                }
            };
            return new EncodeAction.Response(
                    explainer.encode(read(generation, request.docs()), request.explain(), check));
        }));
    }

    private static List<SourceDocument> read(Generation generation, List<Map<String, Object>> docs) {
        List<SourceDocument> documents = new ArrayList<>(docs.size());
        for (Map<String, Object> doc : docs) {
            try {
                documents.add(SourceDocument.of(doc, generation));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "[docs] must be documents that the model can read: [" + documents.size() + "]: "
                                + e.getMessage(),
                        e);
            }
        }
        return documents;
    }
}
