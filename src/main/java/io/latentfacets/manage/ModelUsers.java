/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.manage;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.metadata.IndexMetadata;
import org.opensearch.cluster.metadata.MappingMetadata;
import org.opensearch.ingest.IngestMetadata;
import org.opensearch.ingest.PipelineConfiguration;

/**
 * Finds what in the cluster state names a model: processors of ingest pipelines and fields of mappings, however deep.
 */
final class ModelUsers {

    private static final String PROCESSOR = "latent_encode";
    private static final String FIELD_TYPE = "latent_vector";

    private ModelUsers() {}

    /** What names the model, in words, at most so many; empty if nothing does. */
    static List<String> of(String model, ClusterState state, int limit) {
        List<String> users = new ArrayList<>();
        IngestMetadata ingest = state.metadata().custom(IngestMetadata.TYPE);
        if (ingest != null) {
            for (PipelineConfiguration pipeline : ingest.getPipelines().values()) {
                if (users.size() < limit && hasProcessor(pipeline.getConfigAsMap(), model)) {
                    users.add("pipeline [" + pipeline.getId() + "]");
                }
            }
        }
        for (IndexMetadata index : state.metadata().indices().values()) {
            MappingMetadata mapping = index.mapping();
            if (users.size() < limit && mapping != null && hasField(mapping.sourceAsMap(), model)) {
                users.add("mapping of index [" + index.getIndex().getName() + "]");
            }
        }
        return users;
    }

    private static boolean hasProcessor(Object config, String model) {
        if (config instanceof Map<?, ?> map) {
            return map.entrySet().stream()
                    .anyMatch(entry -> isProcessor(entry, model) || hasProcessor(entry.getValue(), model));
        }
        return config instanceof List<?> list && list.stream().anyMatch(item -> hasProcessor(item, model));
    }

    private static boolean isProcessor(Map.Entry<?, ?> entry, String model) {
        return PROCESSOR.equals(entry.getKey())
                && entry.getValue() instanceof Map<?, ?> settings
                && model.equals(settings.get("model"));
    }

    private static boolean hasField(Object mapping, String model) {
        if (mapping instanceof Map<?, ?> map) {
            return (FIELD_TYPE.equals(map.get("type")) && model.equals(map.get("model")))
                    || map.values().stream().anyMatch(value -> hasField(value, model));
        }
        return false;
    }
}
