/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.manage;

import io.latentfacets.async.Listeners;
import io.latentfacets.model.Generation;
import io.latentfacets.model.TrainingOutcome;
import io.latentfacets.model.TrainingOwner;
import io.latentfacets.model.definition.ModelDefinition;
import io.latentfacets.model.store.ModelStore;
import java.io.IOException;
import java.util.List;
import org.opensearch.ResourceNotFoundException;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.HandledTransportAction;
import org.opensearch.cluster.node.DiscoveryNode;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.inject.Inject;
import org.opensearch.core.action.ActionListener;
import org.opensearch.tasks.Task;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.TransportService;

/** An import uses the training lock and the publish path of a training; only the generation comes from an archive. */
public final class TransportImportModelAction
        extends HandledTransportAction<ImportModelAction.Request, ImportModelAction.Response> {

    private final ModelStore store;
    private final Definitions definitions;
    private final ClusterService clusterService;

    @Inject
    public TransportImportModelAction(
            TransportService transportService,
            ActionFilters filters,
            ModelStore store,
            Definitions definitions,
            ClusterService clusterService) {
        super(
                ImportModelAction.NAME,
                transportService,
                filters,
                ImportModelAction.Request::new,
                ThreadPool.Names.GENERIC);
        this.store = store;
        this.definitions = definitions;
        this.clusterService = clusterService;
    }

    @Override
    protected void doExecute(
            Task task, ImportModelAction.Request request, ActionListener<ImportModelAction.Response> listener) {
        Generation archived;
        try {
            archived = Generation.readFrom(request.archive());
        } catch (IOException e) {
            throw new IllegalArgumentException("[archive] must be what _export gave: " + e.getMessage(), e);
        }
        definitions.check(request.definition());
        String model = request.definition().name();
        ActionListener<Boolean> known = Listeners.andThen(listener, (next, there) -> {
            if (there) {
                begin(model, archived, task, next);
            } else {
                create(request.definition(), archived, task, next);
            }
        });
        store.get(model, ActionListener.delegateResponse(ActionListener.map(known, stored -> true), (next, failure) -> {
            if (failure instanceof ResourceNotFoundException) {
                known.onResponse(false);
            } else {
                known.onFailure(failure);
            }
        }));
    }

    private void create(
            ModelDefinition definition,
            Generation archived,
            Task task,
            ActionListener<ImportModelAction.Response> listener) {
        definitions.put(
                definition,
                Listeners.andThen(listener, (next, done) -> begin(definition.name(), archived, task, next)));
    }

    private void begin(
            String model, Generation archived, Task task, ActionListener<ImportModelAction.Response> listener) {
        DiscoveryNode node = clusterService.localNode();
        TrainingOwner owner =
                new TrainingOwner(node.getId(), node.getEphemeralId(), task.getId(), System.currentTimeMillis());
        store.beginTraining(
                model, owner, Listeners.andThen(listener, (next, number) -> publish(archived.as(model, number), next)));
    }

    private void publish(Generation generation, ActionListener<ImportModelAction.Response> listener) {
        ActionListener<ImportModelAction.Response> ended = Listeners.either(
                response -> end(generation, TrainingOutcome.SUCCESS, ActionListener.map(listener, done -> response)),
                failure -> end(
                        generation,
                        TrainingOutcome.failed("import failed: " + failure.getMessage()),
                        Listeners.either(done -> listener.onFailure(failure), second -> {
                            failure.addSuppressed(second);
                            listener.onFailure(failure);
                        })));
        store.publish(
                generation,
                Listeners.andThen(
                        ended,
                        (next, summary) -> store.activate(
                                generation.model(),
                                generation.number(),
                                ActionListener.map(
                                        next,
                                        done -> new ImportModelAction.Response(
                                                generation.model(), generation.number())))));
    }

    private void end(Generation generation, TrainingOutcome outcome, ActionListener<Void> listener) {
        store.endTraining(generation.model(), generation.number(), outcome, List.of(), listener);
    }
}
