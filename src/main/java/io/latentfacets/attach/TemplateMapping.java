/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.attach;

import io.latentfacets.field.LatentMappings;
import io.latentfacets.field.MappedEncoding;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.opensearch.OpenSearchException;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.metadata.MetadataIndexTemplateService;
import org.opensearch.common.compress.CompressedXContent;
import org.opensearch.common.xcontent.XContentHelper;
import org.opensearch.core.xcontent.MediaTypeRegistry;

/** The mapping that an index template and its components give to an index. Immutable. */
final class TemplateMapping {

    private final List<Map<String, Object>> parts = new ArrayList<>();
    private final Map<String, String> models = new HashMap<>();
    private final Map<String, MappedEncoding> encoded = new HashMap<>();

    /**
     * @param next the name of the index to come
     * @throws OpenSearchException if core cannot read the template, for which it declares any exception
     */
    TemplateMapping(ClusterState state, String template, String next) {
        try {
            for (CompressedXContent part : MetadataIndexTemplateService.collectMappings(state, template, next)) {
                add(XContentHelper.convertToMap(MediaTypeRegistry.JSON.xContent(), part.string(), false));
            }
        } catch (Exception e) {
            throw new OpenSearchException("the template cannot be read: " + e.getMessage(), e);
        }
    }

    /** A later part overrides an earlier one. */
    private void add(Map<String, Object> part) {
        LatentMappings.Fields fields = LatentMappings.read(part);
        parts.add(part);
        encoded.keySet().removeAll(fields.models().keySet());
        models.putAll(fields.models());
        encoded.putAll(fields.encoded());
    }

    /** The model of each latent_vector field, by full name. */
    Map<String, String> models() {
        return models;
    }

    /** The fields that the mapping has documents encoded into, by full name. */
    Map<String, MappedEncoding> encoded() {
        return encoded;
    }

    /** Whether it maps a field. */
    boolean has(String path) {
        return parts.stream().anyMatch(part -> LatentMappings.definition(part, path) != null);
    }
}
