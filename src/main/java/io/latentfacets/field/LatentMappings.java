/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.opensearch.cluster.metadata.IndexMetadata;
import org.opensearch.cluster.metadata.MappingMetadata;
import org.opensearch.common.cache.Cache;
import org.opensearch.common.cache.CacheBuilder;
import org.opensearch.common.compress.CompressedXContent;
import org.opensearch.common.xcontent.XContentHelper;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.index.mapper.MapperService;

/**
 * Reads the mappings in the cluster state for latents, without opening a shard. Parses each version of a mapping once
 * while the cache holds it. Thread-safe.
 */
public final class LatentMappings {
    private static final int REMEMBERED = 5_000;

    /**
     * The latent-related fields of one index.
     *
     * @param models the model of each latent_vector field, by full name
     * @param aliases the field aliases of latent_vector fields, alias to full name
     * @param textFields the full names of text fields
     * @param nested the full names of nested objects
     * @param encoded the fields that the mapping alone has documents encoded into, by full name
     */
    public record Fields(
            Map<String, String> models,
            Map<String, String> aliases,
            Set<String> textFields,
            Set<String> nested,
            Map<String, MappedEncoding> encoded) {

        public static final Fields NONE = new Fields(Map.of(), Map.of(), Set.of(), Set.of(), Map.of());

        /** The model of a field or of a field alias; null if it is no latent_vector field. */
        public String model(String field) {
            return models.get(aliases.getOrDefault(field, field));
        }

        /** The full names of the fields that hold latents of a model, sorted. */
        public List<String> of(String model) {
            return models.entrySet().stream()
                    .filter(field -> field.getValue().equals(model))
                    .map(Map.Entry::getKey)
                    .toList();
        }

        /** The innermost nested object that contains a field or a field alias; null for none. */
        public String nestedPath(String field) {
            String name = aliases.getOrDefault(field, field);
            return nested.stream()
                    .filter(path -> name.startsWith(path + "."))
                    .max(Comparator.comparingInt(String::length))
                    .orElse(null);
        }
    }

    private record Key(String uuid, long mappingVersion) {}

    private final Cache<Key, Fields> remembered =
            CacheBuilder.<Key, Fields>builder().setMaximumWeight(REMEMBERED).build();

    /** Returns the fields of an index, from the cache if possible. */
    public Fields of(IndexMetadata index) {
        MappingMetadata mapping = index.mapping();
        if (mapping == null) {
            return Fields.NONE;
        }
        try {
            return remembered.computeIfAbsent(
                    new Key(index.getIndexUUID(), index.getMappingVersion()), key -> parse(mapping.sourceAsMap()));
        } catch (ExecutionException e) {
            throw new IllegalStateException(
                    "cannot read the mapping of [" + index.getIndex().getName() + "]", e);
        }
    }

    /**
     * The full names of an index's fields that hold latents of a model, sorted. Does not use the cache: for rare
     * callers.
     */
    public static List<String> fields(IndexMetadata index, String model) {
        MappingMetadata mapping = index.mapping();
        return mapping == null || !mapping.source().string().contains(LatentVectorFieldMapper.CONTENT_TYPE)
                ? List.of()
                : parse(mapping.sourceAsMap()).of(model);
    }

    /**
     * The fields that an index's mapping has documents encoded into, by full name, sorted. Does not use the cache: for
     * rare callers.
     */
    public static Map<String, MappedEncoding> encoded(IndexMetadata index) {
        MappingMetadata mapping = index.mapping();
        return mapping == null || !mapping.source().string().contains(LatentVectorFieldMapper.CONTENT_TYPE)
                ? Map.of()
                : read(mapping.sourceAsMap()).encoded();
    }

    /**
     * The fields of a mapping. Does not use the cache.
     *
     * @param mapping a mapping with or without the level of the type, not modified
     */
    public static Fields read(Map<String, Object> mapping) {
        return parse(untyped(mapping));
    }

    /** The model of each latent_vector field of a template's mapping, by full name. Does not use the cache. */
    public static Map<String, String> models(CompressedXContent mapping) {
        String source = mapping.string();
        if (!source.contains(LatentVectorFieldMapper.CONTENT_TYPE)) {
            return Map.of();
        }
        return parse(untyped(XContentHelper.convertToMap(MediaTypeRegistry.JSON.xContent(), source, false)))
                .models();
    }

    /**
     * The definition of a field in a mapping, by its full path; null if the mapping has no such field.
     *
     * @param mapping a mapping with or without the level of the type
     */
    @SuppressWarnings("unchecked") // what a JSON object is read into
    public static Map<String, Object> definition(Map<String, Object> mapping, String field) {
        Map<String, Object> at = untyped(mapping);
        for (String part : field.split("\\.", -1)) {
            if (!(at.get("properties") instanceof Map<?, ?> properties)
                    || !(properties.get(part) instanceof Map<?, ?> next)) {
                return null;
            }
            at = (Map<String, Object>) next;
        }
        return at;
    }

    @SuppressWarnings("unchecked") // what a JSON object is read into
    private static Map<String, Object> untyped(Map<String, Object> mapping) {
        return mapping.get(MapperService.SINGLE_MAPPING_NAME) instanceof Map<?, ?> typed
                ? (Map<String, Object>) typed
                : mapping;
    }

    static Fields parse(Map<String, Object> mapping) {
        Fields fields = new Fields(new TreeMap<>(), new TreeMap<>(), new TreeSet<>(), new TreeSet<>(), new TreeMap<>());
        collect("", mapping, false, fields);
        fields.aliases().values().retainAll(fields.models().keySet());
        return fields;
    }

    private static void collect(String prefix, Map<?, ?> object, boolean inNested, Fields into) {
        if (!(object.get("properties") instanceof Map<?, ?> properties)) {
            return;
        }
        for (Map.Entry<?, ?> property : properties.entrySet()) {
            String name = prefix + property.getKey();
            if (!(property.getValue() instanceof Map<?, ?> field)) {
                continue;
            }
            collectMultiFields(name, field, into);
            Object type = field.get("type");
            if (LatentVectorFieldMapper.CONTENT_TYPE.equals(type)) {
                into.models().put(name, String.valueOf(field.get("model")));
                // a nested object has as many values as the document has objects, which one latent cannot be of
                if (!inNested && Boolean.parseBoolean(String.valueOf(field.get("encode")))) {
                    into.encoded().put(name, new MappedEncoding(into.models().get(name), DerivedFields.of(field)));
                }
            } else if ("text".equals(type)) {
                into.textFields().add(name);
            } else if ("alias".equals(type)) {
                into.aliases().put(name, String.valueOf(field.get("path")));
            } else {
                boolean nested = "nested".equals(type);
                if (nested) {
                    into.nested().add(name);
                }
                collect(name + ".", field, inNested || nested, into);
            }
        }
    }

    /** Collects only the latents among multi-fields: a text multi-field has the same text, analysed differently. */
    private static void collectMultiFields(String name, Map<?, ?> field, Fields into) {
        if (field.get("fields") instanceof Map<?, ?> multiFields) {
            multiFields.forEach((key, value) -> {
                if (value instanceof Map<?, ?> each && LatentVectorFieldMapper.CONTENT_TYPE.equals(each.get("type"))) {
                    into.models().put(name + "." + key, String.valueOf(each.get("model")));
                }
            });
        }
    }
}
