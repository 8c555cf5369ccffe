/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.manage;

import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.HandledTransportAction;
import org.opensearch.action.support.clustermanager.AcknowledgedResponse;
import org.opensearch.common.inject.Inject;
import org.opensearch.core.action.ActionListener;
import org.opensearch.tasks.Task;
import org.opensearch.transport.TransportService;

/** Checks and stores the definition. */
public final class TransportPutModelAction
        extends HandledTransportAction<PutModelAction.Request, AcknowledgedResponse> {

    private final Definitions definitions;

    @Inject
    public TransportPutModelAction(TransportService transportService, ActionFilters filters, Definitions definitions) {
        super(PutModelAction.NAME, transportService, filters, PutModelAction.Request::new);
        this.definitions = definitions;
    }

    @Override
    protected void doExecute(Task task, PutModelAction.Request request, ActionListener<AcknowledgedResponse> listener) {
        definitions.put(request.definition(), ActionListener.map(listener, done -> new AcknowledgedResponse(true)));
    }
}
