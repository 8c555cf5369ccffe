/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.classify;

import io.latentfacets.model.EncoderId;
import io.latentfacets.model.Generations;
import io.latentfacets.model.StoredClassifier;
import io.latentfacets.model.store.ClassifierStore;
import io.latentfacets.model.store.ModelRegistry;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.HandledTransportAction;
import org.opensearch.common.inject.Inject;
import org.opensearch.core.action.ActionListener;
import org.opensearch.tasks.Task;
import org.opensearch.transport.TransportService;

/** Reads the records of classifiers from the store. */
public final class TransportGetClassifiersAction extends HandledTransportAction<ClassifierRequest, ClassifierResponse> {

    private final ClassifierStore store;
    private final ModelRegistry registry;

    @Inject
    public TransportGetClassifiersAction(
            TransportService transportService, ActionFilters filters, ClassifierStore store, ModelRegistry registry) {
        super(GetClassifiersAction.NAME, transportService, filters, ClassifierRequest::new);
        this.store = store;
        this.registry = registry;
    }

    @Override
    protected void doExecute(Task task, ClassifierRequest request, ActionListener<ClassifierResponse> listener) {
        if (request.classifier() != null) {
            store.get(
                    request.model(),
                    request.classifier(),
                    ActionListener.map(listener, found -> ClassifierResponse.one(found, ready(registry, found))));
        } else {
            store.list(
                    request.model(),
                    ActionListener.map(
                            listener,
                            found -> ClassifierResponse.all(
                                    found,
                                    found.stream()
                                            .map(each -> ready(registry, each))
                                            .toList())));
        }
    }

    /** Whether a classifier was trained for the encoder of its model's active generation. */
    static boolean ready(Generations generations, StoredClassifier classifier) {
        return classifier.trained().encoder().equals(activeEncoder(generations, classifier.model()));
    }

    /** The encoder of a model's active generation; {@link EncoderId#NONE} if there is none. */
    static EncoderId activeEncoder(Generations generations, String model) {
        Generations.Known known = generations.known(model, generations.active(model));
        return known == null ? EncoderId.NONE : known.encoder();
    }
}
