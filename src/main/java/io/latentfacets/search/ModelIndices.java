/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search;

import io.latentfacets.attach.AttachedIndices;
import io.latentfacets.field.LatentMappings;
import io.latentfacets.model.Bound;
import io.latentfacets.strict.StrictMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.opensearch.ResourceNotFoundException;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.support.IndicesOptions;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.metadata.IndexMetadata;
import org.opensearch.cluster.metadata.IndexNameExpressionResolver;
import org.opensearch.search.builder.SearchSourceBuilder;
import org.opensearch.search.pipeline.SearchPipelineService;

/**
 * The indices of this cluster in which a call looks for documents of a model, and the field with the model's latents
 * there. Reads the cluster state only; searches check the caller's permissions. Stateless.
 */
public final class ModelIndices {

    private ModelIndices() {}

    /**
     * The names to search: those that are asked for, or else the indices that the model is bound to.
     *
     * @param key the option that names them, for messages
     * @param asked names, patterns and aliases; empty for those that the model is bound to
     * @throws ResourceNotFoundException if the model is bound to none with its latents
     * @throws IllegalArgumentException if an index belongs to another cluster
     */
    public static List<String> names(String key, List<String> asked, String model, Bound bound, ClusterState state) {
        List<String> names = asked.isEmpty() ? bound(key, model, bound, state) : asked;
        for (String name : names) {
            if (name.indexOf(':') > 0 && !name.startsWith("<")) {
                throw new IllegalArgumentException(
                        "[" + key + "] must be indices of this cluster, which has the model: " + StrictMap.shown(name));
            }
        }
        return names;
    }

    /** The indices with latents of the model that the model is bound to, sorted. */
    private static List<String> bound(String key, String model, Bound bound, ClusterState state) {
        List<String> names = AttachedIndices.of(state, model).stream()
                .map(AttachedIndices.Attached::index)
                .distinct()
                .filter(index -> bound.covers(state.metadata().index(index), state.metadata()))
                .toList();
        if (names.isEmpty()) {
            throw new ResourceNotFoundException(
                    "[{}] is not given, and model [{}] is bound to no open index with its latents; [_attach] binds one",
                    key,
                    model);
        }
        return names;
    }

    /** A search that finds nothing and fails if the caller may not search these indices. */
    public static SearchRequest probe(List<String> names) {
        return new SearchRequest(names.toArray(String[]::new))
                .pipeline(SearchPipelineService.NOOP_PIPELINE_ID)
                .source(new SearchSourceBuilder().size(0).trackTotalHits(false).terminateAfter(1));
    }

    /**
     * The open indices behind names. The caller of this method has seen that the user may search there.
     *
     * @throws ResourceNotFoundException if there is none
     */
    public static List<IndexMetadata> resolve(
            String key, List<String> names, ClusterState state, IndexNameExpressionResolver resolver) {
        List<IndexMetadata> indices = new ArrayList<>();
        for (String name : resolver.concreteIndexNames(
                state, IndicesOptions.lenientExpandOpen(), true, names.toArray(String[]::new))) {
            indices.add(state.metadata().index(name));
        }
        if (indices.isEmpty()) {
            throw new ResourceNotFoundException("[{}] matches no index: {}", key, names);
        }
        return indices;
    }

    /**
     * The field with the model's latents.
     *
     * @param indexKey the option that names the indices, for messages
     * @param fieldKey the option that names the field, for messages
     * @param asked the field that is asked for; null for the only one
     * @param names what stands for the indices in messages
     * @throws IllegalArgumentException if the field is missing, of another model, or one of several
     */
    public static String latentField(
            String indexKey,
            String fieldKey,
            String model,
            String asked,
            List<IndexMetadata> indices,
            List<String> names) {
        LatentMappings mappings = new LatentMappings();
        Set<String> fields = new TreeSet<>();
        boolean found = false;
        for (IndexMetadata index : indices) {
            LatentMappings.Fields of = mappings.of(index);
            fields.addAll(of.of(model));
            found |= model.equals(of.model(asked == null ? "" : asked));
        }
        if (found) {
            return asked;
        }
        if (fields.isEmpty()) {
            throw new IllegalArgumentException("[" + indexKey + "] must have a field of type [latent_vector] of model ["
                    + model + "]: " + StrictMap.shown(names));
        }
        if (asked != null) {
            throw new IllegalArgumentException("[" + fieldKey + "] must be a field of model [" + model + "], one of "
                    + fields + ": " + StrictMap.shown(asked));
        }
        if (fields.size() > 1) {
            throw new IllegalArgumentException("[" + fieldKey + "] is not given and must be one of " + fields);
        }
        return fields.iterator().next();
    }
}
