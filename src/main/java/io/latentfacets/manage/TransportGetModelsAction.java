/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.manage;

import io.latentfacets.async.Listeners;
import io.latentfacets.attach.NextIndex;
import io.latentfacets.attach.NextIndices;
import io.latentfacets.engine.InferenceEngine;
import io.latentfacets.model.ModelNameRequest;
import io.latentfacets.model.StoredModel;
import io.latentfacets.model.definition.ModelNames;
import io.latentfacets.model.store.ModelRegistry;
import io.latentfacets.model.store.ModelStore;
import io.latentfacets.refresh.RefreshService;
import io.latentfacets.training.progress.TrainingStatus;
import io.latentfacets.training.progress.TrainingStatusAction;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.HandledTransportAction;
import org.opensearch.cluster.metadata.IndexNameExpressionResolver;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.inject.Inject;
import org.opensearch.core.action.ActionListener;
import org.opensearch.tasks.Task;
import org.opensearch.transport.TransportService;
import org.opensearch.transport.client.Client;

/**
 * Reads models from the store and adds this node's errors, the progress of running trainings and what becomes of next
 * indices.
 */
public final class TransportGetModelsAction extends HandledTransportAction<ModelRequest, GetModelsAction.Response> {

    private final ModelStore store;
    private final ModelRegistry registry;
    private final InferenceEngine engine;
    private final RefreshService schedules;
    private final ClusterService clusterService;
    private final IndexNameExpressionResolver resolver;
    private final Client client;

    @Inject
    public TransportGetModelsAction(
            TransportService transportService,
            ActionFilters filters,
            ModelStore store,
            ModelRegistry registry,
            InferenceEngine engine,
            RefreshService schedules,
            ClusterService clusterService,
            IndexNameExpressionResolver resolver,
            Client client) {
        super(GetModelsAction.NAME, transportService, filters, ModelRequest::new);
        this.store = store;
        this.registry = registry;
        this.engine = engine;
        this.schedules = schedules;
        this.clusterService = clusterService;
        this.resolver = resolver;
        this.client = client;
    }

    @Override
    protected void doExecute(Task task, ModelRequest request, ActionListener<GetModelsAction.Response> listener) {
        String expression = request.model();
        if (ModelNames.isPattern(expression) || expression.indexOf(',') >= 0) {
            store.list(Listeners.andThen(listener, (next, all) -> addProgress(select(expression, all), next)));
        } else {
            store.get(expression, Listeners.andThen(listener, (next, model) -> addProgress(List.of(model), next)));
        }
    }

    private static List<StoredModel> select(String expression, List<StoredModel> all) {
        Map<String, StoredModel> byName = new TreeMap<>();
        all.forEach(model -> byName.put(model.name(), model));
        return ModelNames.resolve(expression, byName.keySet()).stream()
                .map(byName::get)
                .toList();
    }

    private void addProgress(List<StoredModel> models, ActionListener<GetModelsAction.Response> listener) {
        addProgress(models.iterator(), new ArrayList<>(), listener);
    }

    private void addProgress(
            Iterator<StoredModel> left, List<ModelView> views, ActionListener<GetModelsAction.Response> listener) {
        while (left.hasNext()) {
            StoredModel model = left.next();
            if (model.training() != null && model.training().running()) {
                ActionListener<TrainingStatus> step = Listeners.andThen(listener, (next, progress) -> {
                    views.add(view(model, progress));
                    addProgress(left, views, next);
                });
                // the progress is an extra: who may read models need not be allowed to ask for tasks
                client.execute(
                        TrainingStatusAction.INSTANCE,
                        new ModelNameRequest(model.name()),
                        Listeners.either(
                                progress -> step.onResponse(progress.status()), failure -> step.onResponse(null)));
                return;
            }
            views.add(view(model, null));
        }
        listener.onResponse(new GetModelsAction.Response(views));
    }

    private ModelView view(StoredModel model, TrainingStatus progress) {
        List<NextIndex> next = new NextIndices(
                        clusterService.state(),
                        resolver,
                        model.name(),
                        model.definition().targetField())
                .asIs(model.bound().patterns());
        return new ModelView(model, error(model), progress, schedules.status(model), next);
    }

    private String error(StoredModel model) {
        if (model.error() != null) {
            return model.error();
        }
        String loading = registry.loadError(model.name());
        return loading == null ? engine.error() : loading;
    }
}
