/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.suggest;

import io.latentfacets.async.Listeners;
import io.latentfacets.manage.TransportGetClustersAction;
import io.latentfacets.model.ClusterEdits;
import io.latentfacets.model.ClusterSuggestions;
import io.latentfacets.model.Generation;
import io.latentfacets.model.store.ModelRegistry;
import io.latentfacets.model.store.ModelStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.opensearch.ResourceNotFoundException;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.HandledTransportAction;
import org.opensearch.common.inject.Inject;
import org.opensearch.core.action.ActionListener;
import org.opensearch.tasks.Task;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.TransportService;

/** Makes labels that wait those of their clusters, or forgets them. Reads no documents. */
public final class TransportSettleAction extends HandledTransportAction<SettleRequest, SettleAction.Response> {

    private final ModelStore store;
    private final ModelRegistry registry;
    private final SuggestionChanges changes;

    @Inject
    public TransportSettleAction(
            TransportService transportService, ActionFilters filters, ModelStore store, ModelRegistry registry) {
        super(SettleAction.NAME, transportService, filters, SettleRequest::new, ThreadPool.Names.SAME);
        this.store = store;
        this.registry = registry;
        this.changes = new SuggestionChanges(store, registry, transportService.getThreadPool());
    }

    @Override
    protected void doExecute(Task task, SettleRequest request, ActionListener<SettleAction.Response> listener) {
        TransportGetClustersAction.load(
                store,
                registry,
                request.model(),
                null,
                Listeners.andThen(listener, (next, generation) -> settle(request, generation, next)));
    }

    private void settle(SettleRequest request, Generation generation, ActionListener<SettleAction.Response> listener) {
        List<SettleAction.Settled> settled = new ArrayList<>();
        changes.change(
                request.model(),
                request.accept(),
                (waiting, edits) -> {
                    List<SettleAction.Settled> now = settled(request, generation, waiting, edits);
                    settled.clear();
                    settled.addAll(now);
                    return waiting.without(now.stream()
                            .filter(each -> each.reason() == null)
                            .map(SettleAction.Settled::key)
                            .toList());
                },
                ActionListener.map(
                        listener,
                        acknowledged -> new SettleAction.Response(
                                acknowledged, request.model(), generation.number(), request.accept(), settled)));
    }

    /** What becomes of the labels that the request names. */
    static List<SettleAction.Settled> settled(
            SettleRequest request, Generation generation, ClusterSuggestions waiting, ClusterEdits edits) {
        PromptWriter clusters = new PromptWriter(generation.clusters(), edits, null);
        Set<String> keys = new LinkedHashSet<>();
        if (request.keys().isEmpty()) {
            // of a cluster that has gone, or counts as another one, nobody sees the label: it can only be forgotten
            waiting.byKey().keySet().stream()
                    .filter(key -> !request.accept() || clusters.keys().contains(key))
                    .forEach(keys::add);
        }
        for (String key : request.keys()) {
            keys.add(!request.accept() && waiting.of(key) != null ? key : named(key, generation, clusters, waiting));
        }
        return request.accept()
                ? accepted(keys, clusters, waiting)
                : keys.stream()
                        .map(key ->
                                new SettleAction.Settled(key, waiting.of(key).label(), null))
                        .toList();
    }

    /**
     * The key of a cluster for which a label waits.
     *
     * @throws IllegalArgumentException if none waits, or the cluster was merged into another one
     */
    private static String named(String key, Generation generation, PromptWriter clusters, ClusterSuggestions waiting) {
        String own = clusters.ownKey(key);
        if (!clusters.keys().contains(own)) {
            throw new ResourceNotFoundException(
                    "generation [{}] of model [{}] has no cluster [{}]", generation.number(), generation.model(), key);
        }
        if (!own.equals(key)) {
            throw new IllegalArgumentException(
                    "[" + SettleRequest.KEYS + "] must name clusters by the keys that count: [" + key
                            + "] was merged, and [" + own + "] counts for it");
        }
        if (waiting.of(key) == null) {
            throw new IllegalArgumentException("[" + SettleRequest.KEYS
                    + "] must name clusters for which a label waits, some of "
                    + waiting.byKey().keySet() + ": [" + key + "]");
        }
        return key;
    }

    /** All but those that are like the label of another cluster, which has got it since. */
    private static List<SettleAction.Settled> accepted(
            Set<String> keys, PromptWriter clusters, ClusterSuggestions waiting) {
        Map<String, String> takenBy = new HashMap<>();
        clusters.keys().stream()
                .filter(key -> !keys.contains(key))
                .forEach(key -> takenBy.putIfAbsent(LabelText.key(clusters.label(key)), key));
        List<SettleAction.Settled> settled = new ArrayList<>();
        for (String key : keys) {
            String label = waiting.of(key).label();
            String holder = takenBy.putIfAbsent(LabelText.key(label), key);
            settled.add(new SettleAction.Settled(
                    key, label, holder == null ? null : "cluster [" + holder + "] has this label"));
        }
        return settled;
    }
}
