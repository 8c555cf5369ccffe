/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model.store;

import io.latentfacets.model.Bound;
import io.latentfacets.model.ClusterEdits;
import io.latentfacets.model.ClusterSuggestions;
import io.latentfacets.model.definition.ModelNames;
import java.util.HashMap;
import java.util.Map;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.ResourceNotFoundException;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.metadata.IndexMetadata;
import org.opensearch.cluster.metadata.IndexNameExpressionResolver;
import org.opensearch.cluster.metadata.Metadata;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.Priority;
import org.opensearch.common.inject.Inject;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.TransportService;

/**
 * Changes the pointers in the cluster state by compare-and-set; acknowledged when every node has applied the change.
 */
public final class TransportUpdatePointerAction extends TransportStateChange<UpdatePointerAction.Request> {

    @Inject
    public TransportUpdatePointerAction(
            TransportService transportService,
            ClusterService clusterService,
            ThreadPool threadPool,
            ActionFilters actionFilters,
            IndexNameExpressionResolver resolver) {
        super(
                UpdatePointerAction.NAME,
                Priority.HIGH,
                transportService,
                clusterService,
                threadPool,
                actionFilters,
                UpdatePointerAction.Request::new,
                resolver);
    }

    @Override
    protected String source(UpdatePointerAction.Request request) {
        return "latent-facets-" + request.change + "[" + request.model + "]";
    }

    @Override
    protected ClusterState changed(UpdatePointerAction.Request request, ClusterState current) {
        return apply(request, current);
    }

    /**
     * Computes the changed state; returns the same object if nothing changes.
     *
     * @throws ResourceNotFoundException if the change is not a removal and the system index does not exist, or a later
     *     model has the name
     * @throws OpenSearchStatusException 409 if the active generation or the binding is not the expected one
     */
    static ClusterState apply(UpdatePointerAction.Request request, ClusterState current) {
        IndexMetadata index = current.metadata().index(SystemIndex.NAME);
        if (index == null) {
            if (request.change == UpdatePointerAction.Change.REMOVE) {
                return current;
            }
            throw new ResourceNotFoundException("no model [{}]", request.model);
        }
        if (request.change == UpdatePointerAction.Change.ACTIVATE_MINOR && TrainingTasks.any(current, request.model)) {
            throw new OpenSearchStatusException(
                    "generation [{}] of model [{}] was not activated: a training has begun",
                    RestStatus.CONFLICT,
                    request.generation,
                    request.model);
        }
        Map<String, String> before = Pointers.read(current);
        Map<String, String> after = change(request, before);
        if (after.equals(before)) {
            return current;
        }
        IndexMetadata.Builder changed = IndexMetadata.builder(index).putCustom(Pointers.CUSTOM, after);
        return ClusterState.builder(current)
                .metadata(Metadata.builder(current.metadata()).put(changed))
                .build();
    }

    private static boolean expectsCuration(UpdatePointerAction.Request request, Map<String, String> before) {
        return Pointers.curationText(before, request.model).equals(request.expectedCuration);
    }

    private static Map<String, String> curated(UpdatePointerAction.Request request, Map<String, String> before) {
        String present = Pointers.curationText(before, request.model);
        if (!present.equals(request.curation) && !expectsCuration(request, before)) {
            throw new OpenSearchStatusException(
                    "the clusters of model [{}] were not changed: somebody else has merged or split some meanwhile",
                    RestStatus.CONFLICT,
                    request.model);
        }
        return Pointers.withCuration(before, request.model, request.curation);
    }

    private static Map<String, String> suggested(UpdatePointerAction.Request request, Map<String, String> before) {
        String present = Pointers.suggestionText(before, request.model);
        ClusterEdits edits = Pointers.edits(before, request.model);
        Map<String, ClusterSuggestions.Suggestion> accepted = request.change == UpdatePointerAction.Change.SUGGEST
                ? Map.of()
                : ClusterSuggestions.ofText(request.expectedCuration)
                        .without(ClusterSuggestions.ofText(request.curation)
                                .byKey()
                                .keySet())
                        .byKey();
        if (present.equals(request.curation)
                && accepted.entrySet().stream().allMatch(each -> each.getValue()
                        .label()
                        .equals(edits.of(each.getKey()).label()))) {
            return before; // a former try has made this change although its answer was lost
        }
        String seen = request.edit.label(); // null from a node with an older build
        if (!present.equals(request.expectedCuration) || (seen != null && !seen.equals(edits.toJson()))) {
            throw new OpenSearchStatusException(
                    "the suggested labels of model [{}] were not changed: somebody else has changed them meanwhile",
                    RestStatus.CONFLICT,
                    request.model);
        }
        Map<String, String> after = Pointers.withSuggestions(before, request.model, request.curation);
        Map<String, ClusterEdits.Edit> labelled = new HashMap<>();
        accepted.forEach((key, suggestion) -> {
            ClusterEdits.Edit edit = edits.of(key);
            labelled.put(key, new ClusterEdits.Edit(suggestion.label(), edit.hidden(), edit.pinned(), edit.note()));
        });
        return labelled.isEmpty() ? after : Pointers.withEdits(after, request.model, edits.with(labelled));
    }

