/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.ingest;

import io.latentfacets.field.LatentMappings;
import io.latentfacets.field.LatentVectorFieldMapper;
import io.latentfacets.field.MappedEncoding;
import io.latentfacets.model.Bound;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.opensearch.cluster.ClusterChangedEvent;
import org.opensearch.cluster.ClusterStateApplier;
import org.opensearch.cluster.metadata.ComponentTemplate;
import org.opensearch.cluster.metadata.ComposableIndexTemplate;
import org.opensearch.cluster.metadata.IndexAbstraction;
import org.opensearch.cluster.metadata.IndexMetadata;
import org.opensearch.cluster.metadata.IndexTemplateMetadata;
import org.opensearch.cluster.metadata.Metadata;
import org.opensearch.cluster.metadata.Template;
import org.opensearch.common.cache.Cache;
import org.opensearch.common.cache.CacheBuilder;
import org.opensearch.common.compress.CompressedXContent;
import org.opensearch.core.index.Index;

/**
 * What ingest asks about the indices that documents go to. It keeps the indices whose mappings encode, so that bulks to
 * others cost next to nothing. An applier of cluster states, not a listener: it knows a mapping before core resolves
 * pipelines by it. Reads the mapping of an index only when that has changed. Thread-safe.
 */
public final class WriteIndices implements ClusterStateApplier {

    private static final Logger logger = LogManager.getLogger(WriteIndices.class);
    private static final int REMEMBERED = 1_000;

    private record Dimension(String uuid, long mappingVersion, String path) {}

    /**
     * What is known of one cluster state.
     *
     * @param encoded the fields that mappings encode, by index; without those that encode none
     * @param templates whether a template may make such an index
     */
    private record Known(Metadata metadata, Map<Index, Map<String, MappedEncoding>> encoded, boolean templates) {}

    private final Cache<Dimension, Integer> dimensions = CacheBuilder.<Dimension, Integer>builder()
            .setMaximumWeight(REMEMBERED)
            .build();
    private volatile Known known = new Known(Metadata.EMPTY_METADATA, Map.of(), false);

    @Override
    public void applyClusterState(ClusterChangedEvent event) {
        Known before = known;
        Metadata metadata = event.state().metadata();
        if (metadata == before.metadata()) {
            return;
        }
        known = new Known(metadata, encoded(before, metadata), templates(before, metadata));
    }

    private static Map<Index, Map<String, MappedEncoding>> encoded(Known before, Metadata metadata) {
        Map<Index, Map<String, MappedEncoding>> encoded = new HashMap<>();
        for (IndexMetadata index : metadata.indices().values()) {
            IndexMetadata former = before.metadata().index(index.getIndex());
            Map<String, MappedEncoding> fields = former != null && Objects.equals(former.mapping(), index.mapping())
                    ? before.encoded().getOrDefault(index.getIndex(), Map.of())
                    : read(index);
            if (!fields.isEmpty()) {
                encoded.put(index.getIndex(), fields);
            }
        }
        return encoded;
    }

    /** An applier must not throw: a mapping that cannot be read here encodes nothing here. */
    private static Map<String, MappedEncoding> read(IndexMetadata index) {
        try {
            return LatentMappings.encoded(index);
        } catch (RuntimeException e) {
            logger.warn("cannot read the mapping of [{}]: {}", index.getIndex().getName(), e.getMessage());
            return Map.of();
        }
    }

    private static boolean templates(Known before, Metadata metadata) {
        Metadata former = before.metadata();
        if (former.templates().equals(metadata.templates())
                && former.templatesV2().equals(metadata.templatesV2())
                && former.componentTemplates().equals(metadata.componentTemplates())) {
            return before.templates();
        }
        for (IndexTemplateMetadata each : metadata.templates().values()) {
            if (mayEncode(each.mappings())) {
                return true;
            }
        }
        for (ComposableIndexTemplate each : metadata.templatesV2().values()) {
            if (mayEncode(each.template())) {
                return true;
            }
        }
        for (ComponentTemplate each : metadata.componentTemplates().values()) {
            if (mayEncode(each.template())) {
                return true;
            }
        }
        return false;
    }

    private static boolean mayEncode(Template template) {
        return template != null && mayEncode(template.mappings());
    }

    private static boolean mayEncode(CompressedXContent mapping) {
        if (mapping == null) {
            return false;
        }
        String source = mapping.string();
        return source.contains(LatentVectorFieldMapper.CONTENT_TYPE) && source.contains("encode");
    }

    /** Whether any mapping encodes, or that of an index to come may. */
    boolean anyEncoded() {
        Known now = known;
        return now.templates() || !now.encoded().isEmpty();
    }

    /**
     * Whether the mapping encodes documents into a field.
     *
     * @param name what the document is written to: an index, alias or data stream
     */
    boolean encodes(String name, String model, String field) {
        Known now = known;
        if (now.encoded().isEmpty()) {
            return false;
        }
        IndexMetadata index = index(now, name);
        MappedEncoding encoding = index == null
                ? null
                : now.encoded().getOrDefault(index.getIndex(), Map.of()).get(field);
        return encoding != null && encoding.model().equals(model);
    }

    /** Whether a model is bound to what a document is written to. */
    boolean bound(String name, Bound bound) {
        if (name == null) {
            return false;
        }
        Known now = known;
        IndexMetadata index = index(now, name);
        return index == null ? bound.coversNew(name) : bound.covers(index, now.metadata());
    }

    /**
     * The number of dimensions of a vector field; 0 if the mapping says none or is not there yet.
     *
     * @param name what the document is written to
     * @param path the full name of the field
     */
    int dimension(String name, String path) {
        IndexMetadata index = index(known, name);
        if (index == null || index.mapping() == null) {
            return 0;
        }
        try {
            return dimensions.computeIfAbsent(
                    new Dimension(index.getIndexUUID(), index.getMappingVersion(), path), key -> read(index, path));
        } catch (ExecutionException e) {
            return 0;
        }
    }

    private static int read(IndexMetadata index, String path) {
        Map<String, Object> field = LatentMappings.definition(index.mapping().sourceAsMap(), path);
        return field != null && field.get("dimension") instanceof Number dimension ? dimension.intValue() : 0;
    }

    private static IndexMetadata index(Known known, String name) {
        if (name == null) {
            return null;
        }
        IndexAbstraction named = known.metadata().getIndicesLookup().get(name);
        return named == null ? null : named.getWriteIndex();
    }
}
