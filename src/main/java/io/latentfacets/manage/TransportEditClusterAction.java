/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.manage;

import io.latentfacets.async.Listeners;
import io.latentfacets.model.store.ModelRegistry;
import io.latentfacets.model.store.ModelStore;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.HandledTransportAction;
import org.opensearch.action.support.clustermanager.AcknowledgedResponse;
import org.opensearch.common.inject.Inject;
import org.opensearch.core.action.ActionListener;
import org.opensearch.tasks.Task;
import org.opensearch.transport.TransportService;

/** Checks that the cluster exists, which shows the caller nothing of it, then stores the edit in the cluster state. */
public final class TransportEditClusterAction
        extends HandledTransportAction<EditClusterAction.Request, AcknowledgedResponse> {

    private final ModelStore store;
    private final ModelRegistry registry;

    @Inject
    public TransportEditClusterAction(
            TransportService transportService, ActionFilters filters, ModelStore store, ModelRegistry registry) {
        super(EditClusterAction.NAME, transportService, filters, EditClusterAction.Request::new);
        this.store = store;
        this.registry = registry;
    }

    @Override
    protected void doExecute(
            Task task, EditClusterAction.Request request, ActionListener<AcknowledgedResponse> listener) {
        TransportGetClustersAction.load(
                store,
                registry,
                request.model(),
                request.key(),
                Listeners.andThen(
                        listener,
                        (next, generation) -> store.editCluster(request.model(), request.key(), request.edit(), next)));
    }
}
