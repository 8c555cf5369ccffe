/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.manage;

import io.latentfacets.model.store.ModelStore;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.HandledTransportAction;
import org.opensearch.action.support.clustermanager.AcknowledgedResponse;
import org.opensearch.common.inject.Inject;
import org.opensearch.core.action.ActionListener;
import org.opensearch.tasks.Task;
import org.opensearch.transport.TransportService;

/** Checks the definition against this node's analyzers, then stores it. */
public final class TransportPutModelAction
        extends HandledTransportAction<PutModelAction.Request, AcknowledgedResponse> {

    private final ModelStore store;
    private final DefinitionChecks checks;

    @Inject
    public TransportPutModelAction(
            TransportService transportService, ActionFilters filters, ModelStore store, DefinitionChecks checks) {
        super(PutModelAction.NAME, transportService, filters, PutModelAction.Request::new);
        this.store = store;
        this.checks = checks;
    }

    @Override
    protected void doExecute(Task task, PutModelAction.Request request, ActionListener<AcknowledgedResponse> listener) {
        checks.check(request.definition());
        store.put(request.definition(), ActionListener.map(listener, done -> new AcknowledgedResponse(true)));
    }
}
