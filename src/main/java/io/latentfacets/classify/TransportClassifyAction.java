/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.classify;

import io.latentfacets.async.Listeners;
import io.latentfacets.classify.serve.Classifiers;
import io.latentfacets.classify.serve.ReadyClassifier;
import io.latentfacets.encode.EncoderService;
import io.latentfacets.encode.SourceDocument;
import io.latentfacets.encode.TransportEncodeAction;
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

/** Classifies documents on the node that receives the request, in the thread pool for encoding. */
public final class TransportClassifyAction
        extends HandledTransportAction<ClassifyAction.Request, ClassifyAction.Response> {

    private final ModelRegistry models;
    private final ModelStore store;
    private final Classifiers classifiers;
    private final EncoderService encoders;
    private final ThreadPool threadPool;

    @Inject
    public TransportClassifyAction(
            TransportService transportService,
            ActionFilters filters,
            ModelRegistry models,
            ModelStore store,
            Classifiers classifiers,
            EncoderService encoders,
            ThreadPool threadPool) {
        super(ClassifyAction.NAME, transportService, filters, ClassifyAction.Request::new, ThreadPool.Names.SAME);
        this.models = models;
        this.store = store;
        this.classifiers = classifiers;
        this.encoders = encoders;
        this.threadPool = threadPool;
    }

    @Override
    protected void doExecute(
            Task task, ClassifyAction.Request request, ActionListener<ClassifyAction.Response> listener) {
        int active = models.active(request.model());
        if (active == 0) {
            // the store fails with 404 for an unknown model; a model that is not trained is a conflict
            store.get(request.model(), Listeners.andThen(listener, (next, stored) -> {
                throw new OpenSearchStatusException(
                        "model [{}] has no active generation to classify with; [_train] makes one",
                        RestStatus.CONFLICT,
                        request.model());
            }));
            return;
        }
        classifiers.load(
                request.model(),
                request.classifier(),
                Listeners.andThen(
                        listener,
                        (next, classifier) -> models.load(
                                request.model(),
                                active,
                                Listeners.andThen(
                                        next,
                                        (last, generation) ->
                                                fork(generation, classifier, request, (CancellableTask) task, last)))));
    }

    private void fork(
            Generation generation,
            ReadyClassifier classifier,
            ClassifyAction.Request request,
            CancellableTask task,
            ActionListener<ClassifyAction.Response> listener) {
        if (!classifier.fits(generation)) {
            throw new OpenSearchStatusException(
                    "classifier [{}] of model [{}] is stale: it was trained for the encoder of generation [{}], and [{}]"
                            + " has another; PUT it again",
                    RestStatus.CONFLICT,
                    request.classifier(),
                    request.model(),
                    classifier.stored().trained().generation(),
                    generation.number());
        }
        threadPool.executor(TransportEncodeAction.THREAD_POOL).execute(ActionRunnable.supply(listener, () -> {
            Runnable check = () -> {
                if (task.isCancelled()) {
                    throw new TaskCancelledException("classifying was cancelled: " + task.getReasonCancelled());
                }
            };
            return new ClassifyAction.Response(
                    request.model(),
                    request.classifier(),
                    generation.number(),
                    new DocumentClassifier(generation, classifier, encoders)
                            .classify(read(generation, request.docs()), request.size(), request.why(), check));
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
