/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.terms;

import io.latentfacets.async.Listeners;
import io.latentfacets.encode.TransportEncodeAction;
import io.latentfacets.model.Generation;
import io.latentfacets.model.store.ModelRegistry;
import io.latentfacets.model.store.ModelStore;
import org.opensearch.ResourceNotFoundException;
import org.opensearch.action.ActionRunnable;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.HandledTransportAction;
import org.opensearch.common.inject.Inject;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.tasks.TaskCancelledException;
import org.opensearch.tasks.CancellableTask;
import org.opensearch.tasks.Task;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.TransportService;

/** Finds terms on the node that receives the request, in the pool for encoding. */
public final class TransportTermsAction extends HandledTransportAction<TermsAction.Request, TermsAction.Response> {

    private final ModelStore store;
    private final ModelRegistry registry;
    private final TermFinder finder;
    private final ThreadPool threadPool;

    @Inject
    public TransportTermsAction(
            TransportService transportService,
            ActionFilters filters,
            ModelStore store,
            ModelRegistry registry,
            TermFinder finder,
            ThreadPool threadPool) {
        super(TermsAction.NAME, transportService, filters, TermsAction.Request::new, ThreadPool.Names.SAME);
        this.store = store;
        this.registry = registry;
        this.finder = finder;
        this.threadPool = threadPool;
    }

    @Override
    protected void doExecute(Task task, TermsAction.Request request, ActionListener<TermsAction.Response> listener) {
        int active = registry.active(request.model);
        if (active == 0) {
            // the store fails with 404 for an unknown model
            store.get(request.model, Listeners.andThen(listener, (next, stored) -> {
                throw new ResourceNotFoundException("model [{}] has no active generation yet", request.model);
            }));
            return;
        }
        registry.load(request.model, active, Listeners.andThen(listener, (next, generation) -> threadPool
                .executor(TransportEncodeAction.THREAD_POOL)
                .execute(ActionRunnable.supply(next, () -> respond(generation, request, (CancellableTask) task)))));
    }

    private TermsAction.Response respond(Generation generation, TermsAction.Request request, CancellableTask task) {
        TermFinder.Found found = finder.find(generation, request.term, request.context, request.size, () -> {
            if (task.isCancelled()) {
                throw new TaskCancelledException("finding terms was cancelled: " + task.getReasonCancelled());
            }
        });
        if (found.nearest().isEmpty() && !found.known()) {
            throw new ResourceNotFoundException(
                    "generation [{}] of model [{}] knows no word of [{}], and none that is spelt like it",
                    generation.number(),
                    generation.model(),
                    request.term);
        }
        return new TermsAction.Response(generation.model(), generation.number(), found);
    }
}