    /**
     * A copy without the labels that wait for clusters to which people have given another label by this change, so that
     * whoever accepts all does not overwrite it.
     */
    private static Map<String, String> withoutNamed(
            String model, Map<String, String> before, Map<String, String> after) {
        ClusterSuggestions waiting = ClusterSuggestions.ofText(Pointers.suggestionText(after, model));
        ClusterEdits former = Pointers.edits(before, model);
        ClusterEdits edits = Pointers.edits(after, model);
        return Pointers.withSuggestions(
                after,
                model,
                waiting.without(waiting.byKey().keySet().stream()
                                .filter(key -> edits.named(key, former))
                                .toList())
                        .toText());
    }

    private static Map<String, String> change(UpdatePointerAction.Request request, Map<String, String> before) {
        int first = Pointers.first(before, request.model);
        if (request.change == UpdatePointerAction.Change.REMOVE) {
            boolean later = request.generation > 0 && request.generation <= first;
            return later ? before : Pointers.without(before, request.model);
        }
        if (request.generation > 0 && request.generation < first) {
            // the model that the request means was deleted, and this is another one of its name
            throw ModelNames.unknown(request.model);
        }
        return switch (request.change) {
            case ACTIVATE, ACTIVATE_MINOR -> {
                int active = Pointers.active(before, request.model);
                // a former try may have committed this change although its answer was lost with the cluster manager
                boolean made = request.generation == active;
                if (!made && request.expected != UpdatePointerAction.Request.ANY && request.expected != active) {
                    throw new OpenSearchStatusException(
                            "generation [{}] of model [{}] was not activated: [{}] was active when it was made, now it is [{}]",
                            RestStatus.CONFLICT,
                            request.generation,
                            request.model,
                            request.expected,
                            active);
                }
                Map<String, String> after =
                        Pointers.withActive(before, request.model, request.generation, request.encoders);
                yield request.curation == null || (made && !expectsCuration(request, before))
                        ? after
                        : curated(request, after);
            }
            case CURATE -> {
                int active = Pointers.active(before, request.model);
                if (request.expected != UpdatePointerAction.Request.ANY && active != request.expected) {
                    throw new OpenSearchStatusException(
                            "the clusters of model [{}] were not changed: generation [{}] was looked at, now [{}] is active",
                            RestStatus.CONFLICT,
                            request.model,
                            request.expected,
                            active);
                }
                yield withoutNamed(request.model, before, curated(request, before));
            }
            case EDIT_CLUSTER ->
                withoutNamed(
                        request.model,
                        before,
                        Pointers.withEdits(
                                before,
                                request.model,
                                Pointers.edits(before, request.model).with(request.clusterKey, request.edit)));
            case EDIT_CLUSTERS ->
                withoutNamed(
                        request.model,
                        before,
                        Pointers.withEdits(
                                before,
                                request.model,
                                Pointers.edits(before, request.model)
                                        .with(ClusterEdits.fromJson(request.curation)
                                                .byKey())));
            case BIND -> {
                Bound bound = Pointers.bound(before, request.model);
                if (!bound.equals(request.expectedBound)) {
                    throw new OpenSearchStatusException(
                            "model [{}] was not bound to {}: somebody else has bound it to {} meanwhile; try again",
                            RestStatus.CONFLICT,
                            request.model,
                            request.bound.patterns(),
                            bound.patterns());
                }
                yield Pointers.withBound(before, request.model, request.generation, request.bound);
            }
            case CLASSIFIER ->
                Pointers.withClassifier(
                        before,
                        request.model,
                        request.clusterKey,
                        request.edit.label() == null ? null : ClassifierPointer.parse(request.edit.label()));
            case SUGGEST, ACCEPT -> suggested(request, before);
            case REMOVE -> throw new AssertionError("handled above");
        };
    }
}
