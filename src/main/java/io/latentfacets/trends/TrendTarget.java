/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.trends;

import io.latentfacets.field.LatentMappings;
import io.latentfacets.model.Bound;
import io.latentfacets.search.ModelIndices;
import io.latentfacets.strict.StrictMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.opensearch.ResourceNotFoundException;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.metadata.IndexMetadata;
import org.opensearch.cluster.metadata.IndexNameExpressionResolver;

/**
 * Where trends look: indices of this cluster and the field with latents of the model. Reads the cluster state only; the
 * searches check the caller's permissions. Immutable.
 *
 * @param names the names, patterns and aliases to search
 * @param indices the indices behind them
 * @param latentField the field with the latents
 */
record TrendTarget(List<String> names, List<IndexMetadata> indices, String latentField) {
    private static final String ALIAS = "alias";
    private static final Set<String> DATES = Set.of("date", "date_nanos");

    /**
     * Reads what it needs out of the cluster state, so the caller of this method has seen that the user may search
     * there.
     *
     * @param names what {@link #names} returns
     * @throws ResourceNotFoundException if there is no such index
     * @throws IllegalArgumentException if the field with the latents is missing, of another model, or one of several
     */
    static TrendTarget of(
            TrendsRequest request, List<String> names, ClusterState state, IndexNameExpressionResolver resolver) {
        List<IndexMetadata> indices = ModelIndices.resolve(TrendsRequest.INDEX_KEY, names, state, resolver);
        return new TrendTarget(
                names,
                indices,
                ModelIndices.latentField(
                        TrendsRequest.INDEX_KEY,
                        TrendsRequest.LATENT_FIELD_KEY,
                        request.model(),
                        request.latentField(),
                        indices,
                        names));
    }

    /**
     * The names to search: those that are asked for, or else the indices that the model is bound to. Fails as
     * {@link ModelIndices#names} does.
     */
    static List<String> names(TrendsRequest request, Bound bound, ClusterState state) {
        return ModelIndices.names(TrendsRequest.INDEX_KEY, request.indices(), request.model(), bound, state);
    }

    /**
     * What is wrong with a date field; null if nothing is. Some of the indices may lack it.
     *
     * @param field the field, or a field alias
     */
    IllegalArgumentException refuse(String field) {
        boolean found = false;
        for (IndexMetadata index : indices) {
            String type = type(index, field);
            if (type != null && !DATES.contains(type)) {
                return new IllegalArgumentException("[" + TrendsRequest.FIELD_KEY + "] must be of type "
                        + DATES.stream().sorted().toList()
                        + ": " + StrictMap.shown(field) + " is of type [" + type + "] in ["
                        + index.getIndex().getName() + "]");
            }
            found |= type != null;
        }
        return found
                ? null
                : new IllegalArgumentException("[" + TrendsRequest.FIELD_KEY + "] must be a date field of " + names
                        + ": " + StrictMap.shown(field) + " is not mapped there");
    }

    private static String type(IndexMetadata index, String field) {
        if (index.mapping() == null) {
            return null;
        }
        Map<String, Object> mapping = index.mapping().sourceAsMap();
        Map<String, Object> definition = definition(mapping, field);
        if (definition != null && ALIAS.equals(definition.get("type"))) {
            definition = definition(mapping, String.valueOf(definition.get("path")));
        }
        // an object has no type of its own
        return definition == null ? null : String.valueOf(definition.getOrDefault("type", "object"));
    }

    /** The definition of a field or multi-field; null if there is none. */
    private static Map<String, Object> definition(Map<String, Object> mapping, String field) {
        Map<String, Object> definition = LatentMappings.definition(mapping, field);
        int dot = field.lastIndexOf('.');
        if (definition != null || dot < 0) {
            return definition;
        }
        Map<String, Object> parent = LatentMappings.definition(mapping, field.substring(0, dot));
        return parent != null
                        && parent.get("fields") instanceof Map<?, ?> fields
                        && fields.get(field.substring(dot + 1)) instanceof Map<?, ?> found
                ? StrictMap.object(found)
                : null;
    }
}
