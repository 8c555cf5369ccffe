/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.attach;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.metadata.IndexMetadata;
import org.opensearch.cluster.metadata.MappingMetadata;
import org.opensearch.index.IndexSettings;
import org.opensearch.ingest.IngestMetadata;
import org.opensearch.ingest.PipelineConfiguration;

/**
 * Finds what of a model is in the cluster: fields that hold its latents, pipelines that make them. Reads cluster state
 * only.
 */
public final class AttachedIndices {

    private static final String FIELD_TYPE = "latent_vector";
    private static final String PROCESSOR = "latent_encode";

    private AttachedIndices() {}

    /**
     * An index with a {@code latent_vector} of the model.
     *
     * @param field the full path of that field
     * @param pipelines the index's own default and final pipeline, as far as set
     */
    public record Attached(String index, String field, List<String> pipelines) {}

    /** Open indices whose mapping has a latent field of the model, by name. */
    public static List<Attached> of(ClusterState state, String model) {
        List<Attached> attached = new ArrayList<>();
        for (IndexMetadata index : state.metadata()) {
            MappingMetadata mapping = index.mapping();
            if (mapping == null
                    || index.getState() != IndexMetadata.State.OPEN
                    || mapping.source().string().contains(FIELD_TYPE) == false) {
                continue;
            }
            String field = latentField("", mapping.sourceAsMap(), model);
            if (field != null) {
                attached.add(new Attached(index.getIndex().getName(), field, pipelines(index)));
            }
        }
        attached.sort(Comparator.comparing(Attached::index));
        return attached;
    }

    private static List<String> pipelines(IndexMetadata index) {
        List<String> pipelines = new ArrayList<>();
        if (IndexSettings.DEFAULT_PIPELINE.exists(index.getSettings())) {
            pipelines.add(IndexSettings.DEFAULT_PIPELINE.get(index.getSettings()));
        }
        if (IndexSettings.FINAL_PIPELINE.exists(index.getSettings())) {
            pipelines.add(IndexSettings.FINAL_PIPELINE.get(index.getSettings()));
        }
        return pipelines;
    }

    private static String latentField(String path, Map<?, ?> mapping, String model) {
        if (mapping.get("properties") instanceof Map<?, ?> properties) {
            for (Map.Entry<?, ?> entry : properties.entrySet()) {
                String name = path.isEmpty() ? entry.getKey().toString() : path + "." + entry.getKey();
                if (entry.getValue() instanceof Map<?, ?> field) {
                    if (FIELD_TYPE.equals(field.get("type")) && model.equals(field.get("model"))) {
                        return name;
                    }
                    String inner = latentField(name, field, model);
                    if (inner != null) {
                        return inner;
                    }
                }
            }
        }
        return null;
    }

    /**
     * Whether a pipeline exists and encodes, at its top level, with the model into the field; a null field stands for
     * any.
     */
    public static boolean encodes(ClusterState state, String pipeline, String model, String field) {
        PipelineConfiguration configuration = pipeline(state, pipeline);
        return configuration != null
                && configuration.getConfigAsMap().get("processors") instanceof List<?> processors
                && processors.stream().anyMatch(processor -> encodes(processor, model, field));
    }

    private static boolean encodes(Object processor, String model, String field) {
        return processor instanceof Map<?, ?> types
                && types.get(PROCESSOR) instanceof Map<?, ?> config
                && model.equals(config.get("model"))
                && (field == null || field.equals(Objects.requireNonNullElse(config.get("target_field"), "latent")));
    }

    /** The pipeline of that name, or null. */
    public static PipelineConfiguration pipeline(ClusterState state, String name) {
        IngestMetadata ingest = state.metadata().custom(IngestMetadata.TYPE);
        return ingest == null ? null : ingest.getPipelines().get(name);
    }
}
