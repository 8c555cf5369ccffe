/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search;

import io.latentfacets.field.LatentMappings;
import io.latentfacets.model.Bound;
import io.latentfacets.model.Generation;
import io.latentfacets.model.Generations;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.opensearch.action.IndicesRequest;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.support.IndicesOptions;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.metadata.IndexMetadata;
import org.opensearch.cluster.metadata.IndexNameExpressionResolver;
import org.opensearch.cluster.metadata.Metadata;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.util.concurrent.ThreadContext;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.index.Index;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.tasks.CancellableTask;

/**
 * Decides, before a shard is searched, which field, model and generation a search uses, and loads that generation.
 * Reads only the cluster state. Thread-safe.
 */
public final class SearchPins {

    private final ClusterService clusterService;
    private final IndexNameExpressionResolver resolver;
    private final Generations generations;
    private final LatentMappings mappings = new LatentMappings();
    private final Supplier<CancellableTask> tasks;
    /** What was decided for the searches under way, by task and model. A task that is gone takes its entry with it. */
    private final Map<CancellableTask, Map<String, Pin>> decided = Collections.synchronizedMap(new WeakHashMap<>());

    /** Pins that decide anew for each part of a search. */
    public SearchPins(ClusterService clusterService, IndexNameExpressionResolver resolver, Generations generations) {
        this(clusterService, resolver, generations, () -> null);
    }

    /**
     * Pins that decide once a search, so that its facets and its filters agree although somebody activates a generation
     * or merges clusters while they are rewritten.
     *
     * @param tasks supplies the task of the search for which a thread works; null for none
     */
    public SearchPins(
            ClusterService clusterService,
            IndexNameExpressionResolver resolver,
            Generations generations,
            Supplier<CancellableTask> tasks) {
        this.clusterService = clusterService;
        this.resolver = resolver;
        this.generations = generations;
        this.tasks = tasks;
    }

    /**
     * Decides, on the coordinating node, which model and generation all shards of a search use. If the search includes
     * indices of other clusters, this method leaves the pin open, and each node decides for its own shards.
     *
     * @throws IllegalArgumentException if the indices' mappings name several models, or if {@code target} names no
     *     field and the indices do not have exactly one
     */
    PinnedField pin(PinnedField target, IndicesRequest request) {
        List<IndexMetadata> indices = localIndices(request.indices(), request.indicesOptions());
        if (indices == null) {
            return target;
        }
        String field = target.field() == null ? onlyField(indices) : target.field();
        Set<String> models = new TreeSet<>();
        List<IndexMetadata> with = new ArrayList<>();
        for (IndexMetadata index : indices) {
            String model = field == null ? null : mappings.of(index).model(field);
            if (model != null) {
                models.add(model);
                with.add(index);
            }
        }
        if (models.size() > 1) {
            throw new IllegalArgumentException("the field [" + field + "] belongs to different models " + models
                    + " in the indices searched; search the indices of one model at a time");
        }
        if (SearchedIndices.areAcrossClusters(request)) {
            // Another cluster's model of that name is a different model, so each node decides for its own shards.
            return field == null || field.equals(target.field()) ? target : target.with(field, null);
        }
        if (models.isEmpty()) {
            return target.with(field, Pin.NONE);
        }
        String model = models.iterator().next();
        return target.with(field, decide(model).with(coverage(model, with)));
    }

    private Pin decide(String model) {
        CancellableTask task = tasks.get();
        return task == null
                ? decideAnew(model)
                : decided.computeIfAbsent(task, search -> new ConcurrentHashMap<>())
                        .computeIfAbsent(model, this::decideAnew);
    }

    private Pin decideAnew(String model) {
        return Pin.active(generations, model, Coverage.NONE, generations.edits(model));
    }

    private Coverage coverage(String model, List<IndexMetadata> indices) {
        Bound bound = generations.bound(model);
        Metadata metadata = clusterService.state().metadata();
        return Coverage.of(
                indices.stream().filter(index -> bound.covers(index, metadata)).count(), indices.size());
    }

