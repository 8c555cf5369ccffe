/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.manage;

import io.latentfacets.async.Listeners;
import io.latentfacets.cluster.ClusterInfo;
import io.latentfacets.cluster.Clusters;
import io.latentfacets.encode.SentenceRanker;
import io.latentfacets.model.ClusterEdits;
import io.latentfacets.model.ClusterSuggestions;
import io.latentfacets.model.Generation;
import io.latentfacets.model.StoredModel;
import io.latentfacets.model.definition.ModelDefinition;
import io.latentfacets.model.store.ModelRegistry;
import io.latentfacets.model.store.ModelStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.opensearch.ResourceNotFoundException;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.HandledTransportAction;
import org.opensearch.common.inject.Inject;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.tasks.Task;
import org.opensearch.transport.TransportService;
import org.opensearch.transport.client.node.NodeClient;

/** Loads the active generation and returns its clusters, with the exemplars and sentences that the caller may read. */
public final class TransportGetClustersAction extends HandledTransportAction<ModelRequest, GetClustersAction.Response> {

    private final ModelStore store;
    private final ModelRegistry registry;
    private final SentenceFinder sentences;

    @Inject
    public TransportGetClustersAction(
            TransportService transportService,
            ActionFilters filters,
            ModelStore store,
            ModelRegistry registry,
            NodeClient client,
            SentenceRanker ranker,
            NamedXContentRegistry queries) {
        super(GetClustersAction.NAME, transportService, filters, ModelRequest::new);
        this.store = store;
        this.registry = registry;
        this.sentences = new SentenceFinder(client, ranker, queries);
    }

    @Override
    protected void doExecute(Task task, ModelRequest request, ActionListener<GetClustersAction.Response> listener) {
        store.get(
                request.model(),
                Listeners.andThen(
                        listener,
                        (next, model) -> load(
                                registry,
                                model,
                                request.cluster(),
                                Listeners.andThen(
                                        next,
                                        (last, generation) ->
                                                respond(model.definition(), generation, request, last)))));
    }

    /** {@link #load(ModelRegistry, StoredModel, String, ActionListener)}; fails with 404 for an unknown model, too. */
    public static void load(
            ModelStore store, ModelRegistry registry, String model, String key, ActionListener<Generation> listener) {
        store.get(model, Listeners.andThen(listener, (next, stored) -> load(registry, stored, key, next)));
    }

    /**
     * Loads the active generation of a model, as people see its clusters. Fails with 404 if there is none, or if it has
     * no such cluster.
     *
     * @param key the key of a cluster or parent that the generation must have; null for none
     */
    public static void load(
            ModelRegistry registry, StoredModel model, String key, ActionListener<Generation> listener) {
        if (model.active() == 0) {
            throw new ResourceNotFoundException("model [{}] has no active generation yet", model.name());
        }
        registry.load(model.name(), model.active(), Listeners.andThen(listener, (next, learned) -> {
            Generation generation = learned.curated(registry.edits(model.name()).curation());
            Clusters clusters = generation.clusters();
            if (key != null && clusters.ordinal(key) < 0 && clusters.tree().ordinal(key) < 0) {
                throw noCluster(generation.model(), generation.number(), key);
            }
            next.onResponse(generation);
        }));
    }

    private void respond(
            ModelDefinition definition,
            Generation generation,
            ModelRequest request,
            ActionListener<GetClustersAction.Response> listener) {
        Clusters clusters = generation.clusters();
        String key = counting(clusters, request.cluster());
        // parents get no sentences: those of their clusters are more specific
        List<ClusterInfo> infos = clusters.infos().stream()
                .filter(info -> key == null || info.key().equals(key))
                .toList();
        List<ClusterInfo> described = new ArrayList<>(infos);
        clusters.tree().parents().stream()
                .filter(info -> key == null || info.key().equals(key))
                .forEach(described::add);
        sentences.readable(
                definition,
                described,
                Listeners.andThen(
                        listener, (next, readable) -> respond(definition, generation, request, infos, readable, next)));
    }

    /** @param readable the exemplars that the caller may read */
    private void respond(
            ModelDefinition definition,
            Generation generation,
            ModelRequest request,
            List<ClusterInfo> infos,
            Set<String> readable,
            ActionListener<GetClustersAction.Response> listener) {
        String key = counting(generation.clusters(), request.cluster());
        ClusterEdits edits = registry.edits(request.model());
        ClusterSuggestions suggestions = registry.suggestions(request.model());
        ActionListener<Map<String, List<ExemplarSentence>>> views = ActionListener.map(
                listener,
                found -> new GetClustersAction.Response(
                        generation.model(),
                        generation.number(),
                        GetClustersAction.View.all(generation.clusters(), edits, readable, found).stream()
                                .filter(view -> key == null || view.info().key().equals(key))
                                .map(view -> view.with(suggestions))
                                .toList()));
        if (request.sentences() && !infos.isEmpty()) {
            sentences.find(definition, generation, infos, views);
        } else {
            views.onResponse(Map.of());
        }
    }

    /** The key that counts for a cluster, which is another one's if it was merged; null for null. */
    private static String counting(Clusters clusters, String key) {
        int ordinal = key == null ? -1 : clusters.ordinal(key);
        return ordinal < 0 ? key : clusters.infos().get(ordinal).key();
    }

    /** The error, status 404, for a key that is neither a cluster nor a parent. */
    static ResourceNotFoundException noCluster(String model, int generation, String key) {
        return new ResourceNotFoundException(
                "generation [{}] of model [{}] has no cluster [{}]", generation, model, key);
    }
}
