/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.classify;

import io.latentfacets.model.store.ClassifierStore;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.HandledTransportAction;
import org.opensearch.action.support.clustermanager.AcknowledgedResponse;
import org.opensearch.common.inject.Inject;
import org.opensearch.core.action.ActionListener;
import org.opensearch.tasks.Task;
import org.opensearch.transport.TransportService;

/** Deletes a classifier from the store. */
public final class TransportDeleteClassifierAction
        extends HandledTransportAction<ClassifierRequest, AcknowledgedResponse> {

    private final ClassifierStore store;

    @Inject
    public TransportDeleteClassifierAction(
            TransportService transportService, ActionFilters filters, ClassifierStore store) {
        super(DeleteClassifierAction.NAME, transportService, filters, ClassifierRequest::new);
        this.store = store;
    }

    @Override
    protected void doExecute(Task task, ClassifierRequest request, ActionListener<AcknowledgedResponse> listener) {
        store.delete(
                request.model(),
                request.classifier(),
                ActionListener.map(listener, done -> new AcknowledgedResponse(true)));
    }
}
