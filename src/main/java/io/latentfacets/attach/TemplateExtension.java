/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.attach;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.opensearch.cluster.metadata.ComposableIndexTemplate;
import org.opensearch.cluster.metadata.Template;
import org.opensearch.common.compress.CompressedXContent;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.xcontent.XContentFactory;
import org.opensearch.common.xcontent.XContentHelper;
import org.opensearch.core.common.bytes.BytesReference;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.index.IndexSettings;
import org.opensearch.index.mapper.MapperService;

/** A copy of an index template with a field and a default pipeline more. Not thread-safe. */
final class TemplateExtension {

    private final ComposableIndexTemplate present;
    private final Map<String, Object> mapping;
    private final Settings.Builder settings = Settings.builder();

    TemplateExtension(ComposableIndexTemplate present) {
        this.present = present;
        Template template = present.template();
        if (template != null && template.settings() != null) {
            settings.put(template.settings());
        }
        this.mapping = template == null || template.mappings() == null
                ? new LinkedHashMap<>()
                : untyped(XContentHelper.convertToMap(template.mappings().uncompressed(), true, MediaTypeRegistry.JSON)
                        .v2());
    }

    /** Core stores a mapping with the level of its type, but takes it only without. */
    @SuppressWarnings("unchecked") // what a JSON object is read into
    private static Map<String, Object> untyped(Map<String, Object> mapping) {
        return mapping.get(MapperService.SINGLE_MAPPING_NAME) instanceof Map<?, ?> typed
                ? (Map<String, Object>) typed
                : mapping;
    }

    /**
     * Adds a field to the template's own mapping.
     *
     * @param field its full path
     * @param definition its definition
     * @return false if the mapping has a field of this path already
     */
    @SuppressWarnings("unchecked") // what a JSON object is read into
    boolean map(String field, Object definition) {
        Object properties = mapping.computeIfAbsent("properties", key -> new LinkedHashMap<String, Object>());
        return ((Map<String, Object>) properties).putIfAbsent(field, definition) == null;
    }

    /**
     * Gives a field that the template or a component of it has another definition.
     *
     * @param field its full path
     * @param definition its definition
     * @return true
     */
    @SuppressWarnings("unchecked") // what a JSON object is read into
    boolean replace(String field, Object definition) {
        Object properties = mapping.computeIfAbsent("properties", key -> new LinkedHashMap<String, Object>());
        ((Map<String, Object>) properties).put(field, definition);
        return true;
    }

    TemplateExtension pipeline(String pipeline) {
        settings.put(IndexSettings.DEFAULT_PIPELINE.getKey(), pipeline);
        return this;
    }

    /** The extended copy; everything else is as it was. */
    ComposableIndexTemplate build() {
        Template extended = new Template(
                settings.build(),
                mapping.isEmpty() ? null : compressed(),
                present.template() == null ? null : present.template().aliases());
        return new ComposableIndexTemplate(
                present.indexPatterns(),
                extended,
                present.composedOf(),
                present.priority(),
                present.version(),
                present.metadata(),
                present.getDataStreamTemplate(),
                present.context());
    }

    private CompressedXContent compressed() {
        try (XContentBuilder json = XContentFactory.jsonBuilder()) {
            return new CompressedXContent(BytesReference.bytes(json.map(mapping)));
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory cannot fail", e);
        }
    }
}