    /** Whether one index is bound to a model: all of it, or none. */
    public Coverage coverage(String model, Index index) {
        IndexMetadata metadata = clusterService.state().metadata().index(index);
        return metadata == null ? Coverage.NONE : coverage(model, List.of(metadata));
    }

    /** Whether all searched indices are of this cluster and bound to a model. */
    public boolean areBound(String model, IndicesRequest request) {
        if (SearchedIndices.areAcrossClusters(request)) {
            return false;
        }
        return coverage(model, localIndices(request.indices(), IndicesOptions.lenientExpandOpen())) == Coverage.ALL;
    }

    /** The nested object that contains a field in the searched indices; null for none. */
    public String nestedPath(String field, IndicesRequest request) {
        List<IndexMetadata> indices = localIndices(request.indices(), IndicesOptions.lenientExpandOpen());
        return indices == null || field == null
                ? null
                : indices.stream()
                        .map(index -> mappings.of(index).nestedPath(field))
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null);
    }

    /**
     * Whether any searched index of this cluster has the field.
     *
     * @param field the field; null for any latent_vector field
     * @throws IllegalArgumentException as {@link #pin} does
     */
    public boolean serves(String field, IndicesRequest request) {
        List<IndexMetadata> indices = localIndices(request.indices(), IndicesOptions.lenientExpandOpen());
        if (indices == null
                || indices.stream()
                        .map(mappings::of)
                        .noneMatch(
                                fields -> field == null ? !fields.models().isEmpty() : fields.model(field) != null)) {
            return false;
        }
        pin(
                new PinnedField(field),
                new SearchRequest(request.indices()).indicesOptions(IndicesOptions.lenientExpandOpen()));
        return true;
    }

    /**
     * Passes the generation that a search would use to the listener; null if the field does not exist or its model has
     * no active generation. Never blocks. Fails as {@link #pin} and {@link #load} do, and with IllegalArgumentException
     * if the search includes indices of other clusters.
     */
    public void generation(String field, IndicesRequest request, ActionListener<Generation> listener) {
        Pin pin;
        try {
            pin = pin(new PinnedField(field), request).pin();
            if (pin == null) {
                throw new IllegalArgumentException("indices of other clusters are searched, whose models are not here");
            }
        } catch (RuntimeException e) {
            listener.onFailure(e);
            return;
        }
        if (pin.generation() == 0) {
            listener.onResponse(null);
        } else {
            load(pin, listener);
        }
    }

    /**
     * The full names of the text fields of these indices, in no particular order; empty if this cluster holds none of
     * them.
     */
    public Set<String> textFields(String[] names) {
        // Lenient, because the search itself must report what is wrong with an index, after it has checked permissions.
        List<IndexMetadata> indices = localIndices(names, IndicesOptions.lenientExpandOpen());
        Set<String> fields = new LinkedHashSet<>();
        if (indices != null) {
            indices.forEach(index -> fields.addAll(mappings.of(index).textFields()));
        }
        return fields;
    }

    /**
     * The pins whose generations a data node must load before its shards are searched. An unpinned field may belong to
     * any index, so the list covers the field's models in all indices.
     */
    List<Pin> toLoad(PinnedField target) {
        List<Pin> wanted = new ArrayList<>();
        if (target.pin() != null) {
            addIfAway(target.pin(), wanted);
        } else if (target.field() != null) {
            for (String model : models(target.field())) {
                addIfAway(active(model), wanted);
            }
        }
        return wanted;
    }

    /** The models that a field of this name has in the indices of this cluster, sorted. */
    private Set<String> models(String field) {
        Set<String> models = new TreeSet<>();
        for (IndexMetadata index : clusterService.state().metadata()) {
            String model = mappings.of(index).model(field);
            if (model != null) {
                models.add(model);
            }
        }
        return models;
    }

    /**
     * Returns the active generation of a field's model if the caller does not know the searched indices;
     * {@link Pin#NONE} if no index has the field.
     *
     * @throws IllegalArgumentException if the field belongs to different models in the indices of this cluster
     */
    public Pin anywhere(String field) {
        Set<String> models = models(field);
        if (models.size() > 1) {
            throw new IllegalArgumentException("the field [" + field + "] belongs to different models " + models
                    + " and nothing says here which of them is meant");
        }
        return models.isEmpty() ? Pin.NONE : active(models.iterator().next());
    }

    /** The pin of a model for a caller that shows no words and no labels. */
    private Pin active(String model) {
        return Pin.active(
                generations, model, Coverage.NONE, generations.edits(model).withoutWords());
    }

    /** The full name of a field or alias in an index; null if it holds no latents of this model there. */
    public String fieldIn(String index, String field, String model) {
        IndexMetadata metadata = clusterService.state().metadata().index(index);
        LatentMappings.Fields fields = metadata == null ? LatentMappings.Fields.NONE : mappings.of(metadata);
        return model.equals(fields.model(field)) ? fields.aliases().getOrDefault(field, field) : null;
    }

    /** The only index of a search, if it searches one index of this cluster and no other; null else. */
    public String onlyIndex(IndicesRequest request) {
        if (SearchedIndices.areAcrossClusters(request)) {
            return null;
        }
        List<IndexMetadata> indices = localIndices(request.indices(), IndicesOptions.lenientExpandOpen());
        return indices.size() == 1 ? indices.get(0).getIndex().getName() : null;
    }

    /** Loads the generation of a pin into this node's memory, curated as pinned; see {@link Generations#load}. */
    public void load(Pin pin, ActionListener<Generation> listener) {
        generations.load(
                pin.model(),
                pin.generation(),
                ActionListener.map(
                        listener, loaded -> loaded.curated(pin.edits().curation())));
    }

    /** Loads a generation of a model, with its clusters as people see them now. */
    public void load(String model, int generation, ActionListener<Generation> listener) {
        load(new Pin(model, generation, Coverage.NONE, generations.edits(model).withoutWords()), listener);
    }

    /** The task of the search for which this thread works; {@link TaskId#EMPTY_TASK_ID} for none. */
    public TaskId currentTask(ThreadContext context) {
        CancellableTask task = SearchTasks.current(context);
        return task == null
                ? TaskId.EMPTY_TASK_ID
                : new TaskId(clusterService.localNode().getId(), task.getId());
    }

    private void addIfAway(Pin pin, List<Pin> wanted) {
        if (pin.generation() > 0 && generations.loaded(pin.model(), pin.generation()) == null) {
            wanted.add(pin);
        }
    }

    private String onlyField(List<IndexMetadata> indices) {
        Set<String> fields = new TreeSet<>();
        indices.forEach(index -> fields.addAll(mappings.of(index).models().keySet()));
        if (fields.size() == 1) {
            return fields.iterator().next();
        }
        if (indices.isEmpty()) {
            return null;
        }
        throw new IllegalArgumentException(
                fields.isEmpty()
                        ? "[field] is not given and none of the indices searched has a field of type [latent_vector]"
                        : "[field] is not given and must be one of " + fields);
    }

    /**
     * The metadata of the searched indices of this cluster; null if the search names only indices of other clusters.
     */
    private List<IndexMetadata> localIndices(String[] names, IndicesOptions options) {
        String[] all = names == null ? new String[0] : names;
        String[] local = Arrays.stream(all)
                .filter(name -> !SearchedIndices.isRemote(name))
                .toArray(String[]::new);
        if (local.length == 0 && all.length > 0) {
            return null;
        }
        ClusterState state = clusterService.state();
        List<IndexMetadata> indices = new ArrayList<>();
        for (String name : resolver.concreteIndexNames(state, options, true, local)) {
            indices.add(state.metadata().index(name));
        }
        return indices;
    }
}
