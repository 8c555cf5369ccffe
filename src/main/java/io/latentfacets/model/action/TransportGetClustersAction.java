/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model.action;

import io.latentfacets.model.ClusterEdits;
import io.latentfacets.model.Generation;
import io.latentfacets.model.ModelRegistry;
import io.latentfacets.model.ModelStore;
import java.util.List;
import org.opensearch.ResourceNotFoundException;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.HandledTransportAction;
import org.opensearch.common.inject.Inject;
import org.opensearch.core.action.ActionListener;
import org.opensearch.tasks.Task;
import org.opensearch.transport.TransportService;

/** Loads the active generation and shows its clusters. */
public final class TransportGetClustersAction extends HandledTransportAction<ModelRequest, GetClustersAction.Response> {

    private final ModelStore store;
    private final ModelRegistry registry;

    @Inject
    public TransportGetClustersAction(
            TransportService transportService, ActionFilters filters, ModelStore store, ModelRegistry registry) {
        super(GetClustersAction.NAME, transportService, filters, ModelRequest::new);
        this.store = store;
        this.registry = registry;
    }

    @Override
    protected void doExecute(Task task, ModelRequest request, ActionListener<GetClustersAction.Response> listener) {
        store.get(
                request.model(),
                ActionListener.wrap(
                        model -> {
                            if (model.active() == 0) {
                                throw new ResourceNotFoundException(
                                        "model [{}] has no active generation yet", request.model());
                            }
                            registry.load(
                                    request.model(),
                                    model.active(),
                                    ActionListener.map(
                                            listener,
                                            generation -> response(
                                                    generation, registry.edits(request.model()), request.cluster())));
                        },
                        listener::onFailure));
    }

    private static GetClustersAction.Response response(Generation generation, ClusterEdits edits, String key) {
        List<GetClustersAction.View> views = GetClustersAction.View.all(generation.clusters(), edits).stream()
                .filter(view -> key == null || view.info().key().equals(key))
                .toList();
        if (key != null && views.isEmpty()) {
            throw noCluster(generation.model(), generation.number(), key);
        }
        return new GetClustersAction.Response(generation.model(), generation.number(), views);
    }

    /** The 404 of a cluster. */
    static ResourceNotFoundException noCluster(String model, int generation, String key) {
        return new ResourceNotFoundException(
                "generation [{}] of model [{}] has no cluster [{}]", generation, model, key);
    }
}
