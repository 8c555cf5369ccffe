/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.manage;

import io.latentfacets.async.Listeners;
import io.latentfacets.model.store.ModelStore;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.HandledTransportAction;
import org.opensearch.action.support.clustermanager.AcknowledgedResponse;
import org.opensearch.common.inject.Inject;
import org.opensearch.core.action.ActionListener;
import org.opensearch.tasks.Task;
import org.opensearch.transport.TransportService;
import org.opensearch.transport.client.Client;

/** Checks that the cluster exists, then stores the edit in the cluster state. */
public final class TransportEditClusterAction
        extends HandledTransportAction<EditClusterAction.Request, AcknowledgedResponse> {

    private final ModelStore store;
    private final Client client;

    @Inject
    public TransportEditClusterAction(
            TransportService transportService, ActionFilters filters, ModelStore store, Client client) {
        super(EditClusterAction.NAME, transportService, filters, EditClusterAction.Request::new);
        this.store = store;
        this.client = client;
    }

    @Override
    protected void doExecute(
            Task task, EditClusterAction.Request request, ActionListener<AcknowledgedResponse> listener) {
        client.execute(
                GetClustersAction.INSTANCE,
                ModelRequest.cluster(request.model(), request.key(), false),
                Listeners.andThen(
                        listener,
                        (next, exists) -> store.editCluster(request.model(), request.key(), request.edit(), next)));
    }
}
